package privacy

import "strings"

// date reads a date at the token and gives the byte behind it and the token to go on with; the
// token itself when there is none.
func (f *finder) date(at int) (end, next int) {
	t := f.tokens[at]
	if t.kind != digits && !months[t.lower] {
		return 0, at
	}
	if end, next = f.koreanDate(at); next > at {
		return end, next
	}
	if end, next = f.namedDate(at); next > at {
		return end, next
	}
	return f.plainDate(at)
}

// plainDate reads 1985-03-12, 12/03/85, 19850312 and 850312.
func (f *finder) plainDate(at int) (end, next int) {
	t := f.tokens[at]
	if t.kind != digits {
		return 0, at
	}
	last := at
	switch r := f.run(at); {
	case isDate(r):
		last = r.groups[2].token
	case len(t.word) == 8 && isYear(t.word[:4]) && isShortDate(t.word[2:]):
	case len(t.word) == 6 && isShortDate(t.word):
	default:
		return 0, at
	}
	if !f.freeAfter(last) {
		return 0, at
	}
	return f.tokens[last].end, last + 1
}

// isDate tells whether the first three groups are a date, whatever the order.
func isDate(r run) bool {
	if len(r.groups) < 3 || r.groups[1].separator == ' ' && r.groups[2].separator == ' ' {
		return false
	}
	first, second, third := r.digits(0), r.digits(1), r.digits(2)
	switch {
	case isYear(first), len(first) == 2 && len(third) == 2 && isMonth(second) && isDay(third):
		return isMonth(second) && isDay(third)
	case isYear(third), len(third) == 2:
		return isDay(first) && isDay(second) && (isMonth(first) || isMonth(second))
	}
	return false
}

// koreanDate reads 1985년 3월 12일, 85년 3월 and 3월 12일.
func (f *finder) koreanDate(at int) (end, next int) {
	next = at
	parts := 0
	for _, unit := range []string{"년", "월", "일"} {
		number, word := f.token(next), f.token(next+1)
		if number.kind != digits || !word.glued || !strings.HasPrefix(word.word, unit) {
			continue
		}
		end = word.start + len(unit)
		if strings.HasPrefix(word.word, unit+"생") {
			end = number.end
		}
		parts, next = parts+1, next+2
	}
	if parts < 2 {
		return 0, at
	}
	if strings.HasSuffix(f.text[:end], "년") || f.tokens[next-1].end > end {
		next--
	}
	return end, max(next, at+1)
}

// namedDate reads 12 March 1985, March 12th, 1985 and 12 de marzo de 1985: a month's name with a
// day or a year.
func (f *finder) namedDate(at int) (end, next int) {
	if t := f.tokens[at]; t.kind == digits && !isDay(t.word) {
		return 0, at
	}
	month, day, year := false, false, false
	next = at
	for here := at; here < at+longestDate && here < len(f.tokens); here++ {
		t := f.tokens[here]
		switch {
		case !month && months[t.lower]:
			month = true
		case !year && isYear(t.word):
			year = true
		case !day && t.kind == digits && isDay(t.word):
			day = true
		case here > at && dateFillers[t.lower+t.signWord()]:
			continue
		default:
			here = len(f.tokens)
			continue
		}
		end, next = t.end, here+1
		if month && day && year {
			break
		}
	}
	if !month || !day && !year {
		return 0, at
	}
	return end, next
}

// longestDate is how many tokens a date in words has at most.
const longestDate = 8

func (t token) signWord() string {
	if t.kind == sign {
		return t.word
	}
	return ""
}

var (
	months = set("january february march april may june july august september october november december " +
		"jan feb mar apr jun jul aug sep sept oct nov dec " +
		"enero febrero marzo abril mayo junio julio agosto septiembre setiembre octubre noviembre diciembre ene abr ago dic")
	dateFillers = set(", . - / of de del the st nd rd th")
)

func set(words string) map[string]bool {
	all := map[string]bool{}
	for word := range strings.FieldsSeq(words) {
		all[word] = true
	}
	return all
}
