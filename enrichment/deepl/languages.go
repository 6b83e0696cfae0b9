package deepl

import (
	"slices"
	"strings"

	"golang.org/x/text/language"
)

// languages are those that DeepL translates from and into, and takes glossaries of.
const languages = `ar bg cs da de el en es et fi fr he hu id it ja ko lt lv nb nl pl pt ro ru sk sl sv th tr uk vi zh`

// british are the regions whose English is not that of the USA.
const british = `GB IE AU NZ ZA IN`

// pair is a pair of languages in DeepL's codes.
type pair struct {
	source, target string // of a translation
	from, into     string // of a glossary, which knows no variants
}

// pairOf tells whether DeepL knows the pair.
func pairOf(source, target string) (pair, bool) {
	from, _ := codesOf(source)
	into, variant := codesOf(target)
	known := from != into && isListed(from, languages) && isListed(into, languages)
	return pair{source: strings.ToUpper(from), target: variant, from: from, into: into}, known
}

// codesOf gives the code of the language, and the one of its variant, without which DeepL takes
// some languages as a source only. Both are empty for what is not a language.
func codesOf(tag string) (code, variant string) {
	parsed, err := language.Parse(tag)
	if err != nil {
		return "", ""
	}
	base, _, _ := parsed.Raw()
	region, _ := parsed.Region()
	script, _ := parsed.Script()
	switch code = base.String(); {
	case code == "no":
		return "nb", "NB"
	case code == "en" && isListed(region.String(), british):
		return code, "EN-GB"
	case code == "en":
		return code, "EN-US"
	case code == "pt" && region.String() == "PT":
		return code, "PT-PT"
	case code == "pt":
		return code, "PT-BR"
	case code == "zh":
		return code, "ZH-" + strings.ToUpper(script.String()) // ZH-HANS or ZH-HANT
	}
	return code, strings.ToUpper(code)
}

func isListed(code, list string) bool { return slices.Contains(strings.Fields(list), code) }
