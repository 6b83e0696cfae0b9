package features

import "math/bits"

// nearWindow is how many words after a word are near it: a negation, a date or a person changes
// what is said about the things that stand near.
const nearWindow = 4

// stemWindow is the same for a word beside a class of the lexicon.
const stemWindow = 2

// addNear adds the classes of the lexicon, in order, and words with classes, that stand near each other.
// These features cover no letters: what stands between two words is no reason for anything.
func (d *Document) addNear() {
	start := len(d.Features)
	for first := range d.Words {
		for second := first + 1; second < min(first+1+nearWindow, len(d.Words)); second++ {
			d.addClassesNear(first, second)
			if second <= first+stemWindow {
				d.addStemNear(groupStemBefore, first, second)
				d.addStemNear(groupStemAfter, second, first)
			}
		}
	}
	d.level(start, nearLength)
}

func (d *Document) addClassesNear(first, second int) {
	for some := d.classes[first]; some != 0; some &= some - 1 {
		one := hashNext(hashStart(groupNear), rune(bits.TrailingZeros64(some))) // #nosec G115 -- at most 64
		for others := d.classes[second]; others != 0; others &= others - 1 {
			d.add(hashNext(one, rune(bits.TrailingZeros64(others))), 1, 0, 0) // #nosec G115 -- at most 64
		}
	}
}

// addStemNear adds the stem of one word with every class of another.
func (d *Document) addStemNear(group uint32, word, other int) {
	if d.classes[other] == 0 {
		return
	}
	stem := d.stem(hashStart(group), d.Words[word])
	for classes := d.classes[other]; classes != 0; classes &= classes - 1 {
		d.add(hashNext(stem, rune(bits.TrailingZeros64(classes))), 1, 0, 0) // #nosec G115 -- at most 64
	}
}

// addEdges adds the words that a message begins and ends with: they tell who is spoken of, and
// whether the message asks.
func (d *Document) addEdges() {
	count := len(d.Words)
	if count == 0 {
		return
	}
	start := len(d.Features)
	d.addRun(groupFirst, 0, 1)
	d.addRun(groupLast, count-1, count)
	if count > 1 {
		d.addRun(groupFirst, 0, 2)
		d.addRun(groupLast, count-2, count)
	}
	d.level(start, edgeLength)
}

// addRun adds the stems of the words from first up to after as one feature.
func (d *Document) addRun(group uint32, first, after int) {
	hash := hashStart(group)
	for _, word := range d.Words[first:after] {
		hash = d.stem(hash, word)
	}
	d.add(hash, 1, int(d.Words[first].from), int(d.Words[after-1].to))
}
