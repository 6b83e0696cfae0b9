package libretranslate

import "golang.org/x/text/language"

// codes gives the server's codes of two languages and tells whether it translates from one into the
// other.
func (a ability) codes(source, target string) (from, into string, known bool) {
	for _, from := range candidates(source) {
		for _, into := range candidates(target) {
			if a.targets[from][into] && from != into {
				return from, into, true
			}
		}
	}
	return "", "", false
}

// candidates are the codes that a server may have for the language, the best first. Versions differ
// for Chinese.
func candidates(tag string) []string {
	parsed, err := language.Parse(tag)
	if err != nil {
		return nil
	}
	base, _, region := parsed.Raw()
	if base.String() != "zh" {
		return []string{base.String() + "-" + region.String(), base.String()}
	}
	if script, _ := parsed.Script(); script.String() == "Hant" {
		return []string{"zh-Hant", "zt"}
	}
	return []string{"zh-Hans", "zh"}
}
