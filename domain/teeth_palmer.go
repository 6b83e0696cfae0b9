package domain

import (
	"slices"
	"strings"
)

// palmerMarks are the signs of dentistry for the quadrants, in the order of quadrants. Those of the
// right side stand behind the digits, those of the left side before them.
var palmerMarks = []string{"\u23CC", "\u23BF", "\u23BE", "\u23CB"}

// palmerTooth is a tooth in Palmer's notation.
type palmerTooth struct {
	fdi  string
	text string
}

// palmer reads "UR6", "LL D" or a sign with its digits at the token. end is the token behind them;
// no teeth are found when there are none.
func (f *toothFinder) palmer(at int) (teeth []palmerTooth, end int) {
	t := f.tokens[at]
	if quadrant := slices.Index(palmerMarks, t.word); quadrant >= 0 {
		return f.palmerMark(at, quadrant)
	}
	if t.kind == toothDigits && f.at(at+1).glued && slices.Index(palmerMarks, f.at(at+1).word) >= 0 {
		return nil, at + 1 // read with the sign
	}
	if t.kind != toothLatin {
		return nil, at
	}
	return f.palmerLetters(at)
}

// palmerMark reads the digits on the proper side of a sign; each is a tooth.
func (f *toothFinder) palmerMark(at, quadrant int) (teeth []palmerTooth, end int) {
	right := quadrant == 0 || quadrant == 3
	digits, end := f.at(at-1), at+1
	glued := f.tokens[at].glued
	if !right {
		digits = f.at(at + 1)
		glued = digits.glued
		end = at + 2
	}
	if digits.kind != toothDigits || !glued {
		return nil, at + 1
	}
	for _, digit := range f.text[digits.start:digits.end] {
		fdi := FDIOfPalmer(quadrants[quadrant] + string(digit))
		if fdi == "" {
			return nil, at + 1
		}
		teeth = append(teeth, palmerTooth{fdi: fdi, text: f.text[min(digits.start, f.tokens[at].start):max(digits.end, f.tokens[at].end)]})
	}
	if len(teeth) > 8 {
		return nil, at + 1
	}
	return teeth, end
}

// palmerLetters reads "UR6" in any case, "UR 6" and "LL D" in capitals: "ur 6 crowns" are yours.
func (f *toothFinder) palmerLetters(at int) (teeth []palmerTooth, end int) {
	t := f.tokens[at]
	written := f.text[t.start:t.end]
	if before := f.at(at - 1); t.glued && (before.kind == toothDigits || before.kind == toothLatin || before.word == "_") {
		return nil, at
	}
	if len(written) == 3 && slices.Contains(quadrants, written[:2]) && palmerAttached(written) && f.safeAfter(at+1) {
		return []palmerTooth{{fdi: FDIOfPalmer(written), text: written}}, at + 1
	}
	if len(written) != 2 || !slices.Contains(quadrants, strings.ToUpper(written)) {
		return nil, at
	}
	second := at + 1
	if f.at(second).word == "-" && f.at(second).glued {
		second++
	}
	position := f.at(second)
	capitals := written == strings.ToUpper(written)
	if !position.glued && !capitals {
		return nil, at
	}
	name := strings.ToUpper(written) + f.text[position.start:position.end]
	text := f.text[t.start:position.end]
	fdi := FDIOfPalmer(name)
	switch {
	case fdi == "":
		return nil, at
	case position.kind == toothDigits && f.palmerCounted(second):
		return nil, at
	case position.kind == toothLatin && !f.safeAfter(second+1):
		return nil, at
	}
	return []palmerTooth{{fdi: fdi, text: text}}, second + 1
}

// palmerAttached leaves out "LLC", the company, and "URA" and "LRA", the removable appliances.
func palmerAttached(written string) bool {
	return written != "LLC" && written[2] != 'A' && FDIOfPalmer(written) != ""
}

func (f *toothFinder) palmerCounted(at int) bool {
	n := f.numberAt(at)
	if slices.Contains(quadrants, strings.ToUpper(f.at(at+2).word)) {
		return false // the other end of a range
	}
	return !n.beon && f.countBehind(toothGroup{numbers: []toothNumberAt{n}, end: n.end})
}

func (f *toothFinder) safeAfter(at int) bool { return f.safeBehind(toothGroup{end: at}) }

func (f *toothFinder) addPalmer(teeth []palmerTooth) {
	for _, tooth := range teeth {
		f.add(Tooth{Text: tooth.text, FDI: tooth.fdi, Universal: UniversalOfFDI(tooth.fdi)})
	}
}

// palmerRange fills "UR3-UL3".
func (f *toothFinder) palmerRange(teeth []palmerTooth, end *int) {
	sign := f.at(*end)
	if len(teeth) != 1 || sign.class&wordThrough == 0 && sign.word != "-" && sign.word != "–" && sign.word != "~" || *end+1 >= len(f.tokens) {
		return
	}
	to, behind := f.palmer(*end + 1)
	if len(to) != 1 {
		return
	}
	from := f.tokens[*end-1]
	text := teeth[0].text + f.text[from.end:f.tokens[behind-1].end]
	for _, fdi := range span(teeth[0].fdi, to[0].fdi) {
		if fdi != to[0].fdi {
			f.add(Tooth{Text: text, FDI: fdi, Universal: UniversalOfFDI(fdi)})
		}
	}
	f.addPalmer(to)
	*end = behind
}
