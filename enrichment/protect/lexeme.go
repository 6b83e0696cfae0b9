package protect

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// lexeme is a word in one script, a number or a sign.
type lexeme struct {
	start, end int
	kind       kind
	word       string // in lower case
	glued      bool   // nothing stands between it and the lexeme before
}

type kind int

const (
	sign kind = iota
	latin
	hangul
	digits // with the points and commas inside: "1,200.50", "2026.11.26"
)

func lexemes(text string) []lexeme {
	found := make([]lexeme, 0, len(text)/4+2)
	end := -1
	for at := 0; at < len(text); {
		r, width := utf8.DecodeRuneInString(text[at:])
		if unicode.IsSpace(r) {
			at += width
			continue
		}
		l := lexeme{start: at, kind: kindOf(r), glued: at == end}
		switch l.kind {
		case digits:
			l.end = numberEnd(text, at)
		case sign:
			l.end = at + width
		default:
			l.end = wordEnd(text, at, l.kind)
		}
		l.word = text[at:l.end]
		if l.kind == latin {
			l.word = strings.ToLower(l.word)
		}
		found = append(found, l)
		at, end = l.end, l.end
	}
	return found
}

func kindOf(r rune) kind {
	switch {
	case r >= '0' && r <= '9':
		return digits
	case r < unicode.MaxASCII:
		if r|0x20 >= 'a' && r|0x20 <= 'z' {
			return latin
		}
		return sign
	case unicode.Is(unicode.Hangul, r):
		return hangul
	case r == 'º' || r == 'ª':
		return sign
	case unicode.IsLetter(r) || unicode.IsMark(r) && r != '\uFE0F' && r != '\u20E3':
		return latin
	}
	return sign
}

func wordEnd(text string, at int, k kind) int {
	for at < len(text) {
		r, width := utf8.DecodeRuneInString(text[at:])
		if kindOf(r) != k {
			break
		}
		at += width
	}
	return at
}

func numberEnd(text string, at int) int {
	end := digitsEnd(text, at)
	for end+1 < len(text) && (text[end] == '.' || text[end] == ',') {
		next := digitsEnd(text, end+1)
		if next == end+1 {
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
