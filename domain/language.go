package domain

import (
	"strings"
	"unicode"
)

// LanguageOf tells the language of a text by its script, with the writer's profile language where
// the script does not decide. Hangul in a fifth of the letters means Korean: dental Korean is full
// of Latin product names.
func LanguageOf(text, profile string) string {
	var letters, hangul, kana, han, latin int
	for _, r := range text {
		switch {
		case unicode.Is(unicode.Hangul, r):
			hangul++
		case unicode.In(r, unicode.Hiragana, unicode.Katakana):
			kana++
		case unicode.Is(unicode.Han, r):
			han++
		case unicode.Is(unicode.Latin, r):
			latin++
		case !unicode.IsLetter(r):
			continue
		}
		letters++
	}
	base, _, _ := strings.Cut(profile, "-")
	switch {
	case hangul*5 >= letters && hangul > 0:
		return "ko"
	case kana > 0:
		return "ja"
	case han > 0 && latin == 0:
		return keepScript(base, "zh", "zh", "ja", "ko")
	case latin > 0 && latin == letters:
		// A Korean lab that writes in Latin letters writes English.
		if base == "ko" || base == "ja" || base == "zh" {
			return "en"
		}
	}
	return base
}

// keepScript gives profile when it is one of candidates, else otherwise.
func keepScript(profile, otherwise string, candidates ...string) string {
	for _, candidate := range candidates {
		if profile == candidate {
			return profile
		}
	}
	return otherwise
}
