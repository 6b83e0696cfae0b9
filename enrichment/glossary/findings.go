package glossary

import "dentalk/domain"

// findings collects the terms of one text, each entry once.
type findings struct {
	text  string
	seen  map[int]bool
	terms []domain.Term
}

func (f *findings) add(start, end, value int, target, category string) {
	if f.seen[value] {
		return
	}
	if f.seen == nil {
		f.seen = map[int]bool{}
	}
	f.seen[value] = true
	f.terms = append(f.terms, domain.Term{Source: f.text[start:end], Target: target, Category: category})
}
