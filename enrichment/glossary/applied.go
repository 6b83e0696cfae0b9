package glossary

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Applied tells whether a translation into the target language has the term, as Find gives it, or
// one of its synonyms. Case, plurals, Spanish genders and what is attached to Korean words do not
// matter. It rather sees a term that is not there, in a word that looks like it, than it misses one.
func (g *Glossary) Applied(target, term, translation string) bool {
	target = base(target)
	return g.applied(newSought(target, translation), term)
}

func (g *Glossary) applied(text sought, term string) bool {
	if text.has(term) {
		return true
	}
	language := g.languages[text.language]
	if language == nil {
		return false
	}
	for _, place := range language.mains[key(term)] {
		if slices.ContainsFunc(g.terms[place].Synonyms[text.language], text.has) {
			return true
		}
	}
	return false
}

// key is the form of a term in which case, accents of Latin letters, spaces and hyphens do not
// matter.
func key(term string) string {
	var folded strings.Builder
	for _, r := range term {
		if !separates(r) && !accent(r) {
			folded.WriteRune(plain(r))
		}
	}
	return folded.String()
}

// sought is a text in which terms are looked for.
type sought struct {
	language string
	text     string
	compact  string // the text as a key
	words    string // as words gives them
}

func newSought(language, text string) sought {
	return sought{language: language, text: text, compact: key(text), words: words(language, text)}
}

func (s sought) has(term string) bool {
	if !strings.ContainsFunc(term, func(r rune) bool { return hangul(r) || unspaced(r) }) {
		return s.hasWords(term)
	}
	if utf8.RuneCountInString(term) > 1 {
		return strings.Contains(s.compact, key(term))
	}
	return s.hasSyllable(term)
}

// hasWords tells whether the text has the words of the term, one behind the other, in the singular
// or plural.
func (s sought) hasWords(term string) bool {
	forms := []string{term}
	if s.language != "es" {
		forms = append(spellings(s.language, term), strings.TrimSuffix(term, "s"))
	}
	return slices.ContainsFunc(forms, func(form string) bool {
		wanted := words(s.language, form)
		return wanted != " " && strings.Contains(s.words, wanted)
	})
}

// hasSyllable tells whether the text has the syllable as a word, or behind a number.
func (s sought) hasSyllable(syllable string) bool {
	for start := range s.text {
		end := start + len(syllable)
		if strings.HasPrefix(s.text[start:], syllable) && (counted(s.text, start, end) || ownWord(s.text, start, end)) {
			return true
		}
	}
	return false
}

// words are those of a text as keys, of Spanish ones the stems, with a space around each.
func words(language, text string) string {
	var list strings.Builder
	list.WriteByte(' ')
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return !joins(r) }) {
		word = key(word)
		if language == "es" {
			word = spanishStem(word)
		}
		list.WriteString(word + " ")
	}
	return list.String()
}

// spanishStem cuts number and gender: "luces" is like "luz", "atornilladas" like "atornillado".
func spanishStem(word string) string {
	word = strings.TrimSuffix(word, "s")
	if len(word) > 3 && endsIn(word, "a", "e", "o") {
		word = word[:len(word)-1]
	}
	if strings.HasSuffix(word, "z") {
		word = word[:len(word)-1] + "c"
	}
	return word
}
