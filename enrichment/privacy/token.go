package privacy

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

type kind int

const (
	sign    kind = iota // one rune of anything else
	letters             // a word in any script but Hangul; apostrophes and hyphens within belong to it
	hangul              // Hangul in one piece, particles included; three bytes each
	digits
	lineEnd
)

// token is a part of a text. Spaces are none.
type token struct {
	start, end int
	kind       kind
	word       string // as written
	lower      string // of letters
	glued      bool   // nothing stands between it and the token before
}

func tokenize(text string) []token {
	tokens := make([]token, 0, len(text)/3+4)
	end := 0
	for at := 0; at < len(text); {
		r, width := utf8.DecodeRuneInString(text[at:])
		t := token{start: at, end: at + width, kind: kindOf(r), glued: at == end && at > 0}
		at += width
		if t.kind == sign && unicode.IsSpace(r) {
			continue
		}
		t.end = tokenEnd(text, at, t.kind)
		t.word = text[t.start:t.end]
		if t.kind == letters {
			t.lower = lower(t.word)
		}
		tokens = append(tokens, t)
		at, end = t.end, t.end
	}
	return tokens
}

func kindOf(r rune) kind {
	switch {
	case r >= '0' && r <= '9':
		return digits
	case r == '\n':
		return lineEnd
	case r >= 0xAC00 && r <= 0xD7A3, r >= 0x3131 && r <= 0x318E:
		return hangul
	case r != 'º' && r != 'ª' && unicode.IsLetter(r):
		return letters
	}
	return sign
}

func tokenEnd(text string, at int, k kind) int {
	if k == sign || k == lineEnd {
		return at
	}
	for at < len(text) {
		r, width := utf8.DecodeRuneInString(text[at:])
		joined := k == letters && (unicode.IsMark(r) || joinsLetters(text[at:], r, width))
		if kindOf(r) != k && !joined {
			break
		}
		at += width
	}
	return at
}

// joinsLetters tells whether the rune at the beginning of rest is within a word, as in "O'Brien" and
// "Young-sook". The 's of "Maria's" is not.
func joinsLetters(rest string, r rune, width int) bool {
	if r != '\'' && r != '’' && r != '-' {
		return false
	}
	next, nextWidth := utf8.DecodeRuneInString(rest[width:])
	if kindOf(next) != letters {
		return false
	}
	after, _ := utf8.DecodeRuneInString(rest[width+nextWidth:])
	return r == '-' || next != 's' && next != 'S' || kindOf(after) == letters
}

func lower(word string) string {
	for i := range len(word) {
		if word[i] >= utf8.RuneSelf {
			return norm.NFC.String(strings.ToLower(word))
		}
	}
	return strings.ToLower(word)
}
