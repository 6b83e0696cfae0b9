package quality

import (
	"unicode"

	"golang.org/x/text/language"
)

// inScript tells whether the text can be in the language by its script. The names of products are
// in Latin letters everywhere, so that in other scripts one letter of it is enough; in a language
// of Latin letters half of all are.
func inScript(tag, text string) bool {
	tables := scriptsOf(tag)
	if tables == nil {
		return true
	}
	letters, own := 0, 0
	for _, r := range text {
		if !unicode.IsLetter(r) {
			continue
		}
		letters++
		if unicode.In(r, tables...) {
			own++
		}
	}
	if tables[0] == unicode.Latin {
		return own > 0 && 2*own >= letters
	}
	return own > 0
}

// scriptsOf gives the scripts of which the language has letters; nil when they are not known.
func scriptsOf(tag string) []*unicode.RangeTable {
	parsed, err := language.Parse(tag)
	if err != nil {
		return nil
	}
	script, _ := parsed.Script()
	switch script.String() {
	case "Latn":
		return []*unicode.RangeTable{unicode.Latin}
	case "Kore":
		return []*unicode.RangeTable{unicode.Hangul}
	case "Jpan":
		return []*unicode.RangeTable{unicode.Hiragana, unicode.Katakana, unicode.Han}
	case "Hans", "Hant":
		return []*unicode.RangeTable{unicode.Han}
	case "Cyrl":
		return []*unicode.RangeTable{unicode.Cyrillic}
	case "Grek":
		return []*unicode.RangeTable{unicode.Greek}
	case "Arab":
		return []*unicode.RangeTable{unicode.Arabic}
	case "Hebr":
		return []*unicode.RangeTable{unicode.Hebrew}
	case "Thai":
		return []*unicode.RangeTable{unicode.Thai}
	case "Deva":
		return []*unicode.RangeTable{unicode.Devanagari}
	}
	return nil
}
