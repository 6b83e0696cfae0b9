package protect

import "strings"

var months = names(map[string]string{
	"1": "january jan enero ene", "2": "february feb febrero", "3": "march mar marzo", "4": "april apr abril abr",
	"5": "may mayo", "6": "june jun junio", "7": "july jul julio", "8": "august aug agosto ago",
	"9": "september sep sept septiembre setiembre", "10": "october oct octubre", "11": "november nov noviembre",
	"12": "december dec diciembre dic",
})

// monthOf gives the number of the month; "ago" is one in Spanish only.
func monthOf(word, language string) string {
	if word == "ago" && language != "es" {
		return ""
	}
	return months[word]
}

// koreanDate reads "2026년 11월 26일" and a month alone, "11월".
func (r *reader) koreanDate(at int) int {
	year, number := "", at
	if l := r.lexemes[at]; l.kind == digits && r.at(at+1).word == "년" && r.at(at+2).kind == digits && isMonthWord(r.at(at+3)) {
		year, number = l.word, at+2
		if len(year) == 2 {
			year = "20" + year
		}
	}
	if r.lexemes[number].kind != digits || !isMonthWord(r.at(number+1)) || !isBetween(r.lexemes[number].word, 12) {
		return at
	}
	month, day, end := plain(r.lexemes[number].word), r.at(number+2), number+4
	if r.at(number+1).word == "월" && day.kind == digits && strings.HasPrefix(r.at(number+3).word, "일") && isBetween(day.word, 31) {
		return r.addKoreanDate(at, end, month, day.word, year)
	}
	if year != "" {
		return at // the year is a number, and the month follows
	}
	text := r.text[r.lexemes[at].start : r.lexemes[number+1].start+len("월")]
	return r.add(at, number+2, token{text: text, keys: []string{monthKey(month)}})
}

func (r *reader) addKoreanDate(at, end int, month, day, year string) int {
	next := r.addDate(at, end, month, day, year)
	last := &r.tokens[len(r.tokens)-1]
	last.text = r.text[last.start : r.lexemes[end-1].start+len("일")]
	return next
}

func isMonthWord(l lexeme) bool {
	return l.kind == hangul && strings.HasPrefix(l.word, "월") && !strings.HasPrefix(l.word, "월요")
}

// dayMonth reads "26 Nov", "26th of November 2026", "26 de noviembre de 2026", "26-Nov-2026".
func (r *reader) dayMonth(at int) int {
	if !isBetween(r.lexemes[at].word, 31) {
		return at
	}
	end := at + 1
	if l := r.at(end); l.glued && attached[l.word] {
		end++
	}
	if word := r.at(end).word; word == "of" || word == "de" || word == "-" && r.at(end).glued {
		end++
	}
	month := monthOf(r.at(end).word, r.language)
	if month == "" || !r.isMonthName(end) {
		return at
	}
	year, end := r.yearBehind(end + 1)
	return r.addDate(at, end, month, r.lexemes[at].word, year)
}

// monthDay reads "Nov 26", "November 26th, 2026".
func (r *reader) monthDay(at int) int {
	month := monthOf(r.lexemes[at].word, r.language)
	if month == "" || !r.isMonthName(at) {
		return at
	}
	number := at + 1
	if r.at(number).word == "." {
		number++
	}
	if !isBetween(r.at(number).word, 31) || r.at(number+1).word == ":" && r.at(number+1).glued {
		return at
	}
	end := number + 1
	if l := r.at(end); l.glued && l.kind == latin {
		if !attached[l.word] {
			return at
		}
		end++
	}
	year, end := r.yearBehind(end)
	return r.addDate(at, end, month, r.lexemes[number].word, year)
}

// isMonthName tells "May 3" from "may 3": in English the months have a capital.
func (r *reader) isMonthName(at int) bool {
	l := r.lexemes[at]
	return l.word != "may" && l.word != "march" && l.word != "mar" || r.text[l.start] == 'M'
}

func (r *reader) yearBehind(at int) (year string, end int) {
	number := at
	for word := r.at(number).word; number < at+2 && (word == "," || word == "de" || word == "del" || word == "." || word == "-"); word = r.at(number).word {
		number++
	}
	if isYear(r.at(number).word) {
		return r.at(number).word, number + 1
	}
	return "", at
}
