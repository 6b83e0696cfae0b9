package privacy

import (
	"slices"
	"strings"
)

// telephone takes a telephone number. Without a plus or a clue only shapes that nothing else has
// are taken, since most numbers here are teeth, measures, orders and money.
func (f *finder) telephone(at int) int {
	if f.token(at-1).word == "+" && f.tokens[at].glued {
		return f.maskTelephone(f.run(at), international, at-1)
	}
	if !f.freeBefore(at) {
		return at
	}
	r := f.run(at)
	if lead := r.digits(0); strings.HasPrefix(lead, "00") && len(lead) != 3 {
		return f.maskTelephone(r, international, at)
	}
	if next := f.maskTelephone(r, korean, at); next > at {
		return next
	}
	if f.near(thing, at, clueReach) || f.isMoney(r) {
		return at
	}
	if next := f.maskTelephone(r, foreign, at); next > at || !f.near(telephone, at, clueReach) {
		return next
	}
	return f.maskTelephone(r, clued, at)
}

// clueReach is how many words a clue may stand before its number.
const clueReach = 6

// maskTelephone masks as many groups of the run as the shape counts, from the token start on.
func (f *finder) maskTelephone(r run, shape func(run) int, start int) int {
	count := shape(r)
	first := r.groups[0].token
	if count == 0 {
		return first
	}
	last := r.groups[count-1]
	if !f.freeAfter(last.token) {
		return first
	}
	if before := f.token(first - 1); before.word == "(" && f.tokens[first].glued && count > 1 && r.groups[1].separator == ')' {
		start = first - 1
	}
	f.mask(f.tokens[start].start, last.end)
	return last.token + 1
}

// national is the least number of digits behind a country's code.
var national = map[string]int{
	"1": 10, "34": 9, "52": 10, "82": 8, "44": 10, "81": 9, "33": 9, "39": 9, "51": 9, "54": 10, "55": 10, "56": 9, "57": 10,
	"86": 10, "84": 9, "61": 9, "65": 8, "66": 8, "7": 10,
}

// international counts the groups of a number with a country's code.
func international(r run) int {
	all := ""
	for i := range r.groups {
		all += r.digits(i)
	}
	code := strings.TrimPrefix(all, "00")
	prefix, least := len(all)-len(code), 0
	for length := min(2, len(code)); length > 0 && least == 0; length-- {
		if digits, known := national[code[:length]]; known {
			least = prefix + length + digits
		}
	}
	if least == 0 && !r.hasLong() {
		return 0
	}
	total := 0
	for i, g := range r.groups {
		same := i < 2 || g.separator == r.groups[1].separator
		if least > 0 && total >= least || total+r.length(i) > 17 || least == 0 && total >= 8 && !same {
			return enough(total, i)
		}
		total += r.length(i)
	}
	return enough(total, len(r.groups))
}

// hasLong tells lists of teeth from numbers.
func (r run) hasLong() bool {
	return slices.ContainsFunc(r.groups, func(g group) bool { return g.end-g.start >= 3 })
}

func enough(total, count int) int {
	if total < 8 {
		return 0
	}
	return count
}

// korean counts the groups of a Korean mobile or area number.
func korean(r run) int {
	lead := r.digits(0)
	mobile := len(lead) >= 3 && lead[:2] == "01" && strings.IndexByte("016789", lead[2]) >= 0
	area := koreanAreas[lead]
	switch {
	case mobile && (len(lead) == 11 || len(lead) == 10 && lead[2] != '0'):
		return 1
	case (area || mobile && len(lead) == 3) && (r.has(len(lead), 4, 4) || r.has(len(lead), 3, 4)):
		return 3
	case mobile && r.has(3, 8):
		return 2
	}
	return 0
}

var koreanAreas = set("02 031 032 033 041 042 043 044 051 052 053 054 055 061 062 063 064 070 0502 0504 0505 0507 080")

// foreign counts the groups of a number of North America, Mexico or Spain.
func foreign(r run) int {
	lead := r.digits(0)
	switch {
	case r.has(3, 3, 4) && lead[0] >= '2' && r.tight(3),
		r.has(3, 3, 4) && lead[0] >= '2' && r.groups[1].separator == ')':
		return 3
	case r.has(1, 3, 3, 4) && lead == "1" && (r.tight(4) || r.groups[2].separator == ')'):
		return 4
	case r.has(3, 3, 3) && lead[0] >= '6' && r.digits(1)+r.digits(2) != "000000":
		return 3
	case r.has(3, 2, 2, 2) && lead[0] >= '6' && !(isTooth(r.digits(1)) && isTooth(r.digits(2)) && isTooth(r.digits(3))):
		return 4
	case r.has(2, 3, 2, 2) && lead[0] >= '8':
		return 4
	case r.has(2, 4, 4) && mexicanAreas[lead]:
		return 3
	}
	return 0
}

var mexicanAreas = set("55 56 33 81")

// clued counts the groups of anything that may be a telephone number behind a word that says so.
func clued(r run) int {
	if isDate(r) || !r.hasLong() {
		return 0
	}
	total, count := 0, 0
	for i, g := range r.groups {
		if total >= 10 && g.separator == ' ' || total+r.length(i) > 15 || g.separator == '/' {
			break
		}
		total, count = total+r.length(i), i+1
	}
	if total < 7 {
		return 0
	}
	return count
}

// isTooth knows the teeth of FDI.
func isTooth(number string) bool {
	return len(number) == 2 && (number[0] >= '1' && number[0] <= '4' && number[1] >= '1' && number[1] <= '8' ||
		number[0] >= '5' && number[0] <= '8' && number[1] >= '1' && number[1] <= '5')
}

// isMoney tells whether the run is an amount or a measure.
func (f *finder) isMoney(r run) bool {
	before, after := f.token(r.groups[0].token-1), f.token(r.groups[len(r.groups)-1].token+1)
	return units[before.lower] || units[after.lower] || strings.Contains("$€₩£¥", before.word) && before.word != "" ||
		after.word != "" && strings.Contains("$€₩£¥%°", after.word) || slices.ContainsFunc([]string{"원", "달러", "유로"}, func(unit string) bool {
		return strings.HasPrefix(after.word, unit)
	})
}

var units = set("won krw usd eur mxn euro euros dollars pesos mm cm um µm μm ncm rpm mpa kg g ml")
