package glossary

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// bounded tells whether the term at text[start:end] stands between boundaries. Hangul bounds a
// Latin word, since particles are attached to it, and so do scripts without spaces.
func bounded(text string, start, end int) bool {
	return !(joins(before(text, start)) && joins(after(text, start))) &&
		!(joins(before(text, end)) && joins(after(text, end)))
}

// ownWord tells whether text[start:end] is a word of its own with at most a particle.
func ownWord(text string, start, end int) bool {
	return !letterOrDigit(before(text, start)) && particleFollows(text[end:])
}

// counted tells whether text[start:end] counts what a number before it says, as in "3본".
func counted(text string, start, end int) bool {
	return unicode.IsDigit(before(text, start)) && particleFollows(text[end:])
}

// particleFollows tells whether rest begins with the end of a word, at most a particle before it.
func particleFollows(rest string) bool {
	word := strings.IndexFunc(rest, func(r rune) bool { return !letterOrDigit(r) })
	if word < 0 {
		word = len(rest)
	}
	switch rest[:word] {
	case "", "이", "가", "은", "는", "을", "를", "의", "에", "도", "만", "과", "와", "로", "으로",
		"에서", "에게", "까지", "부터", "이나", "보다", "처럼", "마다", "씩", "당", "짜리",
		"입니다", "이에요", "예요", "이고", "인데", "이라", "이라서", "으로는", "에는", "에서는", "까지는":
		return true
	}
	return false
}

// before is the rune that ends at position, and 0 at the beginning of the text.
func before(text string, position int) rune {
	r, width := utf8.DecodeLastRuneInString(text[:position])
	if width == 0 {
		return 0
	}
	return r
}

// after is the rune that begins at position, and 0 at the end of the text.
func after(text string, position int) rune {
	r, width := utf8.DecodeRuneInString(text[position:])
	if width == 0 {
		return 0
	}
	return r
}

func hangul(r rune) bool { return unicode.Is(unicode.Hangul, r) }

func letterOrDigit(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// joins tells whether r goes on with a word that stands between spaces, or with a number.
func joins(r rune) bool { return (letterOrDigit(r) || unicode.IsMark(r)) && !hangul(r) && !unspaced(r) }

// unspaced tells whether r is of a script that is written without spaces between words.
func unspaced(r rune) bool {
	return r >= 0x0e00 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}
