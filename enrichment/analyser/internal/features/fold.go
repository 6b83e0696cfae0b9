package features

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxRunes is the most runes of a message that are looked at; the rest is left out, which bounds
// the time that one message can take.
const MaxRunes = 2000

// letter is one rune of the folded text and the bytes of the original that it stands for.
type letter struct {
	value      rune
	start, end int32
}

// fold brings a text into the form that the features are made from: lower case, without accents,
// Hangul composed, every run of digits as one '0', every run of anything that is not a letter, a
// digit, a mark or a pictograph as one space. A space stands at both ends. The same text in NFC
// and in NFD folds to the same letters.
func fold(text string, into []letter) []letter {
	into = append(into, letter{value: ' '})
	for at := 0; at < len(text) && len(into) < MaxRunes; {
		value, size := utf8.DecodeRuneInString(text[at:])
		into = foldRune(into, letter{foldCase(value), int32(at), int32(at + size)}) // #nosec G115 -- a text is bounded
		at += size
	}
	end := int32(len(text)) // #nosec G115 -- a text is bounded
	if into[len(into)-1].value != ' ' {
		into = append(into, letter{' ', end, end})
	}
	return into
}

// Fold gives a text as the features see it, without spaces around it: texts that fold to the same
// are the same message.
func Fold(text string) string {
	var folded strings.Builder
	for _, each := range trimSpaces(fold(text, nil)) {
		folded.WriteRune(each.value)
	}
	return folded.String()
}

func foldRune(into []letter, next letter) []letter {
	last := &into[len(into)-1]
	switch {
	case unicode.Is(unicode.Mn, next.value) || next.value == '\'' || next.value == '\u200d':
		last.end = next.end // an accent, an apostrophe or a joiner belongs to the letter before it
		return into
	case joinHangul(last, next):
		return into
	case unicode.IsDigit(next.value):
		next.value = '0'
	case next.value == '$' || next.value == '€' || next.value == '₩':
		next.value = '$'
	case next.value == '?' || next.value == '!' || next.value == '~':
	case unicode.IsLetter(next.value) || unicode.IsSymbol(next.value) && next.value > 0x2000:
	default:
		next.value = ' '
	}
	if next.value == last.value && (next.value == ' ' || next.value == '0' || next.value == '~') {
		last.end = next.end
		return into
	}
	return append(into, next)
}

// foldCase gives the lower case of a rune, without the accents of Spanish and with the several
// forms of the apostrophe as one.
func foldCase(value rune) rune {
	switch value = unicode.ToLower(value); value {
	case 'á', 'à', 'â':
		return 'a'
	case 'é', 'è', 'ê':
		return 'e'
	case 'í', 'ì':
		return 'i'
	case 'ó', 'ò', 'ô':
		return 'o'
	case 'ú', 'ù', 'ü':
		return 'u'
	case 'ñ':
		return 'n'
	case '’', '‘', '`', '´':
		return '\''
	}
	return value
}

// The arithmetic of composed Hangul syllables, from chapter 3.12 of the Unicode standard.
const (
	syllableBase, leadBase, vowelBase, tailBase = 0xAC00, 0x1100, 0x1161, 0x11A7
	leads, vowels, tails                        = 19, 21, 28
)

// joinHangul adds a decomposed vowel or final consonant to the syllable before it.
func joinHangul(last *letter, next letter) bool {
	lead, vowel, tail := last.value-leadBase, next.value-vowelBase, next.value-tailBase
	switch {
	case lead >= 0 && lead < leads && vowel >= 0 && vowel < vowels:
		last.value = syllableBase + (lead*vowels+vowel)*tails
	case isSyllable(last.value) && (last.value-syllableBase)%tails == 0 && tail > 0 && tail < tails:
		last.value += tail
	default:
		return false
	}
	last.end = next.end
	return true
}

func isSyllable(value rune) bool {
	return value >= syllableBase && value < syllableBase+leads*vowels*tails
}
