package domain

import (
	"slices"
	"strings"
)

// attachedBefore tells whether something glued to the number makes another thing of it: an amount,
// a code, a part of a longer number.
func (f *toothFinder) attachedBefore(at int) bool {
	t := f.tokens[at]
	before := f.at(at - 1)
	if !t.glued {
		return strings.ContainsAny(before.word, "$€£₩") || before.word == "-" && before.glued
	}
	switch before.word {
	case "#", "(", "[", ",", "、", "·", "&", "+", ":", "=", "\"", "'", "“", "‘", "~":
		return before.word == ":" && f.at(at-2).kind == toothDigits || before.word == "," && f.at(at-2).kind == toothDigits && before.glued
	case "/", "-", "–":
		return before.glued
	}
	return before.kind != toothHangul || !containsAny(before.word, koreanWork) && !startsWithAny(before.word, koreanTooth)
}

// serialBefore tells whether the number is that of an order, a date or the like. The word for tooth
// overrules it: "case 31: tooth 26".
func (f *toothFinder) serialBefore(n toothNumberAt) bool {
	if n.named || n.mark != "" {
		return false
	}
	at := n.token - 1
	for at >= 0 && (f.tokens[at].word == "#" || f.tokens[at].word == ":" || f.tokens[at].word == "." || f.tokens[at].word == "º") {
		at--
	}
	t := f.at(at)
	if t.kind == toothHangul {
		position := n.number < 10 && f.positionBefore(n.token) && !n.hash
		return position || slices.Contains(koreanSerial, t.word) || startsWithAny(t.word, koreanNumbered)
	}
	return t.class&(wordSerial|wordMonth) != 0 && t.class&wordWork == 0
}

func (f *toothFinder) positionBefore(at int) bool {
	for at--; at >= 0 && f.tokens[at].word == "#"; at-- {
	}
	t := f.at(at)
	return t.kind == toothHangul && startsWithAny(t.word, koreanPosition)
}

// countBehind tells whether what follows the last number makes a count, a measure, a date or a time
// of it.
func (f *toothFinder) countBehind(g toothGroup) bool {
	last := g.numbers[len(g.numbers)-1]
	if last.beon {
		next := f.at(last.end)
		return startsWithAny(f.tail(last), koreanOften) || f.tail(last) == "" && next.kind == toothHangul && startsWithAny(next.word, koreanOthers)
	}
	next := f.at(last.end)
	if last.end > last.token+1 {
		return false
	}
	switch next.kind {
	case toothHangul:
		return next.glued && startsWithAny(next.word, koreanCount) || koreanCounter(next.word)
	case toothLatin:
		return next.glued || f.latinCount(last)
	}
	return f.signCount(last)
}

// koreanCounter tells whether the word by itself counts: "26 개". A single syllable must be all of it.
func koreanCounter(word string) bool {
	for _, counter := range koreanCount {
		if word == counter || len(counter) > 3 && strings.HasPrefix(word, counter) {
			return true
		}
	}
	return false
}

// latinCount tells whether the word behind the number is a unit, a month or a plural that it counts.
func (f *toothFinder) latinCount(last toothNumberAt) bool {
	next := f.at(last.end)
	if next.class&(wordCount|wordMonth) != 0 && next.class&wordFollow == 0 {
		return true
	}
	following := f.at(last.end + 1)
	if next.word == "de" && following.class&wordMonth != 0 || next.word == "of" && following.class&wordMonth != 0 {
		return true
	}
	if last.hash || last.named || last.mark != "" || next.class&(wordFollow|wordAnd|wordThrough|wordMaterial|wordWork) != 0 {
		return false
	}
	return len(next.word) > 3 && strings.HasSuffix(next.word, "s")
}

// signCount is latinCount for signs: "26%", "14:30", "14-day", "26/2026".
func (f *toothFinder) signCount(last toothNumberAt) bool {
	next, following := f.at(last.end), f.at(last.end+1)
	switch next.word {
	case "%", "°", "º", "ª", "℃", "$", "€", "£", "₩", "×", "_", "*", "㎜", "@", "\\":
		return true
	case ":":
		return following.glued && following.kind == toothDigits
	case "-", "–", "/", "~", ",":
		digits, letters := following.kind == toothDigits, following.kind == toothLatin
		return next.glued && following.glued && (digits || letters && next.word != ",")
	}
	return false
}

// safeBehind tells whether what follows cannot be counted by the last number.
func (f *toothFinder) safeBehind(g toothGroup) bool {
	t := f.at(g.end)
	switch t.kind {
	case toothLatin:
		return t.class&(wordFollow|wordTooth) != 0 || t.class&wordWork != 0 && !strings.HasSuffix(t.word, "s")
	case toothDigits:
		return false
	case toothHangul:
		return f.koreanWorkAt(g.end) || t.glued
	}
	return true
}
