package privacy

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// spaced tells whether at most two spaces stand before the token.
func (f *finder) spaced(at int) bool {
	gap := f.tokens[at].start - f.tokens[at-1].end
	return gap > 0 && gap <= 2
}

// isInitial knows "J.".
func (f *finder) isInitial(at int) bool {
	t, point := f.token(at), f.token(at+1)
	r, width := utf8.DecodeRuneInString(t.word)
	return t.kind == letters && width == len(t.word) && unicode.IsUpper(r) && point.word == "." && point.glued
}

func (f *finder) isNameWord(at int, how manner, first bool) bool {
	t, after := f.tokens[at], f.token(at+1)
	if t.kind != letters || utf8.RuneCountInString(t.word) < 2 || after.kind == digits && after.glued || isContraction(t.lower) {
		return false
	}
	shape := shapeOf(t.word)
	if functionWords[t.lower] {
		titled := how <= afterCasual || at+1 < len(f.tokens) && f.spaced(at+1) && shapeOf(after.word) == title && !tradeWords[after.lower]
		return homonyms[t.lower] && shape == title && first && titled
	}
	if tradeWords[t.lower] {
		return first && how <= afterCasual && shape == title
	}
	switch shape {
	case title:
		return true
	case capitals:
		return !first || how != afterPatient
	case caseless:
		return how != afterPatient
	}
	return how == afterLabel || how == afterCasual && first
}

// isContraction knows "I'm" and "we'll".
func isContraction(lower string) bool {
	_, tail, _ := strings.Cut(strings.ReplaceAll(lower, "’", "'"), "'")
	return contracted[tail]
}

type shape int

const (
	small shape = iota
	title
	capitals
	caseless // of a script without capital letters
)

func shapeOf(word string) shape {
	first, width := utf8.DecodeRuneInString(word)
	if !unicode.IsUpper(first) {
		if unicode.IsLower(first) {
			return small
		}
		return caseless
	}
	for _, r := range word[width:] {
		if unicode.IsLower(r) {
			return title
		}
	}
	return capitals
}
