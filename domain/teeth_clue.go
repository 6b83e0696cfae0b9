package domain

import (
	"strconv"
	"strings"
)

// farthestWork is how many tokens may stand between a work and the preposition before the number:
// "crown, full zirconia, on 26".
const farthestWork = 4

// keep removes from the group what is no tooth; nothing remains when nothing says that the numbers
// are teeth.
func (f *toothFinder) keep(g toothGroup) []toothNumberAt {
	first := g.numbers[0]
	strong := first.hash || first.named || first.mark != "" || f.markBehind(g) != ""
	if f.serialBefore(first) || f.attachedBefore(first.token) {
		return nil
	}
	kept := g.numbers
	if f.countBehind(g) {
		last := kept[len(kept)-1]
		if len(kept) == 1 || !strong || last.link != linkList || last.beon {
			return nil
		}
		kept = kept[:len(kept)-1]
	}
	clue := strong || f.workBefore(g) || f.workBehind(g) || f.missingBefore(g)
	return f.single(kept, g, strong, clue)
}

// single looks at each number for itself, since a small one is a count more often than a tooth.
func (f *toothFinder) single(numbers []toothNumberAt, g toothGroup, strong, clue bool) []toothNumberAt {
	var kept []toothNumberAt
	beon := false
	for _, n := range numbers {
		beon = beon || n.beon && f.beonIsTooth(n, len(numbers) > 1 || clue)
	}
	for _, n := range numbers {
		own := strong || n.hash || n.named || n.mark != ""
		switch {
		case !own && !clue && !beon, n.number > 85:
		case n.number < 10 && !own && (n.beon || beon || !f.safeBehind(g)):
		case n.number < 10 && own && (f.positionBefore(n.token) || n.hash && !n.named && !f.safeBehind(g)):
		default:
			kept = append(kept, n)
		}
	}
	return kept
}

// beonIsTooth tells whether 번 means a tooth and not a time. 10, 19, 20, 29 and 30 are no FDI
// numbers, and nobody in Korea counts teeth otherwise, so that they need another clue.
func (f *toothFinder) beonIsTooth(n toothNumberAt, clue bool) bool {
	if n.number < 10 {
		return false
	}
	return clue || IsFDI(strconv.Itoa(n.number)) || f.notation == NotationUniversal || f.koreanWorkAt(n.end) || f.koreanWorkAt(n.end+1)
}

// workBefore tells whether a work stands before the group: "veneers 11 21", "crown on 26".
func (f *toothFinder) workBefore(g toothGroup) bool {
	first, at := g.numbers[0], g.numbers[0].token-1
	for at >= 0 && f.between(at) && f.tokens[at].class&wordPlace == 0 {
		at--
	}
	if at >= 0 && f.tokens[at].word == "," && len(g.numbers) > 1 {
		at--
	}
	t := f.at(at)
	switch {
	case t.kind == toothHangul:
		return containsAny(t.word, koreanWork) && first.number >= 11
	case t.class&wordWork != 0 && t.class&wordPlace == 0:
		return !f.mayBeDate(g) && (first.number >= 11 || len(g.numbers) > 1)
	case t.class&wordPlace == 0:
		return false
	}
	return f.workAround(g, at)
}

// workAround looks for the work from a preposition on. "On" may be far from it in the sentence, as
// in "stump shade ND3 on 21".
func (f *toothFinder) workAround(g toothGroup, at int) bool {
	first := g.numbers[0]
	if f.mayBeDate(g) {
		return false
	}
	if f.sinceSchedule(at) && first.number <= 31 && !(f.at(at-1).class&wordWork != 0) {
		return false
	}
	word := f.tokens[at].word
	article := at+1 < first.token && (f.tokens[at+1].word == "el" || f.tokens[at+1].word == "the")
	if article && word == "para" {
		return false
	}
	distance := at - f.work[at]
	return f.work[at] >= 0 && (distance <= farthestWork && word != "at" || distance == 1 || word == "on")
}

// sinceSchedule tells whether an appointment or a delivery is named in the sentence before at.
func (f *toothFinder) sinceSchedule(at int) bool { return f.schedule[at] >= 0 }

// workBehind tells whether a work follows the group: "26 crown", "11 and 21 veneers". Several works
// behind one number are counted by it.
func (f *toothFinder) workBehind(g toothGroup) bool {
	last := g.numbers[len(g.numbers)-1]
	if last.number < 11 && len(g.numbers) == 1 || f.mayBeDate(g) {
		return false
	}
	if f.koreanWorkAt(last.end) || startsWithAny(f.at(last.end).word, koreanMaterial) && f.koreanWorkAt(last.end+1) {
		return true
	}
	at := last.end
	for at < last.end+3 && f.at(at).class&wordMaterial != 0 && f.at(at+1).class&(wordMaterial|wordWork) != 0 {
		at++
	}
	t := f.at(at)
	plural := strings.HasSuffix(t.word, "s") && t.word != "abscess"
	return t.class&wordWork != 0 && t.kind == toothLatin && (!plural || len(g.numbers) > 1 && last.number >= 11)
}

func (f *toothFinder) koreanWorkAt(at int) bool {
	t := f.at(at)
	return t.kind == toothHangul && containsAny(t.word, koreanWork)
}

// missingBefore reads "missing 35, 36"; one small number is a count.
func (f *toothFinder) missingBefore(g toothGroup) bool {
	before := f.at(g.numbers[0].token - 1)
	missing := before.class&wordMissing != 0 || before.word == ":" && f.at(g.numbers[0].token-2).class&wordMissing != 0
	return missing && (g.numbers[0].number >= 11 || len(g.numbers) > 1 && f.safeBehind(g))
}

// mayBeDate tells whether the group is two numbers with a slash that are a day and a month.
func (f *toothFinder) mayBeDate(g toothGroup) bool {
	if len(g.numbers) < 2 || g.numbers[1].link != linkSlash {
		return false
	}
	a, b := g.numbers[0].number, g.numbers[1].number
	return a <= 12 && b <= 31 || b <= 12 && a <= 31
}

// markBehind reads "26 (FDI)" and "26 in Universal".
func (f *toothFinder) markBehind(g toothGroup) ToothNotation {
	at := g.end
	for at < g.end+2 && (f.at(at).word == "(" || f.at(at).word == "in" || f.at(at).word == "en") {
		at++
	}
	if f.at(at+1).kind == toothDigits || f.at(at+1).word == "#" || f.at(at+1).word == ":" {
		return "" // the mark of the number that follows
	}
	return f.markAt(at)
}
