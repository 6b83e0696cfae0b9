package domain

// FindTeeth gives the teeth that a message of the trade names in English, Korean or Spanish, in
// order, each once. The notation is that of the writer's organization, empty when it is not known.
//
// A number is taken for a tooth only when something says so: a mark ("#14", "FDI 26", "UR6"), a
// word ("tooth 26", "26번"), or a work beside it ("crown on 26", "veneers 11 21", "16 임플란트").
// Dates, times, measures, counts, amounts, shades and the numbers of orders are none. A tooth that
// is missed is still protected as a number; one that is invented misleads. So it rather misses one.
//
// A mark says which notation is meant; without one, a number that only one notation has; without
// that, the writer's notation, where Palmer's writers are read as FDI. What remains is ambiguous.
// Of a range the teeth between the ends are given too, with the whole range as their text, when
// both ends stand in one arch and one notation.
func FindTeeth(text string, notation ToothNotation) []Tooth {
	f := toothFinder{text: text, notation: notation, tokens: toothTokens(text)}
	if !f.promising() {
		return nil
	}
	f.context()
	for at := 0; at < len(f.tokens); {
		at = f.read(at)
	}
	return f.teeth
}

// toothFinder reads one text from left to right.
type toothFinder struct {
	text     string
	notation ToothNotation
	tokens   []toothToken
	// work and schedule give for each token the last word of that kind in the same sentence up to
	// it; -1 when there is none.
	work, schedule []int
	teeth          []Tooth
	seen           map[Tooth]bool // without their text
}

// promising spares the rest for texts without numbers, marks and words for tooth.
func (f *toothFinder) promising() bool {
	for _, t := range f.tokens {
		if t.kind == toothDigits || t.class&wordTooth != 0 || t.word == "#" || t.kind == toothLatin && t.end-t.start <= 3 {
			return true
		}
	}
	return false
}

func (f *toothFinder) context() {
	f.work, f.schedule = make([]int, len(f.tokens)), make([]int, len(f.tokens))
	f.seen = map[Tooth]bool{}
	work, schedule := -1, -1
	for i, t := range f.tokens {
		switch {
		case t.kind == toothStop:
			work, schedule = -1, -1
		case t.class&wordSchedule != 0:
			schedule = i
		case t.class&wordWork != 0:
			work = i
		}
		f.work[i], f.schedule[i] = work, schedule
	}
}

// at gives the token, or the end of a sentence outside of the text.
func (f *toothFinder) at(i int) toothToken {
	if i < 0 || i >= len(f.tokens) {
		return toothToken{kind: toothStop}
	}
	return f.tokens[i]
}

// read takes the teeth at the token and gives the next token to read.
func (f *toothFinder) read(at int) int {
	if teeth, end := f.palmer(at); end > at {
		f.addPalmer(teeth)
		f.palmerRange(teeth, &end)
		return end
	}
	t := f.tokens[at]
	if t.kind == toothLatin {
		return f.primary(at)
	}
	if t.kind != toothDigits || t.number == 0 {
		return at + 1
	}
	g := f.group(at)
	f.addGroup(f.keep(g), f.markBehind(g))
	return g.end
}

func (f *toothFinder) add(tooth Tooth) {
	key := tooth
	key.Text = ""
	if !f.seen[key] {
		f.seen[key] = true
		f.teeth = append(f.teeth, tooth)
	}
}
