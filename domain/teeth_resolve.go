package domain

import (
	"strconv"
)

// addGroup resolves the notation of each number and fills the ranges.
func (f *toothFinder) addGroup(numbers []toothNumberAt, behind ToothNotation) {
	mark := behind
	var before Tooth
	for i, n := range numbers {
		given := mark
		if n.mark != "" {
			given, mark = n.mark, n.mark
		}
		if i > 0 && f.otherName(numbers[i-1], n, before) {
			continue
		}
		if i+1 < len(numbers) && numbers[i+1].link == linkSame {
			given = pairNotation(n.number, numbers[i+1])
		}
		tooth, known := f.resolve(n.number, given)
		if !known {
			before = Tooth{}
			continue
		}
		tooth.Text = f.text[f.tokens[n.token].start:f.tokens[n.token].end]
		if n.hash {
			tooth.Text = f.hashText(n.token)
		}
		if n.link == linkRange && i > 0 && before.Ambiguous == tooth.Ambiguous {
			f.fill(numbers[i-1], n, before, tooth)
		}
		f.add(tooth)
		before = tooth
	}
}

// hashText is the number with its sign when nothing stands between them.
func (f *toothFinder) hashText(at int) string {
	if t := f.tokens[at]; t.glued && f.tokens[at-1].word == "#" {
		return f.text[f.tokens[at-1].start:t.end]
	}
	return f.text[f.tokens[at].start:f.tokens[at].end]
}

// otherName tells whether n only says again, in the other notation, which tooth the one before is.
func (f *toothFinder) otherName(last, n toothNumberAt, tooth Tooth) bool {
	if tooth.FDI == "" || tooth.Ambiguous {
		return false
	}
	if n.link == linkSame {
		return true
	}
	number := strconv.Itoa(n.number)
	return n.link == linkSlash && last.mark != "" && n.number != last.number && (number == tooth.Universal || number == tooth.FDI)
}

// pairNotation is the notation of the first of two names of one tooth.
func pairNotation(number int, other toothNumberAt) ToothNotation {
	switch {
	case other.mark == NotationFDI && isPair(other.number, number):
		return NotationUniversal
	case other.mark == NotationUniversal && isPair(number, other.number):
		return NotationFDI
	case isPair(number, other.number):
		return NotationFDI
	}
	return NotationUniversal
}

func isPair(fdi, universal int) bool {
	return UniversalOfFDI(strconv.Itoa(fdi)) == strconv.Itoa(universal)
}

// resolve reads the number in the notation that is given by a mark, that is the only one to have
// it, or that is the writer's. known is false when the notation has no such tooth.
func (f *toothFinder) resolve(number int, given ToothNotation) (tooth Tooth, known bool) {
	name := strconv.Itoa(number)
	fdi, universal := FDIOfUniversal(name), UniversalOfFDI(name)
	asFDI := Tooth{FDI: name, Universal: universal}
	asUniversal := Tooth{FDI: fdi, Universal: name}
	switch {
	case given == NotationFDI:
		return asFDI, universal != ""
	case given == NotationUniversal:
		return asUniversal, fdi != ""
	case universal == "" && f.notation == NotationPalmer && number <= 8:
		return Tooth{}, false // a position, whose quadrant the text does not tell
	case universal == "":
		return asUniversal, fdi != ""
	case fdi == "" || f.notation == NotationFDI || f.notation == NotationPalmer:
		return asFDI, true
	case f.notation == NotationUniversal:
		return asUniversal, true
	}
	asFDI.Ambiguous = true
	return asFDI, true
}

// fill adds the teeth between two ends that were read in one notation.
func (f *toothFinder) fill(from, to toothNumberAt, first, last Tooth) {
	fromUniversal, toUniversal := strconv.Itoa(from.number) == first.Universal, strconv.Itoa(to.number) == last.Universal
	if first.FDI == "" || fromUniversal != toUniversal {
		return
	}
	text := f.text[f.tokens[from.token].start:f.tokens[to.token].end]
	for _, fdi := range span(first.FDI, last.FDI) {
		if fdi != first.FDI && fdi != last.FDI {
			f.add(Tooth{Text: text, FDI: fdi, Universal: UniversalOfFDI(fdi), Ambiguous: first.Ambiguous})
		}
	}
}
