package privacy

import (
	"strconv"
	"strings"
)

const (
	// birthReach is how many words may stand between "born" and the date, yearReach the same of a
	// year alone, birthdayReach that of "birthday", which is a reason for other dates.
	birthReach    = 5
	yearReach     = 2
	birthdayReach = 3
)

// birthDate takes a date or a year with a word that makes it one of birth, before or behind it.
func (f *finder) birthDate(at int) int {
	end, next := f.date(at)
	year := next == at && f.tokens[at].kind == digits && isYear(f.tokens[at].word)
	if year {
		end, next = f.tokens[at].end, at+1
	}
	if next == at {
		return f.shortYear(at)
	}
	if !f.freeBefore(at) || !f.born(at, year) && !f.bornBehind(next) {
		return at
	}
	f.mask(f.tokens[at].start, end)
	f.heard = noClue
	return next
}

// born tells whether what stands before the token says that a birth follows.
func (f *finder) born(at int, year bool) bool {
	if year {
		return f.near(birth, at, yearReach)
	}
	return f.near(birth, at, birthReach) || f.near(birthday, at, birthdayReach) && f.onlyLinks(f.clueAt+1, at)
}

// onlyLinks tells whether nothing but links stands between: "birthday is on", "생일은".
func (f *finder) onlyLinks(from, to int) bool {
	if t := f.token(from - 1); t.kind == hangul {
		if _, rest := koreanEntry(clues, t.word); rest != "" && rest != "은" && rest != "는" && rest != "이" {
			return false
		}
	}
	for at := from; at < to; at++ {
		if t := f.tokens[at]; t.kind != sign && !links[t.lower] {
			return false
		}
	}
	return true
}

var links = set("is on the es el date")

// bornBehind tells whether the date before the token is followed by "생", "년생" or "(DOB)".
func (f *finder) bornBehind(at int) bool {
	t := f.token(at)
	if t.kind == hangul {
		for _, word := range []string{"년생", "월생", "일생", "출생", "생"} {
			if rest, ok := strings.CutPrefix(t.word, word); ok && isParticle(rest) {
				return true
			}
		}
		return false
	}
	if t.word == "(" {
		t = f.token(at + 1)
	}
	return t.kind == letters && clues[t.lower] == birth && t.lower != "born"
}

// shortYear takes the year of "85년생" and "85년 3월생".
func (f *finder) shortYear(at int) int {
	t, next := f.tokens[at], f.token(at+1)
	if t.kind != digits || len(t.word) != 2 || !next.glued || !f.freeBefore(at) {
		return at
	}
	if rest, ok := strings.CutPrefix(next.word, "년생"); !ok || !isParticle(rest) {
		return at
	}
	f.mask(t.start, t.end)
	return at + 2
}

// residentNumber takes a Korean resident number: the date of birth, a hyphen, and seven digits, of
// which six may be starred out.
func (f *finder) residentNumber(at int) int {
	t := f.tokens[at]
	if !f.freeBefore(at) || len(t.word) != 6 || !isShortDate(t.word) {
		return at
	}
	hyphen, rest := f.token(at+1), f.token(at+2)
	if hyphen.word != "-" || rest.kind != digits || rest.word[0] < '1' || rest.word[0] > '8' {
		return at
	}
	end, next := rest.end, at+3
	for ; f.token(next).word == "*" && f.token(next).glued; next++ {
		end = f.tokens[next].end
	}
	if end-rest.start != 7 || !f.freeAfter(next-1) {
		return at
	}
	f.mask(t.start, end)
	return next
}

func isYear(word string) bool { return len(word) == 4 && (word[:2] == "19" || word[:2] == "20") }

// isShortDate knows 850312, six digits.
func isShortDate(word string) bool { return isMonth(word[2:4]) && isDay(word[4:6]) }

func isMonth(word string) bool { return between(word, 12) }

func isDay(word string) bool { return between(word, 31) }

func between(word string, most int) bool {
	if len(word) > 2 {
		return false
	}
	number, err := strconv.Atoi(word)
	return err == nil && number >= 1 && number <= most
}
