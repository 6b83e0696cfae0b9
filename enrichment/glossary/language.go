package glossary

import "unicode/utf8"

// language is what the glossary knows in one language.
type language struct {
	code      string
	spellings *trie
	mains     map[string][]int // the entries of a main term, by its key
	// counters are the single syllables that are terms only behind a number.
	counters map[string]bool
}

func newLanguage(code string) *language {
	l := &language{code: code, spellings: newTrie(code != "ko"), mains: map[string][]int{}, counters: map[string]bool{}}
	for _, phrase := range phrases(everyday) {
		if utf8.RuneCountInString(phrase) == 1 {
			l.counters[phrase] = true
			continue
		}
		l.spellings.add(phrase, passOver)
	}
	return l
}

// addMain adds a main term. Every main term comes before any synonym.
func (l *language) addMain(term string, place int) {
	l.mains[key(term)] = append(l.mains[key(term)], place)
	l.add(term, place)
}

func (l *language) add(term string, place int) {
	for _, spelling := range spellings(l.code, term) {
		l.spellings.add(spelling, place)
	}
}

// find gives the terms of a text in its order.
func (l *language) find(text string) []span {
	if l.code == "ko" {
		return l.findKorean(text)
	}
	return l.findWords(text)
}
