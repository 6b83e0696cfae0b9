package privacy

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// span is a part of a text in bytes.
type span struct {
	start, end int
	number     int // of a placeholder
}

// Providers put spaces into placeholders and exchange the brackets and digits for others. No opener
// is part of another, and none is a space or a digit: placeholders never overlap.
var (
	openers = []string{"⟦", "【", "〚", "[[", "［［"}
	closers = []string{"⟧", "】", "〛", "]]", "］］"}
)

// longestNumber is how many digits the number of a placeholder has at most.
const longestNumber = 6

// placeholders lists whatever reads as a placeholder, in order.
func placeholders(text string) []span {
	var found []span
	for at := 0; at < len(text); {
		if text[at] != '[' && text[at] < utf8.RuneSelf {
			at++
			continue
		}
		if s, ok := placeholderAt(text, at); ok {
			found = append(found, s)
			at = s.end
			continue
		}
		at++
	}
	return found
}

func placeholderAt(text string, at int) (span, bool) {
	rest, ok := cutAny(text[at:], openers)
	if !ok {
		return span{}, false
	}
	rest = cutSpaces(rest)
	number, digits := 0, 0
	for rest != "" {
		r, width := utf8.DecodeRuneInString(rest)
		digit, ok := digitOf(r)
		if !ok {
			break
		}
		number, digits, rest = number*10+digit, digits+1, rest[width:]
		if digits > longestNumber {
			return span{}, false
		}
	}
	if digits == 0 {
		return span{}, false
	}
	rest, ok = cutAny(cutSpaces(rest), closers)
	return span{start: at, end: len(text) - len(rest), number: number}, ok
}

func cutAny(text string, prefixes []string) (string, bool) {
	for _, prefix := range prefixes {
		if rest, ok := strings.CutPrefix(text, prefix); ok {
			return rest, true
		}
	}
	return text, false
}

// cutSpaces takes a few spaces only, which keeps the search linear in the length of the text.
func cutSpaces(text string) string {
	for range 3 {
		r, width := utf8.DecodeRuneInString(text)
		if !unicode.IsSpace(r) {
			break
		}
		text = text[width:]
	}
	return text
}

// digitOf knows the plain and the full-width digits.
func digitOf(r rune) (int, bool) {
	switch {
	case r >= '0' && r <= '9':
		return int(r - '0'), true
	case r >= '０' && r <= '９':
		return int(r - '０'), true
	}
	return 0, false
}
