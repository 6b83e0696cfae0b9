package privacy

import "slices"

// finder looks for what is to be masked in one text. It goes through the tokens once and looks a
// bounded number of tokens ahead and back.
type finder struct {
	text   string
	tokens []token
	heard  clue
	clueAt int // the token of the clue
	spans  []span
	groups []group             // of the run that was asked for last
	known  map[string][]string // values that are masked wherever they stand, by their first token
}

// find gives the parts of the text that are to be masked, in order and apart from each other.
func find(text string) []span {
	f := finder{text: text, tokens: tokenize(text)}
	for at := 0; at < len(f.tokens); {
		at = max(f.look(at), at+1)
	}
	if len(f.spans) == 0 {
		return nil
	}
	f.spans = merged(f.spans)
	f.repeated()
	return merged(f.spans)
}

// look reads what begins at the token and gives the token to go on with.
func (f *finder) look(at int) int {
	switch f.tokens[at].kind {
	case digits:
		return f.number(at)
	case letters:
		f.listen(at)
		return f.afterWord(at)
	case hangul:
		f.listen(at)
		return f.afterHangul(at)
	case lineEnd:
		f.heard = noClue
	case sign:
		f.forget(at)
		return f.email(at)
	}
	return at + 1
}

// afterWord takes what a Latin word introduces.
func (f *finder) afterWord(at int) int {
	if next := f.identifier(at); next > at {
		return next
	}
	if next := f.birthDate(at); next > at {
		return next
	}
	return f.latinName(at)
}

func (f *finder) afterHangul(at int) int {
	if next := f.identifier(at); next > at {
		return next
	}
	return f.koreanName(at)
}

// number takes a number for the first that it can be.
func (f *finder) number(at int) int {
	if next := f.residentNumber(at); next > at {
		return next
	}
	if next := f.birthDate(at); next > at {
		return next
	}
	return f.telephone(at)
}

func (f *finder) mask(start, end int) { f.spans = append(f.spans, span{start: start, end: end}) }

// token gives an empty sign beyond the text.
func (f *finder) token(at int) token {
	if at < 0 || at >= len(f.tokens) {
		return token{start: len(f.text), end: len(f.text)}
	}
	return f.tokens[at]
}

// merged sorts the spans and makes one of those that overlap.
func merged(spans []span) []span {
	slices.SortFunc(spans, func(a, b span) int { return a.start - b.start })
	kept := spans[:0]
	for _, s := range spans {
		if last := len(kept) - 1; last >= 0 && s.start < kept[last].end {
			kept[last].end = max(kept[last].end, s.end)
			continue
		}
		kept = append(kept, s)
	}
	return kept
}
