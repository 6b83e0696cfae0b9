package protect

import (
	"math"
	"strconv"
	"strings"
)

var koreanPowers = []struct {
	word  string
	power int64
}{{"백만", 1e6}, {"천만", 1e7}, {"억", 1e8}, {"만", 1e4}, {"천", 1e3}}

// amount is a number, in Korean with what multiplies it: "4만 5천".
type amount struct {
	meanings []string
	end      int // the lexeme behind it
	korean   bool
	// currency is what the last word goes on with, as in "천원", which ends at textEnd.
	currency string
	textEnd  int
}

func (r *reader) amount(at int) amount {
	total, end := 0.0, at
	for {
		power, rest := powerOf(r.at(end + 1))
		value, small := smallNumber(r.lexemes[end].word)
		if !small || power == 0 && end == at {
			break
		}
		total += value * float64(max(power, 1))
		if rest != "" {
			return r.multiplied(at, end+1, total, rest)
		}
		end += 2
		if power == 0 {
			end--
			break
		}
		if r.at(end).kind != digits {
			break
		}
		if next, _ := powerOf(r.at(end + 1)); next == 0 && !r.isCurrency(end+1) {
			break
		}
	}
	if end == at {
		return r.plainAmount(at)
	}
	return amount{meanings: []string{formatted(total)}, end: end, korean: true}
}

// plainAmount is a number alone or with the k of thousands: "1.2k".
func (r *reader) plainAmount(at int) amount {
	value, small := smallNumber(r.lexemes[at].word)
	if next := r.at(at + 1); small && next.glued && next.word == "k" {
		return amount{meanings: []string{formatted(1000 * value)}, end: at + 2}
	}
	meanings, _ := values(r.lexemes[at].word, r.spanish())
	return amount{meanings: meanings, end: at + 1}
}

// smallNumber leaves out what could overflow.
func smallNumber(literal string) (value float64, small bool) {
	if len(literal) > 7 {
		return 0, false
	}
	value, err := strconv.ParseFloat(strings.ReplaceAll(literal, ",", ""), 64)
	return value, err == nil
}

// formatted is the value to a hundredth, since "1.1만" is 11000 and not a little more.
func formatted(value float64) string {
	return strconv.FormatFloat(math.Round(value*100)/100, 'f', -1, 64)
}

// multiplied is an amount whose last word goes on behind the power: "5천원", and "26만", which means
// "only 26" as well.
func (r *reader) multiplied(at, last int, total float64, rest string) amount {
	value := formatted(total)
	l := r.lexemes[last]
	for _, one := range koreanCurrencies {
		if strings.HasPrefix(rest, one.word) && one.currency != "" {
			textEnd := l.end - len(rest) + len(one.word)
			return amount{meanings: []string{value}, end: last + 1, korean: true, currency: one.currency, textEnd: textEnd}
		}
	}
	return amount{meanings: []string{value, plain(r.lexemes[at].word)}, end: last + 1, korean: true}
}

func powerOf(l lexeme) (power int64, rest string) {
	if l.kind != hangul {
		return 0, ""
	}
	for _, one := range koreanPowers {
		if strings.HasPrefix(l.word, one.word) {
			return one.power, strings.TrimPrefix(l.word, one.word)
		}
	}
	return 0, ""
}
