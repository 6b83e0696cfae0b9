package glossary

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"sync"

	"dentalk/domain"
)

// Glossary finds terms. It does not change after New and is safe for concurrent use.
type Glossary struct {
	version   string
	terms     []domain.GlossaryTerm
	languages map[string]*language

	mu           sync.Mutex
	dictionaries map[pair]*domain.Dictionary // those that were asked for
}

type pair struct{ source, target string }

// algorithm must be raised when the same terms are found otherwise than before.
const algorithm = "2"

// New makes the engine of terms that are valid. When one spelling stands for two of them, the main
// term wins, and the earlier one among synonyms. The terms must not be changed afterwards.
func New(terms []domain.GlossaryTerm) *Glossary {
	g := &Glossary{
		version:      fingerprint(domain.FormatGlossary(terms)),
		terms:        terms,
		languages:    map[string]*language{},
		dictionaries: map[pair]*domain.Dictionary{},
	}
	for place, term := range terms {
		g.language("en").addMain(term.Term, place)
		for code, translation := range term.Translations {
			g.language(code).addMain(translation, place)
		}
	}
	for place, term := range terms {
		for code, synonyms := range term.Synonyms {
			for _, synonym := range synonyms {
				g.language(code).add(synonym, place)
			}
		}
	}
	return g
}

// fingerprint changes with the content, and with how terms are found.
func fingerprint(content string) string {
	hash := sha256.New()
	hash.Write([]byte(algorithm + everyday))
	hash.Write([]byte(content))
	return hex.EncodeToString(hash.Sum(nil)[:8])
}

// language is the one with this code; it is made when there is none.
func (g *Glossary) language(code string) *language {
	known := g.languages[code]
	if known == nil {
		known = newLanguage(code)
		g.languages[code] = known
	}
	return known
}

// Version changes with the terms, for caches of what the glossary finds.
func (g *Glossary) Version() string { return g.version }

// Find gives the terms that a text in the source language has and the target language knows, each
// once, in the order of their first appearance. Script and region of languages do not matter.
func (g *Glossary) Find(source, target, text string) []domain.Term {
	source, target = base(source), base(target)
	from := g.languages[source]
	if from == nil || source == target || g.languages[target] == nil {
		return nil
	}
	found := findings{text: text}
	for _, place := range from.find(text) {
		term := g.terms[place.value]
		if translation := spelling(term, target); translation != "" {
			found.add(place, translation, term.Category)
		}
	}
	return found.terms
}

// spelling is the main term in the language; empty when it is not known.
func spelling(term domain.GlossaryTerm, language string) string {
	if language == "en" {
		return term.Term
	}
	return term.Translations[language]
}

// base is the language without script and region: "en" of "en-US".
func base(tag string) string {
	language, _, _ := strings.Cut(tag, "-")
	return strings.ToLower(language)
}
