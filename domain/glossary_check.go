package domain

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"
)

// Limits of the glossary.
const (
	MaxGlossaryTerms     = 20_000
	maxTerm              = 200 // characters
	maxSynonyms          = 50  // of one language
	maxGlossaryLanguages = 20
	maxTermCategory      = 100 // characters
)

// formulaSigns begin a formula in the spreadsheets that exported glossaries are opened with.
const formulaSigns = "=+-@"

// Check validates t and returns it in canonical spelling: composed characters, no spaces at the
// ends, and no synonym that repeats another one or the term.
func (t GlossaryTerm) Check() (GlossaryTerm, error) {
	var v validation
	t = t.check(&v, "")
	return t, v.err()
}

// check names fields with the prefix.
func (t GlossaryTerm) check(v *validation, prefix string) GlossaryTerm {
	checked := GlossaryTerm{Term: v.term(prefix+"term", t.Term), Category: canonicalTerm(t.Category)}
	v.line(prefix+"category", checked.Category, 0, maxTermCategory)
	if strings.HasPrefix(checked.Category, "=") {
		v.add(prefix+"category", "invalid", "must not begin with =, which spreadsheets take for a formula")
	}
	if len(t.Translations) == 0 {
		v.add(prefix+"translations", "required", "must have at least one translation")
	}
	if len(t.Translations) > maxGlossaryLanguages {
		v.add(prefix+"translations", "too_many", fmt.Sprintf("must have at most %d languages", maxGlossaryLanguages))
		return checked
	}
	for _, code := range slices.Sorted(maps.Keys(t.Translations)) {
		field := prefix + "translations." + code
		v.glossaryLanguage(field, code)
		setText(&checked.Translations, code, v.term(field, t.Translations[code]))
	}
	checked.Synonyms = t.checkSynonyms(v, prefix, checked)
	return checked
}

// checkSynonyms gives those of t, whose terms are checked.
func (t GlossaryTerm) checkSynonyms(v *validation, prefix string, checked GlossaryTerm) map[string][]string {
	var kept map[string][]string
	for _, code := range slices.Sorted(maps.Keys(t.Synonyms)) {
		main, translated := checked.Translations[code]
		if code == "en" {
			main, translated = checked.Term, true
		}
		field := prefix + "synonyms." + code
		switch {
		case len(t.Synonyms[code]) == 0:
		case !translated:
			v.add(field, "no_translation", "needs a translation of the term into the same language")
		default:
			if synonyms := v.synonyms(field, main, t.Synonyms[code]); len(synonyms) > 0 {
				setSynonyms(&kept, code, synonyms)
			}
		}
	}
	return kept
}

// synonyms checks them and returns each once, without the main term.
func (v *validation) synonyms(field, main string, synonyms []string) []string {
	if len(synonyms) > maxSynonyms {
		v.add(field, "too_many", fmt.Sprintf("must have at most %d synonyms", maxSynonyms))
		return nil
	}
	var kept []string
	seen := map[string]bool{TermKey(main): true}
	for i, synonym := range synonyms {
		synonym = v.term(fmt.Sprintf("%s[%d]", field, i), synonym)
		if key := TermKey(synonym); !seen[key] {
			seen[key] = true
			kept = append(kept, synonym)
		}
	}
	return kept
}

// term checks one spelling and returns the canonical one.
func (v *validation) term(field, value string) string {
	value = canonicalTerm(value)
	v.line(field, value, 1, maxTerm)
	if strings.Contains(value, "|") {
		v.add(field, "invalid", "must not contain |, which separates synonyms")
	}
	if value != "" && strings.Contains(formulaSigns, value[:1]) {
		v.add(field, "invalid", "must not begin with = + - or @, which spreadsheets take for a formula")
	}
	return value
}

func canonicalTerm(value string) string { return strings.TrimSpace(norm.NFC.String(value)) }

// glossaryLanguage checks a language that terms are translated into.
func (v *validation) glossaryLanguage(field, code string) {
	switch {
	case code == "en":
		v.add(field, "invalid", "must not be English, the language of the term itself")
	case !baseLanguage(code):
		v.add(field, "invalid", "must be named by a language code without region, for example ko")
	}
}

// baseLanguage tells whether code is the shortest code of a language, without script and region.
func baseLanguage(code string) bool {
	base, err := language.ParseBase(code)
	return err == nil && base.String() == code && code != "und"
}
