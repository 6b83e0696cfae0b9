package glossary

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"unicode/utf8"

	"dentalk/domain"
)

// Glossary finds terms. It does not change after New and is safe for concurrent use.
type Glossary struct {
	version string
	entries []entry
	english *trie
	korean  *trie
	// counters are the single syllables that are terms only behind a number.
	counters map[string]bool
}

// algorithm must be raised when the same terms are found otherwise than before.
const algorithm = "1"

var _ domain.Translator = (*Glossary)(nil)

// New reads the embedded glossary.
func New() (*Glossary, error) { return Parse(terms) }

// Version changes with the terms, for caches of what the glossary finds.
func (g *Glossary) Version() string { return g.version }

// Parse reads a glossary of the embedded one's form: tab-separated columns term_en, term_ko,
// synonyms_en, synonyms_ko and category, with a header, synonyms separated by |.
func Parse(table string) (*Glossary, error) {
	entries, err := parse(table)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256([]byte(algorithm + table + everyday))
	g := &Glossary{version: hex.EncodeToString(sum[:8]), entries: entries, english: newTrie(), korean: newTrie(), counters: map[string]bool{}}
	for _, phrase := range phrases(everyday) {
		if utf8.RuneCountInString(phrase) == 1 {
			g.counters[phrase] = true
			continue
		}
		g.english.add(phrase, passOver)
		g.korean.add(phrase, passOver)
	}
	g.addTerms()
	return g, nil
}

// addTerms adds every main term before any synonym: when one spelling stands for two entries, the
// main term wins, and the earlier row among synonyms.
func (g *Glossary) addTerms() {
	for i, entry := range g.entries {
		addAll(g.english, englishSpellings(entry.english), i)
		addAll(g.korean, koreanSpellings(entry.korean), i)
	}
	for i, entry := range g.entries {
		for _, synonym := range entry.englishSynonyms {
			addAll(g.english, englishSpellings(synonym), i)
		}
		for _, synonym := range entry.koreanSynonyms {
			addAll(g.korean, koreanSpellings(synonym), i)
		}
	}
}

func addAll(t *trie, spellings []string, value int) {
	for _, spelling := range spellings {
		t.add(spelling, value)
	}
}

// Name is "glossary".
func (g *Glossary) Name() string { return "glossary" }

// Translate answers the terms of each text, each once, in the order of their first appearance,
// and never a text.
func (g *Glossary) Translate(ctx context.Context, request domain.TranslateRequest) ([]domain.Translation, error) {
	answers := make([]domain.Translation, len(request.Texts))
	find := g.finder(base(request.Source), base(request.Target))
	if find == nil {
		return answers, nil
	}
	for i, text := range request.Texts {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		answers[i].Terms = find(text)
	}
	return answers, nil
}

func (g *Glossary) finder(source, target string) func(string) []domain.Term {
	switch {
	case source == "en" && target == "ko":
		return g.findEnglish
	case source == "ko" && target == "en":
		return g.findKorean
	}
	return nil
}

// base is the language without script and region: "en" of "en-US".
func base(tag string) string {
	language, _, _ := strings.Cut(tag, "-")
	return strings.ToLower(language)
}
