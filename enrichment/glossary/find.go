package glossary

import (
	"unicode/utf8"

	"dentalk/domain"
)

func (g *Glossary) findEnglish(text string) []domain.Term {
	found := findings{text: text}
	for position := 0; position < len(text); {
		start := position
		end, value := g.english.longest(text, start, func(end int) bool { return english(text, start, end) })
		if end == start {
			position = pastWord(text, start)
			continue
		}
		if value != passOver {
			found.add(start, end, value, g.entries[value].korean, g.entries[value].category)
		}
		position = end
	}
	return found.terms
}

// pastWord is where the next English term can begin: behind the Latin word or the one rune of
// another kind at position.
func pastWord(text string, position int) int {
	inWord := false
	for position < len(text) {
		r, width := utf8.DecodeRuneInString(text[position:])
		if !joins(r) {
			if inWord {
				return position
			}
			return position + width
		}
		inWord = true
		position += width
	}
	return position
}

func (g *Glossary) findKorean(text string) []domain.Term {
	found := findings{text: text}
	behind := -1 // where the last term ended
	for position := 0; position < len(text); {
		start := position
		end, value := g.korean.longest(text, start, func(end int) bool {
			return g.isKorean(text, start, end, behind == start)
		})
		if end == start {
			_, width := utf8.DecodeRuneInString(text[start:])
			position += width
			continue
		}
		if value != passOver {
			found.add(start, end, value, g.entries[value].english, g.entries[value].category)
			behind = end
		}
		position = end
	}
	return found.terms
}

// isKorean tells whether text[start:end] is a term, and not by chance a piece of another word.
func (g *Glossary) isKorean(text string, start, end int, behindTerm bool) bool {
	if !edges(text, start, end) {
		return false
	}
	if !hangul(after(text, start)) {
		return true
	}
	switch utf8.RuneCountInString(text[start:end]) {
	case 1:
		return counted(text, start, end) || !g.counters[text[start:end]] && ownWord(text, start, end)
	case 2:
		return behindTerm || !hangul(before(text, start))
	}
	return true
}
