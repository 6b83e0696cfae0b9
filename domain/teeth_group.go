package domain

import "strings"

// toothNumberAt is one number of a group.
type toothNumberAt struct {
	token  int // of the number
	end    int // the token behind it and what belongs to it, as 번 in "26번"
	number int
	hash   bool // "#26"
	beon   bool // "26번"
	named  bool // a word for tooth stands right before it
	mark   ToothNotation
	link   toothLink // to the number before it
}

type toothLink int

const (
	linkList  toothLink = iota
	linkRange           // "11-13"
	linkSlash           // "11/21"
	linkSame            // "14 (FDI 26)": another name of the same tooth
)

// toothGroup is a row of numbers with nothing but separators between them.
type toothGroup struct {
	numbers []toothNumberAt
	end     int // the token behind the last
}

// group reads the numbers from token at on, which is a number.
func (f *toothFinder) group(at int) toothGroup {
	first := f.numberAt(at)
	first.hash, first.named, first.mark = f.marksBefore(at)
	g := toothGroup{numbers: []toothNumberAt{first}, end: first.end}
	for {
		next, found := f.next(g.numbers[len(g.numbers)-1])
		if !found {
			return g
		}
		g.numbers = append(g.numbers, next)
		g.end = next.end
	}
}

// numberAt takes the particles of the number with it.
func (f *toothFinder) numberAt(at int) toothNumberAt {
	n := toothNumberAt{token: at, end: at + 1, number: f.tokens[at].number}
	word := f.at(n.end)
	switch {
	case word.kind == toothHangul && strings.HasPrefix(word.word, "번") && (word.glued || word.word == "번"):
		n.beon = true
		n.end++
	case word.kind == toothLatin && word.glued && word.word == "i":
		n.end++
	case word.kind == toothHangul && word.glued && koreanLink(word.word) >= 0:
		n.end++
	}
	return n
}

// tail is the Korean particle of the number, without 번.
func (f *toothFinder) tail(n toothNumberAt) string {
	if n.end == n.token+1 {
		return ""
	}
	return strings.TrimPrefix(f.tokens[n.end-1].word, "번")
}

// koreanLink tells how a particle links to the number that follows; -1 when it does not.
func koreanLink(particle string) toothLink {
	switch particle {
	case "과", "와", "이랑", "랑", "하고", "이나", "나":
		return linkList
	case "부터", "에서":
		return linkRange
	}
	return -1
}

// farthestMark is how many tokens before a number are looked at, so that a text full of marks
// costs no more than another.
const farthestMark = 8

// marksBefore looks to the left of a number for what says that it is a tooth, and in which notation.
func (f *toothFinder) marksBefore(at int) (hash, named bool, mark ToothNotation) {
	for end := at - farthestMark; at > max(end, 0); {
		at--
		t := f.tokens[at]
		switch {
		case t.word == "#":
			hash = true
		case t.class&wordTooth != 0 || t.kind == toothHangul && startsWithAny(t.word, koreanTooth):
			named = true
		case f.markAt(at) != "":
			return hash, named, f.markAt(at)
		case f.between(at):
		default:
			return hash, named, ""
		}
	}
	return hash, named, ""
}

// between tells whether the token may stand between a mark and its number: "tooth no. 26",
// "FDI: 26", "FDI로 26번".
func (f *toothFinder) between(at int) bool {
	switch f.tokens[at].word {
	case ":", "(", ".", "º", "°", "no", "nº", "n", "nr", "number", "numbers", "nos", "número", "números", "numero",
		"로", "번호", "번호는", "기준", "기준으로", "방식", "으로", "표기", "notation", "numbering", "system", "the", "la", "el", "las", "los":
		return true
	}
	return false
}

// markAt gives the notation that the word names. "Universal" alone is an everyday word, but not
// right before a number.
func (f *toothFinder) markAt(at int) ToothNotation {
	switch f.at(at).word {
	case "fdi", "iso":
		return NotationFDI
	case "universal", "uns", "ada":
		return NotationUniversal
	}
	return ""
}

// next reads separators and the number behind them.
func (f *toothFinder) next(last toothNumberAt) (toothNumberAt, bool) {
	at, link, separated := f.separators(last)
	hash, named, mark := false, false, ToothNotation("")
	for ; at < len(f.tokens); at++ {
		t := f.tokens[at]
		switch {
		case t.word == "#":
			hash, separated = true, true
		case t.class&wordTooth != 0 && separated && link != linkRange:
			named = true
		case f.markAt(at) != "" && separated:
			mark = f.markAt(at)
		case t.class&wordArticle != 0 && separated:
		default:
			if t.kind != toothDigits || t.number == 0 || t.glued && at == last.end {
				return toothNumberAt{}, false
			}
			n := f.numberAt(at)
			n.hash, n.named, n.mark, n.link = hash, named, mark, link
			both := last.number >= 11 && n.number >= 11
			if !separated && !last.beon && !both || link == linkSame && !samePair(last, n) {
				return toothNumberAt{}, false
			}
			return n, true
		}
	}
	return toothNumberAt{}, false
}

// separators goes over what stands between two numbers of a group. separated is false when only
// space does.
func (f *toothFinder) separators(last toothNumberAt) (at int, link toothLink, separated bool) {
	at = last.end
	if particle := koreanLink(f.tail(last)); particle >= 0 {
		return at, particle, true
	}
	for ; at < len(f.tokens) && at < last.end+3; at++ {
		t := f.tokens[at]
		switch t.word {
		case ",", "、", "·", "&", "+", "및", "또는", "혹은", "그리고":
		case "/":
			link = linkSlash
		case "(", "=":
			link = linkSame
		case "-", "–", "—", "~", "∼", "〜":
			link = linkRange
		default:
			switch {
			case t.class&wordAnd != 0 && t.kind == toothLatin:
			case t.class&wordThrough != 0:
				link = linkRange
			default:
				return at, link, separated
			}
		}
		separated = true
	}
	return at, link, separated
}

// samePair tells whether one number is the Universal name and the other the FDI number of one tooth.
func samePair(a, b toothNumberAt) bool {
	return isPair(a.number, b.number) || isPair(b.number, a.number)
}
