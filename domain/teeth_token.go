package domain

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// toothToken is a word, a number or a sign of a text in which teeth are looked for.
type toothToken struct {
	start, end int
	kind       toothTokenKind
	word       string // in lower case
	class      toothWord
	number     int  // 1 … 99; 0 when it is no such number, as "07", "4.5" and "1,200"
	glued      bool // nothing stands between it and the token before
}

type toothTokenKind int

const (
	toothSign toothTokenKind = iota
	toothLatin
	toothHangul
	toothDigits
	toothStop // the end of a sentence
)

// toothTokens reads the text once. Hangul and Latin letters make words of their own, since Korean
// particles are attached to Latin words.
func toothTokens(text string) []toothToken {
	tokens := make([]toothToken, 0, len(text)/4+2)
	end := 0
	for at := 0; at < len(text); {
		r, width := utf8.DecodeRuneInString(text[at:])
		kind := toothKind(r)
		if kind == toothSign && unicode.IsSpace(r) && r != '\n' {
			at += width
			continue
		}
		t := toothToken{start: at, end: at + width, kind: kind, glued: at == end && at > 0}
		switch kind {
		case toothDigits:
			t.end = numberEnd(text, at)
			t.number = toothNumber(text[at:t.end])
		case toothLatin, toothHangul:
			t.end = wordEnd(text, at, kind)
			t.word = text[at:t.end]
			if kind == toothLatin {
				t.word = strings.ToLower(t.word)
				t.class = toothVocabulary[t.word]
			}
		default:
			t.kind = signKind(text, at, r)
			t.word = text[at:t.end]
		}
		tokens = append(tokens, t)
		at, end = t.end, t.end
	}
	return tokens
}

func toothKind(r rune) toothTokenKind {
	switch {
	case r >= '0' && r <= '9':
		return toothDigits
	case r < unicode.MaxASCII:
		if r|0x20 >= 'a' && r|0x20 <= 'z' {
			return toothLatin
		}
		return toothSign
	case unicode.Is(unicode.Hangul, r):
		return toothHangul
	case unicode.IsLetter(r) || unicode.IsMark(r):
		return toothLatin
	}
	return toothSign
}

// signKind tells the end of a sentence from the point of an abbreviation, behind which a sentence
// goes on: "tooth no. 26".
func signKind(text string, at int, r rune) toothTokenKind {
	switch r {
	case '\n', '!', '?', ';':
		return toothStop
	case '.':
		word := text[:at]
		if len(word) > 8 {
			word = word[len(word)-8:]
		}
		word = strings.ToLower(word)
		if strings.HasSuffix(word, " no") || strings.HasSuffix(word, " n") || strings.HasSuffix(word, " nr") {
			return toothSign
		}
		return toothStop
	}
	return toothSign
}

func wordEnd(text string, at int, kind toothTokenKind) int {
	for at < len(text) {
		r, width := utf8.DecodeRuneInString(text[at:])
		if toothKind(r) != kind {
			break
		}
		at += width
	}
	return at
}

// numberEnd goes over the digits, a decimal point and groups of thousands. A comma between shorter
// numbers makes a list.
func numberEnd(text string, at int) int {
	end := digitsEnd(text, at)
	for end+1 < len(text) && (text[end] == '.' || text[end] == ',') {
		next := digitsEnd(text, end+1)
		if next == end+1 || text[end] == ',' && next-end != 4 {
			break
		}
		end = next
	}
	return end
}

func digitsEnd(text string, at int) int {
	for at < len(text) && text[at] >= '0' && text[at] <= '9' {
		at++
	}
	return at
}

func toothNumber(digits string) int {
	switch {
	case len(digits) > 2 || digits[0] == '0':
		return 0
	case len(digits) == 1:
		return int(digits[0] - '0')
	}
	return int(digits[0]-'0')*10 + int(digits[1]-'0')
}
