package privacy

import (
	"strings"
	"unicode/utf8"
)

const (
	// shortestRepeated is how long a number is at least that is masked wherever it stands: shorter
	// ones may be teeth.
	shortestRepeated = 5
	// mostKnown bounds the values with one first token, and with it the work.
	mostKnown = 4
)

// repeated masks what was found once wherever else it stands, with or without a clue: whole values,
// and the single words of names.
func (f *finder) repeated() {
	f.known = map[string][]string{}
	covered := make([]bool, len(f.tokens))
	at := 0
	for _, s := range f.spans {
		for at < len(f.tokens) && f.tokens[at].end <= s.start {
			at++
		}
		first := at
		for ; at < len(f.tokens) && f.tokens[at].start < s.end; at++ {
			covered[at] = true
			f.learnWord(at, s)
		}
		if first < len(f.tokens) {
			f.learn(f.tokens[first].word, f.text[s.start:s.end])
		}
	}
	for at := range f.tokens {
		if !covered[at] {
			f.recognise(at)
		}
	}
}

// learnWord remembers a word of a Latin name. Words that are not only names keep their meaning.
func (f *finder) learnWord(at int, s span) {
	t := f.tokens[at]
	if t.kind != letters || t.start < s.start || t.end > s.end || shapeOf(t.word) != title || utf8.RuneCountInString(t.word) < 3 ||
		commonNames[t.lower] || tradeWords[t.lower] || functionWords[t.lower] || strings.Contains(f.text[s.start:s.end], "@") {
		return
	}
	f.learn(t.word, t.word)
}

func (f *finder) learn(first, value string) {
	number := value[0] < utf8.RuneSelf && !isLetter(value[0])
	if number && len(value) < shortestRepeated || !number && utf8.RuneCountInString(value) < 2 || commonNames[strings.ToLower(value)] || tradeWords[strings.ToLower(value)] {
		return
	}
	if kindOf(firstRune(value)) == hangul {
		first = value // the token goes on behind the name
	}
	if known := f.known[first]; len(known) < mostKnown {
		f.known[first] = append(known, value)
	}
}

// recognise masks the longest known value that begins at the token.
func (f *finder) recognise(at int) {
	t := f.tokens[at]
	if t.kind == hangul {
		f.recogniseKorean(t)
		return
	}
	longest := 0
	for _, value := range f.known[t.word] {
		if strings.HasPrefix(f.text[t.start:], value) && len(value) > longest && f.endsWell(t.start+len(value)) {
			longest = len(value)
		}
	}
	if longest > 0 && !f.afterDoctor(at) && (t.kind != digits || f.freeBefore(at)) {
		f.mask(t.start, t.start+longest)
	}
}

func (f *finder) recogniseKorean(t token) {
	for length := min(len(t.word), 4*syllable); length >= 3*syllable; length -= syllable {
		if f.known[t.word[:length]] != nil && isTail(t.word[length:]) {
			f.mask(t.start, t.start+length)
			return
		}
	}
}

// endsWell tells whether neither a Latin word nor a number goes on at the byte.
func (f *finder) endsWell(at int) bool {
	next := kindOf(firstRune(f.text[at:]))
	return at == len(f.text) || next != letters && next != digits
}

func firstRune(text string) rune {
	r, _ := utf8.DecodeRuneInString(text)
	return r
}
