package glossary

import (
	"strings"
	"unicode/utf8"

	"dentalk/domain"
)

// Dictionary is how the main terms of the source language are translated, each spelling once; nil
// when there is none. Synonyms are not among them: a provider would apply "job" or "final" wherever
// they stand. Its version changes with the terms and synonyms of this pair only. Spellings of a
// single character are left out: they are too often something else.
func (g *Glossary) Dictionary(source, target string) *domain.Dictionary {
	languages := pair{base(source), base(target)}
	g.mu.Lock()
	defer g.mu.Unlock()
	dictionary, made := g.dictionaries[languages]
	if !made && g.languages[languages.source] != nil && g.languages[languages.target] != nil {
		dictionary = g.newDictionary(languages)
		g.dictionaries[languages] = dictionary
	}
	return dictionary
}

func (g *Glossary) newDictionary(languages pair) *domain.Dictionary {
	if languages.source == languages.target {
		return nil
	}
	var entries []domain.DictionaryEntry
	var content strings.Builder
	listed := map[string]bool{}
	for _, term := range g.terms {
		source, target := spelling(term, languages.source), spelling(term, languages.target)
		if source == "" || target == "" {
			continue
		}
		content.WriteString(source + "\t" + target + "\t" + strings.Join(term.Synonyms[languages.source], "|") + "\n")
		if key := domain.TermKey(source); utf8.RuneCountInString(source) > 1 && !listed[key] {
			listed[key] = true
			entries = append(entries, domain.DictionaryEntry{Source: source, Target: target})
		}
	}
	if len(entries) == 0 {
		return nil
	}
	return &domain.Dictionary{Version: fingerprint(content.String()), Entries: entries}
}
