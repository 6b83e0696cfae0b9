package glossary

import "dentalk/domain"

// span is a piece of a text and the place of its entry.
type span struct{ start, end, value int }

// findings collects the terms of one text, each entry once.
type findings struct {
	text  string
	seen  map[int]bool
	terms []domain.Term
}

func (f *findings) add(at span, target, category string) {
	if f.seen[at.value] {
		return
	}
	if f.seen == nil {
		f.seen = map[int]bool{}
	}
	f.seen[at.value] = true
	f.terms = append(f.terms, domain.Term{Source: f.text[at.start:at.end], Target: target, Category: category})
}
