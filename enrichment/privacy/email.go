package privacy

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Longest parts of an address in bytes (RFC 5321).
const (
	longestLocal  = 64
	longestDomain = 255
)

// email takes the address around an @.
func (f *finder) email(at int) int {
	t := f.tokens[at]
	if t.word != "@" && t.word != "＠" {
		return at + 1
	}
	start := t.start
	for start > 0 && t.start-start < longestLocal {
		r, width := utf8.DecodeLastRuneInString(f.text[:start])
		if !inAddress(r) && !strings.ContainsRune("_%+", r) {
			break
		}
		start -= width
	}
	start += len(f.text[start:t.start]) - len(strings.TrimLeft(f.text[start:t.start], ".-"))
	end := f.domainEnd(t.end)
	if start == t.start || end == t.end {
		return at + 1
	}
	f.mask(start, end)
	for at++; at < len(f.tokens) && f.tokens[at].start < end; {
		at++
	}
	return at
}

// domainEnd is where the domain ends that begins at the byte; start itself when there is none. A
// domain has a dot, and letters after the last one.
func (f *finder) domainEnd(start int) int {
	end, last := start, start
	for end < len(f.text) && end-start < longestDomain {
		r, width := utf8.DecodeRuneInString(f.text[end:])
		if !inAddress(r) {
			break
		}
		end += width
	}
	end = start + len(strings.TrimRight(f.text[start:end], ".-"))
	last = start + strings.LastIndexByte(f.text[start:end], '.')
	if last <= start || end-last < 3 || !isLetter(f.text[last+1]) {
		return start
	}
	return end
}

// inAddress leaves out Hangul, which follows addresses as a particle.
func inAddress(r rune) bool {
	return r == '.' || r == '-' || kindOf(r) == digits || kindOf(r) == letters && unicode.Is(unicode.Latin, r)
}

func isLetter(b byte) bool { return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= utf8.RuneSelf }
