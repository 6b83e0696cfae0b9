package protect

import "strings"

// shades are the letters of shade guides with the numbers that they have: VITA classical, bleach,
// and stump shades. Those of 3D-Master begin with a number.
var shades = map[string]map[string]bool{
	"a": set("1 2 3 3.5 4"), "b": set("1 2 3 4"), "c": set("1 2 3 4"), "d": set("2 3 4"),
	"bl": set("1 2 3 4"), "om": set("1 2 3"), "nd": set("1 2 3 4 5 6 7 8 9"),
}

var master = set("1 1.5 2 2.5 3")

// shade reads "A3.5", "BL2", "OM1", "2M2" and "ND3".
func (r *reader) shade(at int) int {
	if !r.starts(at) {
		return at
	}
	l, second, third := r.lexemes[at], r.at(at+1), r.at(at+2)
	if !second.glued {
		return at
	}
	number := strings.ReplaceAll(second.word, ",", ".")
	switch {
	case l.kind == latin && second.kind == digits && shades[l.word][number] && r.ends(at+2):
		name := strings.ToUpper(l.word) + number
		if l.word == "om" {
			name = "0M" + number
		}
		return r.add(at, at+2, token{keys: []string{"shade " + name}})
	case l.kind == digits && third.kind == digits && third.glued && r.ends(at+3):
		return r.master(at, l.word, second.word, strings.ReplaceAll(third.word, ",", "."))
	}
	return at
}

func (r *reader) master(at int, lightness, hue, chroma string) int {
	if len(lightness) != 1 || lightness > "5" || len(hue) != 1 || !strings.Contains("mlr", hue) || !master[chroma] {
		return at
	}
	return r.add(at, at+3, token{keys: []string{"shade " + lightness + strings.ToUpper(hue) + chroma}})
}
