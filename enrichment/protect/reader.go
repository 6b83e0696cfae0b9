package protect

import (
	"slices"
	"strings"

	"dentalk/domain"
)

// reader reads the tokens of one text from left to right. Its methods that are named after a kind of
// token read one at a lexeme and give the lexeme behind it, or the same when there is none.
type reader struct {
	text     string
	language string
	lexemes  []lexeme
	teeth    map[string]bool // the numbers and letters of teeth
	tokens   []token
}

func read(text, language string) []token {
	base, _, _ := strings.Cut(strings.ToLower(language), "-")
	r := reader{text: text, language: base, lexemes: lexemes(text), teeth: toothNames(text)}
	kinds := []func(int) int{r.verbatim, r.palmer, r.shade, r.date, r.clock, r.money, r.code, r.number, r.word}
	for at := 0; at < len(r.lexemes); {
		next := at
		for _, one := range kinds {
			if next = one(at); next > at {
				break
			}
		}
		at = max(next, at+1)
	}
	r.share()
	return r.tokens
}

func toothNames(text string) map[string]bool {
	names := map[string]bool{}
	for _, tooth := range domain.FindTeeth(text, "") {
		names[strings.TrimPrefix(tooth.Text, "#")] = true
	}
	return names
}

// at gives the lexeme, or an empty sign outside of the text.
func (r *reader) at(i int) lexeme {
	if i < 0 || i >= len(r.lexemes) {
		return lexeme{start: len(r.text), end: len(r.text)}
	}
	return r.lexemes[i]
}

func (r *reader) spanish() bool { return r.language == "es" }

// written is what stands in the text from one lexeme to before another.
func (r *reader) written(from, to int) string {
	return r.text[r.lexemes[from].start:r.lexemes[to-1].end]
}

// add takes the lexemes from one to before another as a token.
func (r *reader) add(from, to int, t token) int {
	t.start, t.end = r.lexemes[from].start, r.lexemes[to-1].end
	if t.text == "" {
		t.text = r.text[t.start:t.end]
	}
	r.tokens = append(r.tokens, t)
	return to
}

// starts tells whether no letter or digit is glued before the lexeme, Hangul aside.
func (r *reader) starts(at int) bool {
	before := r.at(at - 1)
	return !r.lexemes[at].glued || before.kind == sign || before.kind == hangul
}

// ends tells whether no letter or digit is glued before the lexeme at, which is the one behind a
// token, Hangul aside.
func (r *reader) ends(at int) bool {
	l := r.at(at)
	return !l.glued || l.kind == sign || l.kind == hangul
}

// share gives the unit of "0.3-0.5 mm" and "2~4시" to the first number too, besides its plain meaning.
func (r *reader) share() {
	for i := len(r.tokens) - 2; i >= 0; i-- {
		first, second := &r.tokens[i], r.tokens[i+1]
		value, isNumber := strings.CutPrefix(first.keys[0], "number ")
		if !isNumber || first.optional || second.optional || !separates(r.text[first.end:second.start]) {
			continue
		}
		name, rest, _ := strings.Cut(second.keys[0], " ")
		_, unit, _ := strings.Cut(rest, " ")
		switch name {
		case "measure":
			first.keys = slices.Insert(first.keys, 0, measureKey(value, unit))
		case "money":
			first.keys = slices.Insert(first.keys, 0, moneyKey(value, unit))
		case "time":
			first.keys = append(hourKeys(value, ""), first.keys...)
		}
	}
}

// separates tells whether what stands between two numbers makes a range or a list of them.
func separates(between string) bool {
	if len(between) > 12 {
		return false
	}
	switch strings.ToLower(strings.TrimSpace(between)) {
	case "-", "–", "—", "~", "∼", "to", "and", "or", "y", "o", "a", "al", "에서", "부터", "내지", "또는", "와", "과", "/", "y las", "a las", "and at":
		return true
	}
	return false
}
