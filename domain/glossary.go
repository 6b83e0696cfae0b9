package domain

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"
)

// GlossaryTerm is a term of the trade in several languages.
type GlossaryTerm struct {
	// Term is the English term by which the entry is known; unique without regard to case.
	Term         string
	Translations map[string]string   // by language, without English
	Synonyms     map[string][]string // by language, English included
	Category     string              // for example "material"; may be empty
}

// GlossaryChange is one version of the glossary: what an operator changed in the one before.
type GlossaryChange struct {
	Version  int64
	At       time.Time
	UserID   ID
	UserName string
	Set      []GlossaryTerm
	Removed  []string // terms
}

// Glossary is a version of the glossary as a whole. It is shared and must not be changed.
type Glossary struct {
	Version int64          // of the newest change; 0 before the first
	Terms   []GlossaryTerm // in ascending order of TermKey, each key once
}

// TermKey is the form of a term that is unique: case does not matter.
func TermKey(term string) string { return strings.ToLower(norm.NFC.String(strings.TrimSpace(term))) }

// Term gives the entry that is known by the English term.
func (g Glossary) Term(term string) (GlossaryTerm, bool) {
	key := TermKey(term)
	at, found := slices.BinarySearchFunc(g.Terms, key, func(t GlossaryTerm, key string) int {
		return cmp.Compare(TermKey(t.Term), key)
	})
	if !found {
		return GlossaryTerm{}, false
	}
	return g.Terms[at], true
}

// newGlossary sorts the entries; of two with one key the later holds.
func newGlossary(terms []GlossaryTerm) Glossary {
	byKey := make(map[string]GlossaryTerm, len(terms))
	for _, term := range terms {
		byKey[TermKey(term.Term)] = term
	}
	return Glossary{Terms: sortedTerms(byKey)}
}

// apply gives the glossary with the changes, which are in ascending order.
func (g Glossary) apply(changes []GlossaryChange) Glossary {
	if len(changes) == 0 {
		return g
	}
	byKey := make(map[string]GlossaryTerm, len(g.Terms))
	for _, term := range g.Terms {
		byKey[TermKey(term.Term)] = term
	}
	for _, change := range changes {
		for _, term := range change.Removed {
			delete(byKey, TermKey(term))
		}
		for _, term := range change.Set {
			byKey[TermKey(term.Term)] = term
		}
	}
	return Glossary{Version: changes[len(changes)-1].Version, Terms: sortedTerms(byKey)}
}

func sortedTerms(byKey map[string]GlossaryTerm) []GlossaryTerm {
	terms := make([]GlossaryTerm, 0, len(byKey))
	for _, key := range slices.Sorted(maps.Keys(byKey)) {
		terms = append(terms, byKey[key])
	}
	return terms
}

// Equal tells whether both say the same.
func (t GlossaryTerm) Equal(other GlossaryTerm) bool {
	return t.Term == other.Term && t.Category == other.Category &&
		maps.Equal(t.Translations, other.Translations) &&
		maps.EqualFunc(t.Synonyms, other.Synonyms, slices.Equal)
}

// merge gives t with everything that is new. In the languages of the new entry, English included,
// its synonyms replace the old ones; other languages stay as they are.
func (t GlossaryTerm) merge(added GlossaryTerm) GlossaryTerm {
	merged := GlossaryTerm{Term: added.Term, Category: cmp.Or(added.Category, t.Category)}
	merged.Translations, merged.Synonyms = maps.Clone(added.Translations), maps.Clone(added.Synonyms)
	for language, translation := range t.Translations {
		if _, replaced := added.Translations[language]; replaced {
			continue
		}
		setText(&merged.Translations, language, translation)
		if synonyms := t.Synonyms[language]; len(synonyms) > 0 {
			setSynonyms(&merged.Synonyms, language, synonyms)
		}
	}
	return merged
}

func setSynonyms(all *map[string][]string, language string, synonyms []string) {
	if *all == nil {
		*all = map[string][]string{}
	}
	(*all)[language] = synonyms
}
