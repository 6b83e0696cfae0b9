package protect

import (
	"strconv"
	"strings"
)

// date reads days of the year, with the year or without, in the forms of the three languages.
func (r *reader) date(at int) int {
	if !r.starts(at) {
		return at
	}
	if r.lexemes[at].kind != digits {
		return r.monthDay(at)
	}
	if next := r.numericDate(at); next > at {
		return next
	}
	if next := r.koreanDate(at); next > at {
		return next
	}
	return r.dayMonth(at)
}

func (r *reader) addDate(from, to int, month, day, year string) int {
	month, day = plain(month), plain(day)
	return r.add(from, to, token{keys: []string{dateKey(month, day)}, parts: []string{monthKey(month), numberKey(day)}, year: year})
}

func dateKey(month, day string) string { return "date " + month + "-" + day }

// numericDate reads "2026-11-26", "26.11.2026", "11/26/2026" and "11/26". Both orders of day and
// month are in use.
func (r *reader) numericDate(at int) int {
	l := r.lexemes[at]
	if l.kind != digits {
		return at
	}
	if strings.Count(l.word, ".") == 2 {
		return r.threePart(at, at+1, strings.Split(l.word, "."))
	}
	mark, second := r.at(at+1), r.at(at+2)
	if mark.word != "/" && mark.word != "-" || !mark.glued || !second.glued || second.kind != digits || strings.ContainsAny(l.word+second.word, ".,") {
		return at
	}
	third := r.at(at + 4)
	if next := r.at(at + 3); next.word == mark.word && next.glued && third.glued && third.kind == digits {
		return r.threePart(at, at+5, []string{l.word, second.word, third.word})
	}
	if mark.word == "-" || r.teeth[l.word] && r.teeth[second.word] {
		return at
	}
	t := token{keys: dayKeys(l.word, second.word)}
	if len(t.keys) == 0 || !r.ends(at+3) {
		return at
	}
	t.parts = []string{numberKey(plain(l.word)), numberKey(plain(second.word))}
	if !isBetween(l.word, 12) || !isBetween(second.word, 12) {
		t.parts = dateParts(t.keys[0])
	}
	t.keys = append(t.keys, numberKey(l.word+"/"+second.word)) // "1/3" is "a third" as well
	return r.add(at, at+3, t)
}

// threePart reads a date with its year at either end.
func (r *reader) threePart(at, end int, parts []string) int {
	year, first, second := parts[0], parts[1], parts[2]
	keys := []string{}
	if isYear(year) {
		if isMonthDay(first, second) {
			keys = []string{dateKey(plain(first), plain(second))}
		}
	} else {
		year, first, second = parts[2], parts[0], parts[1]
		if len(year) == 2 {
			year = "20" + year
		}
		if isYear(year) {
			keys = dayKeys(first, second)
		}
	}
	if len(keys) == 0 {
		return at
	}
	t := token{keys: keys, year: year}
	if len(keys) == 1 {
		t.parts = dateParts(keys[0])
	}
	return r.add(at, end, t)
}

func dateParts(key string) []string {
	month, day, _ := strings.Cut(strings.TrimPrefix(key, "date "), "-")
	return []string{monthKey(month), numberKey(day)}
}

// dayKeys gives the readings of two numbers as month and day.
func dayKeys(first, second string) []string {
	var keys []string
	if isMonthDay(first, second) {
		keys = append(keys, dateKey(plain(first), plain(second)))
	}
	if isMonthDay(second, first) && plain(first) != plain(second) {
		keys = append(keys, dateKey(plain(second), plain(first)))
	}
	return keys
}

func isYear(word string) bool {
	return len(word) == 4 && isDigits(word) && word >= "1900" && word <= "2099"
}

func isMonthDay(month, day string) bool { return isBetween(month, 12) && isBetween(day, 31) }

func isBetween(word string, most int) bool {
	if len(word) > 2 || !isDigits(word) {
		return false
	}
	number, err := strconv.Atoi(word)
	return err == nil && number >= 1 && number <= most
}

func isDigits(word string) bool {
	for i := range len(word) {
		if word[i] < '0' || word[i] > '9' {
			return false
		}
	}
	return word != ""
}
