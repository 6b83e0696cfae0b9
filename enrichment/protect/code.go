package protect

import (
	"slices"
	"strings"
)

// platforms are the sizes of implant connections that stand before a number with a space: "NC 3.3".
var platforms = strings.Fields("NC RC NP RP WP RN WN NNC BLT BLX TLX RB WB SC")

var palmerQuadrants = strings.Fields("UR UL LL LR")

const palmerSigns = "\u23CC\u23BF\u23BE\u23CB"

// palmer reads a tooth in Palmer's notation, "UR 6", "LL D" or a sign with its digits, which
// translations must leave as it is.
func (r *reader) palmer(at int) int {
	l, next := r.lexemes[at], r.at(at+1)
	if next.glued && (l.kind == digits && strings.Contains(palmerSigns, next.word) && next.kind == sign ||
		l.kind == sign && strings.Contains(palmerSigns, l.word) && next.kind == digits) {
		return r.add(at, at+2, token{keys: []string{codeKey(r.written(at, at+2))}, tooth: true})
	}
	if l.kind != latin || !slices.Contains(palmerQuadrants, r.written(at, at+1)) {
		return at
	}
	second := at + 1
	if next.glued && next.word == "-" {
		second++
	}
	if second >= len(r.lexemes) || !r.teeth[r.written(at, second+1)] {
		return at
	}
	name := strings.ToUpper(l.word + r.lexemes[second].word)
	return r.add(at, second+1, token{keys: []string{codeKey(name)}, tooth: true})
}

// code reads what is made of letters and digits: numbers of orders and products, "ORD-2231", "v2.1".
func (r *reader) code(at int) int {
	if !r.starts(at) || r.lexemes[at].kind == sign || r.lexemes[at].kind == hangul {
		return at
	}
	if next := r.platform(at); next > at {
		return next
	}
	end, whole := r.codeEnd(at)
	if whole {
		return r.addCode(at, end)
	}
	end = at + 1
	for r.at(end).glued && (r.at(end).kind == latin || r.at(end).kind == digits) {
		end++
	}
	if end == at+1 || r.readable(at, end) {
		return at
	}
	return r.addCode(at, end)
}

func (r *reader) addCode(at, end int) int {
	return r.add(at, end, token{keys: []string{codeKey(strings.ToUpper(r.written(at, end)))}, tooth: r.teeth[r.written(at, end)]})
}

func (r *reader) platform(at int) int {
	number := r.at(at + 1)
	if r.lexemes[at].kind != latin || number.kind != digits || !slices.Contains(platforms, r.written(at, at+1)) {
		return at
	}
	if unit, _ := r.unit(at + 2); unit != "" {
		return at
	}
	meanings, _ := values(number.word, r.spanish())
	if len(meanings) == 0 {
		return at
	}
	return r.add(at, at+2, token{keys: []string{codeKey(strings.ToUpper(r.lexemes[at].word) + " " + meanings[len(meanings)-1])}})
}

// longestCode bounds the letters, numbers and signs of a code.
const longestCode = 24

// codeEnd goes over letters and digits joined by hyphens and underscores. They are one code as a
// whole when an underscore is inside, when capitals stand first ("DT-2026-0142"), or when a single
// capital stands last ("2231-B").
func (r *reader) codeEnd(at int) (end int, whole bool) {
	first := r.written(at, at+1)
	letters, numbers, underscore, hyphen := false, false, false, false
	for end = at; end < min(len(r.lexemes), at+longestCode) && (end == at || r.lexemes[end].glued); end++ {
		l, next := r.lexemes[end], r.at(end+1)
		switch {
		case l.kind == latin:
			letters = true
		case l.kind == digits:
			numbers = true
		case (l.word == "-" || l.word == "_") && next.glued && (next.kind == latin || next.kind == digits):
			underscore, hyphen = underscore || l.word == "_", true
		default:
			return end, r.isWhole(at, end, first, letters && numbers && hyphen, underscore)
		}
	}
	return end, r.isWhole(at, end, first, letters && numbers && hyphen, underscore)
}

func (r *reader) isWhole(at, end int, first string, mixed, underscore bool) bool {
	if !mixed || underscore {
		return mixed
	}
	last := r.written(end-1, end)
	switch {
	case r.lexemes[at].kind == latin && r.at(at+1).word == "-":
		short := len(first) <= 3 && r.lexemes[end-1].kind == digits && len(last) >= 3
		return monthOf(r.lexemes[at].word, "") == "" && (first == strings.ToUpper(first) || short) && r.allNumbered(at+2, end)
	case r.lexemes[at].kind == digits:
		return r.at(at+1).word == "-" && r.lexemes[end-1].kind == latin && len(last) == 1 && last == strings.ToUpper(last) && r.lexemes[end-2].word == "-"
	}
	return false
}

// allNumbered tells whether each segment between hyphens has a digit, unlike in "CAD-CAM-3D".
func (r *reader) allNumbered(at, end int) bool {
	numbered := false
	for ; at < end; at++ {
		switch {
		case r.lexemes[at].kind == digits:
			numbered = true
		case r.lexemes[at].word == "-":
			if !numbered {
				return false
			}
			numbered = false
		}
	}
	return numbered
}

// readable tells whether letters and digits are a number with its unit or the like.
func (r *reader) readable(at, end int) bool {
	if end == at+2 && r.lexemes[at].kind == latin {
		return isNumberSign(r.lexemes[at].word) || currencies[r.lexemes[at].word] != "" || monthOf(r.lexemes[at].word, r.language) != ""
	}
	if r.lexemes[at].kind != digits {
		return false
	}
	word := r.lexemes[at+1].word
	if end == at+2 {
		unit, _ := r.unit(at + 1)
		return unit != "" || attached[word] || currencies[word] != "" || monthOf(word, r.language) != ""
	}
	return word == "h" && end == at+3 || word == "x"
}

// attached are the endings of ordinals and what else says nothing more of a number.
var attached = set(`st nd rd th er ero era do da ra ro to ta vo mo o a i am pm x h hr hrs ea pcs pc`)

func isNumberSign(word string) bool {
	return word == "no" || word == "nr" || word == "n" || word == "x"
}

func set(words string) map[string]bool {
	members := map[string]bool{}
	for word := range strings.FieldsSeq(words) {
		members[word] = true
	}
	return members
}
