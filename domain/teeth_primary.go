package domain

// primary reads the letter of a primary tooth behind "#" or a word for tooth, and those listed with
// it: "teeth A, B and J".
func (f *toothFinder) primary(at int) int {
	letter := f.text[f.tokens[at].start:f.tokens[at].end]
	if FDIOfUniversal(letter) == "" {
		return at + 1
	}
	hash, named, _ := f.marksBefore(at)
	if !hash && !named || !f.primaryBehind(at+1) || f.tokens[at].glued && f.at(at-1).word != "#" {
		return at + 1
	}
	f.add(Tooth{Text: letter, FDI: FDIOfUniversal(letter), Universal: letter})
	for {
		next, _, separated := f.separators(toothNumberAt{token: at, end: at + 1})
		for f.at(next).word == "#" {
			next, separated = next+1, true
		}
		if !separated || next >= len(f.tokens) {
			return at + 1
		}
		letter = f.text[f.tokens[next].start:f.tokens[next].end]
		if FDIOfUniversal(letter) == "" || f.tokens[next].kind != toothLatin || !f.primaryBehind(next+1) {
			return at + 1
		}
		f.add(Tooth{Text: letter, FDI: FDIOfUniversal(letter), Universal: letter})
		at = next
	}
}

func (f *toothFinder) primaryBehind(at int) bool {
	t := f.at(at)
	return t.kind != toothDigits && !(t.glued && (t.kind == toothLatin || t.word == "." && f.at(at+1).glued || t.word == "-")) &&
		(t.class&wordAnd != 0 || f.safeAfter(at))
}
