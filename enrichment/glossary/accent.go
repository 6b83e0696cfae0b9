package glossary

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// plain is a letter in lower case and, if it is a Latin one, without its accents.
func plain(r rune) rune {
	r = unicode.ToLower(r)
	if r < 0xc0 || r > 0x24f {
		return r
	}
	var letter [utf8.UTFMax]byte
	decomposed := norm.NFD.Properties(letter[:utf8.EncodeRune(letter[:], r)]).Decomposition()
	if len(decomposed) == 0 {
		return r
	}
	bare, _ := utf8.DecodeRune(decomposed)
	return bare
}

// accent tells whether r is an accent that follows its letter.
func accent(r rune) bool { return r >= 0x300 && r <= 0x36f }
