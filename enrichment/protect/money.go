package protect

import "strings"

var currencies = names(map[string]string{
	"USD": "$ usd us$ dollar dollars dólar dólares dolar dolares bucks", "EUR": "€ eur euro euros", "KRW": "₩ krw won wones ￦",
	"GBP": "£ gbp pounds libras", "JPY": "¥ jpy yen yenes", "AUD": "aud", "CAD": "cad", "MXN": "mxn peso pesos",
})

var koreanCurrencies = []struct{ word, currency string }{
	{"원심", ""}, {"원래", ""}, {"원본", ""}, {"원", "KRW"}, {"달러", "USD"}, {"불", "USD"}, {"유로", "EUR"}, {"페소", "MXN"}, {"엔화", "JPY"}, {"파운드", "GBP"},
}

// money reads "$45", "USD 45", "45 dólares", "4만 5천원". A number with 만 or 천 and no currency is
// read here too.
func (r *reader) money(at int) int {
	l := r.lexemes[at]
	number, currency := at, ""
	if l.kind != digits {
		if (l.word == "us" || l.word == "u") && r.at(at+1).word == "$" {
			number++
		}
		currency = currencies[r.at(number).word]
		number++
		if currency == "" || !r.starts(at) || r.at(number).kind != digits || l.kind == latin && !isCurrencyCode(l.word) && number == at+1 {
			return at
		}
	}
	a := r.amount(number)
	if len(a.meanings) == 0 {
		return at
	}
	end, textEnd := a.end, r.lexemes[a.end-1].end
	behind, next, written := a.currency, a.end, a.textEnd
	if behind == "" {
		behind, next, written = r.currency(end)
	}
	if behind != "" && (currency == "" || currency == "USD") {
		currency, end, textEnd = behind, next, written
	}
	switch {
	case currency == "" && a.korean:
		return r.add(at, end, token{keys: numberKeys(a.meanings)})
	case currency == "":
		return at
	}
	t := token{text: r.text[l.start:textEnd]}
	for _, value := range a.meanings {
		t.keys = append(t.keys, moneyKey(value, currency))
		if r.spanish() && currency == "USD" {
			t.keys = append(t.keys, moneyKey(value, "MXN"))
		}
	}
	return r.add(at, end, t)
}

func isCurrencyCode(word string) bool {
	return len(word) == 3 && word != "won" && word != "yen" || word == "us"
}

// currency reads the currency behind an amount.
func (r *reader) currency(at int) (currency string, end, textEnd int) {
	l := r.at(at)
	if l.kind == hangul {
		for _, one := range koreanCurrencies {
			if strings.HasPrefix(l.word, one.word) {
				return one.currency, at + 1, l.start + len(one.word)
			}
		}
		return "", at, 0
	}
	if (l.word == "$" || l.word == "€") && r.at(at+1).kind == digits && r.at(at+1).glued {
		return "", at, 0 // of the next amount
	}
	if l.word == "de" && currencies[r.at(at+1).word] != "" {
		at, l = at+1, r.at(at+1)
	}
	return currencies[l.word], at + 1, l.end
}

func (r *reader) isCurrency(at int) bool {
	currency, _, _ := r.currency(at)
	return currency != ""
}
