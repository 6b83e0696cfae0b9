package features

// The shortest and the longest run of Hangul letters that is a feature: half a syllable more than
// one, up to two or three syllables.
const (
	shortestJamo = 3
	longestJamo  = 6
)

// jamo is one letter of a Hangul syllable, with the place of the syllable.
type jamo struct {
	value rune
	from  int32
}

// addJamo adds the runs of letters that the syllables of Hangul are made of. The endings of verbs
// melt into the syllables, so that 맞아요, 맞지 and 맞네 share more letters than syllables.
func (d *Document) addJamo() {
	start := len(d.Features)
	for _, word := range d.Words {
		if !word.Hangul {
			continue
		}
		d.jamo = decompose(d.jamo[:0], d.letters, word)
		for first := range d.jamo {
			hash := hashStart(groupJamo)
			for last := first; last < min(first+longestJamo, len(d.jamo)); last++ {
				hash = hashNext(hash, d.jamo[last].value)
				if last-first+1 >= shortestJamo {
					d.add(hash, 1, int(d.jamo[first].from), int(d.jamo[last].from)+1)
				}
			}
		}
	}
	d.level(start, jamoLength)
}

// decompose gives the letters of a word with a space at both ends.
func decompose(into []jamo, text []letter, word Word) []jamo {
	into = append(into, jamo{' ', word.from})
	for at := word.from; at < word.to; at++ {
		value := text[at].value
		if !isSyllable(value) {
			into = append(into, jamo{value, at})
			continue
		}
		value -= syllableBase
		into = append(into, jamo{leadBase + value/(vowels*tails), at}, jamo{vowelBase + value/tails%vowels, at})
		if tail := value % tails; tail > 0 {
			into = append(into, jamo{tailBase + tail, at})
		}
	}
	return append(into, jamo{' ', word.to - 1})
}
