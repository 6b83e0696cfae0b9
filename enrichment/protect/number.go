package protect

import (
	"slices"
	"strings"
)

// number reads what begins with a number and is nothing more special: measures, dimensions, rows of
// digits with hyphens, and plain numbers.
func (r *reader) number(at int) int {
	first, l := at, r.lexemes[at]
	if l.word == "#" && r.at(at+1).kind == digits && r.at(at+1).glued {
		first++
		l = r.lexemes[first]
	}
	if l.kind != digits {
		return at
	}
	for _, one := range []func(int) int{r.dimensions, r.measure, r.hyphens} {
		if next := one(first); next > first {
			return next
		}
	}
	return r.plainNumber(at, first)
}

// dimensions reads "4.5x6" and "4,5 × 6 mm".
func (r *reader) dimensions(at int) int {
	sides, end := []string{}, at
	for r.at(end).kind == digits {
		meanings, _ := values(r.lexemes[end].word, r.spanish())
		if len(meanings) == 0 {
			return at
		}
		sides = append(sides, meanings[len(meanings)-1])
		times := r.at(end + 1).word
		if times != "x" && times != "×" && times != "*" || r.at(end+2).kind != digits {
			break
		}
		end += 2
	}
	if len(sides) < 2 {
		return at
	}
	key := "dimensions " + strings.Join(sides, "x")
	unit, behind := r.unit(end + 1)
	if unit == "" {
		return r.add(at, end+1, token{keys: []string{key}})
	}
	return r.add(at, behind, token{keys: []string{key + " " + unit}})
}

func (r *reader) measure(at int) int {
	unitAt := at + 1
	if r.at(unitAt).word == "-" && r.at(unitAt).glued && r.at(unitAt+1).glued {
		unitAt++
	}
	unit, end := r.unit(unitAt)
	meanings, _ := values(r.lexemes[at].word, r.spanish())
	if unit == "" || len(meanings) == 0 || !r.ends(end) {
		return at
	}
	t := token{}
	for _, value := range meanings {
		t.keys = append(t.keys, measureKey(value, unit))
	}
	if last := r.at(end - 1); last.kind == hangul {
		return r.koreanMeasure(at, end, t, meanings)
	}
	return r.add(at, end, t)
}

// koreanMeasure leaves the particles behind the unit out of the text. 도 means "also" as well.
func (r *reader) koreanMeasure(at, end int, t token, meanings []string) int {
	word := r.lexemes[end-1]
	for _, one := range koreanUnits {
		if strings.HasPrefix(word.word, one.word) {
			t.text = r.text[r.lexemes[at].start : word.start+len(one.word)]
			if one.word == "도" {
				t.keys = append(t.keys, numberKeys(meanings)...)
			}
			break
		}
	}
	return r.add(at, end, t)
}

// hyphens reads numbers of telephones and the like; two numbers with a hyphen are a range.
func (r *reader) hyphens(at int) int {
	end, zero := at+1, r.lexemes[at].word[0] == '0' && len(r.lexemes[at].word) > 1
	for r.at(end).word == "-" && r.at(end).glued && r.at(end+1).glued && r.at(end+1).kind == digits {
		end += 2
	}
	groups := (end-at)/2 + 1
	if groups < 2 || groups == 2 && !zero || strings.ContainsAny(r.written(at, end), ".,") {
		return at
	}
	return r.add(at, end, token{keys: []string{codeKey(r.written(at, end))}})
}

// plainNumber reads "26", "#2231", and the numbers of "11,21" as two where they are teeth or where a
// comma is no decimal one.
func (r *reader) plainNumber(from, at int) int {
	literal := r.lexemes[at].word
	meanings, list := values(literal, r.spanish())
	if len(list) > 0 && (len(meanings) == 0 || r.isList(literal, list)) {
		r.addList(at, list)
		return at + 1
	}
	t := token{keys: numberKeys(meanings), tooth: r.teeth[literal]}
	if strings.Count(literal, ".") > 1 && len(meanings) == 1 && meanings[0] == literal {
		t.keys = []string{codeKey(literal)}
	}
	for _, value := range list {
		t.parts = append(t.parts, numberKey(plain(value)))
	}
	if r.tellsTime(at) {
		t.keys = append(hourKeys(meanings[0], ""), t.keys...)
	}
	next := r.add(from, at+1, t)
	if l := r.at(next); l.glued && l.kind == latin && attached[l.word] {
		next++ // the ending of an ordinal
	}
	return next
}

func (r *reader) isList(literal string, list []string) bool {
	teeth := !slices.ContainsFunc(list, func(value string) bool { return !r.teeth[value] })
	return teeth || !r.spanish() && literal[0] != '0' && len(list[1]) == 2
}

func (r *reader) addList(at int, list []string) {
	start := r.lexemes[at].start
	for _, value := range list {
		if value != "" {
			value = strings.TrimRight(value, ".")
			r.tokens = append(r.tokens, token{
				text: value, start: start, end: start + len(value), keys: []string{numberKey(decimalOf(value))}, tooth: r.teeth[value],
			})
		}
		start += len(value) + 1
	}
}

func decimalOf(value string) string {
	before, after, found := strings.Cut(value, ".")
	if !found {
		return plain(value)
	}
	return decimal(before, after)
}

// tellsTime tells whether a word before the number makes an hour of it: "at 9", "a las 9".
func (r *reader) tellsTime(at int) bool {
	if len(r.lexemes[at].word) > 2 || r.lexemes[at].word[0] == '0' || isHour(r.lexemes[at].word) == "" {
		return false
	}
	switch r.at(at - 1).word {
	case "at", "by", "before", "until", "till", "after", "around", "from", "las", "la":
		return true
	}
	return false
}
