package glossary

import "unicode/utf8"

// findWords finds terms of languages whose terms stand between boundaries.
func (l *language) findWords(text string) []span {
	var found []span
	for position := 0; position < len(text); {
		start := position
		end, value := l.spellings.longest(text, start, func(end int) bool { return bounded(text, start, end) })
		if end == start {
			position = pastWord(text, start)
			continue
		}
		if value != passOver {
			found = append(found, span{start, end, value})
		}
		position = end
	}
	return found
}

// pastWord is where the next term can begin: behind the word or the one rune of another kind at
// position.
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

func (l *language) findKorean(text string) []span {
	var found []span
	behind := -1 // where the last term ended
	for position := 0; position < len(text); {
		start := position
		end, value := l.spellings.longest(text, start, func(end int) bool {
			return l.isKorean(text, start, end, behind == start)
		})
		if end == start {
			_, width := utf8.DecodeRuneInString(text[start:])
			position += width
			continue
		}
		if value != passOver {
			found = append(found, span{start, end, value})
			behind = end
		}
		position = end
	}
	return found
}

// isKorean tells whether text[start:end] is a term, and not by chance a piece of another word.
func (l *language) isKorean(text string, start, end int, behindTerm bool) bool {
	if !bounded(text, start, end) {
		return false
	}
	if !hangul(after(text, start)) {
		return true
	}
	switch utf8.RuneCountInString(text[start:end]) {
	case 1:
		return counted(text, start, end) || !l.counters[text[start:end]] && ownWord(text, start, end)
	case 2:
		return behindTerm || !hangul(before(text, start))
	}
	return true
}
