package protect_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"dentalk/enrichment/protect"
)

const (
	seed   = 4
	rounds = 80 // of corruptions of each sentence
)

// TestEachCorruptionIsFound changes one token of a correct translation at a time. The tokens are
// those that the corpus names, not those that the package finds.
func TestEachCorruptionIsFound(t *testing.T) {
	t.Logf("seed %d", seed)
	c := corrupter{rand.New(rand.NewPCG(seed, seed))}
	rows := sentences(t)
	tokens := map[string][]string{}
	for _, s := range rows {
		tokens[s.original] = s.tokens
	}
	done := map[string]int{}
	for range rounds {
		for _, s := range rows {
			kind, corrupted := c.corrupt(s, tokens[s.translation])
			if kind == "" {
				continue
			}
			done[kind]++
			if protect.Missing(s.original, corrupted, s.source, s.target) == nil {
				t.Errorf("%s is not found: %q → %q", kind, s.original, corrupted)
			}
		}
	}
	total := 0
	for kind, count := range done {
		t.Logf("%6d %s", count, kind)
		total += count
	}
	if total < 5000 || len(done) < 9 {
		t.Errorf("only %d corruptions of %d kinds", total, len(done))
	}
}

// corrupter makes translations that do not keep what they must. It gives an empty kind where a
// change would leave the meaning as it is.
type corrupter struct{ random *rand.Rand }

func (c corrupter) corrupt(s sentence, tokens []string) (kind, corrupted string) {
	token := tokens[c.random.IntN(len(tokens))]
	kinds := []struct {
		name   string
		change func(string) string
	}{
		{"digit", c.digit}, {"digit", c.digit}, {"decimal point", point}, {"letter", c.letter}, {"unit", replaceOne(units)}, {"month", replaceOne(months)},
		{"half of the day", replaceOne(halves)}, {"currency", replaceOne(currencies)}, {"name of a file", c.file},
		{"dropped", func(string) string { return "" }},
	}
	if c.random.IntN(8) == 0 {
		return c.invent(s)
	}
	one := kinds[c.random.IntN(len(kinds))]
	changed := one.change(token)
	if changed == token || sameMeaning(s, token, changed) {
		return "", ""
	}
	return one.name, strings.Replace(s.translation, token, changed, 1)
}

// sameMeaning: a year that the original does not write may be any.
func sameMeaning(s sentence, token, changed string) bool {
	year := strings.Index(token, "20")
	if year < 0 || len(token) < year+4 || len(changed) != len(token) || token[year:year+4] == changed[year:year+4] {
		return false
	}
	return !strings.Contains(s.original, token[year:year+4])
}

func (c corrupter) digit(token string) string {
	var places []int
	for i := range len(token) {
		if token[i] >= '0' && token[i] <= '9' {
			places = append(places, i)
		}
	}
	if len(places) == 0 {
		return token
	}
	at := places[c.random.IntN(len(places))]
	other := byte('0' + (int(token[at]-'0')+1+c.random.IntN(9))%10)
	return token[:at] + string(other) + token[at+1:]
}

// point moves a decimal point behind the next digit; a zero before goes.
func point(token string) string {
	at := strings.IndexAny(token, ".,")
	if at < 1 || at+1 >= len(token) || token[at-1] < '0' || token[at-1] > '9' || token[at+1] < '1' || token[at+1] > '9' {
		return token
	}
	if strings.ContainsAny(token, "/@") || strings.Contains(token, "won") || len(token) > at+3 && token[at+2] >= '0' && token[at+2] <= '9' {
		return token
	}
	return strings.TrimPrefix(token[:at]+token[at+1:], "0")
}

// letter changes a capital, as that of a shade or of an order.
func (c corrupter) letter(token string) string {
	var places []int
	for i := range len(token) {
		if token[i] >= 'A' && token[i] <= 'Z' {
			places = append(places, i)
		}
	}
	if len(places) == 0 || strings.ContainsAny(token, " %") {
		return token
	}
	at := places[c.random.IntN(len(places))]
	other := byte('A' + (int(token[at]-'A')+1+c.random.IntN(25))%26)
	return token[:at] + string(other) + token[at+1:]
}

func (c corrupter) file(token string) string {
	for _, extension := range []string{".stl", ".zip", ".ply", ".jpg"} {
		if name, found := strings.CutSuffix(token, extension); found {
			return []string{name + "2" + extension, name + ".obj", strings.ToUpper(name) + extension, "x" + name + extension}[c.random.IntN(4)]
		}
	}
	return token
}

var (
	units = [][2]string{
		{"Ncm", "mm"}, {"mm", "cm"}, {"µm", "mm"}, {"마이크론", "밀리"}, {"micras", "mm"}, {"microns", "mm"}, {"°C", "°"}, {"°", " mm"}, {"MB", "GB"},
		{"kg", "g"}, {"MPa", "Ncm"}, {"15도", "15%"}, {"%", "°"},
	}
	months = [][2]string{
		{"November", "October"}, {"Nov", "Dec"}, {"December", "January"}, {"October", "May"}, {"noviembre", "octubre"}, {"diciembre", "enero"},
		{"octubre", "junio"}, {"11월", "9월"}, {"12월", "1월"}, {"10월", "8월"},
	}
	halves = [][2]string{
		{" pm", " am"}, {" am", " pm"}, {"오후", "오전"}, {"오전", "오후"}, {"la tarde", "la mañana"}, {"la mañana", "la noche"}, {"14:30", "2:30 am"},
	}
	currencies = [][2]string{
		{"$", "€"}, {"€", "$"}, {"USD", "EUR"}, {"달러", "원"}, {"dólares", "euros"}, {"유로", "달러"}, {"만원", "만 달러"}, {"천원", "천 달러"}, {"wones", "dólares"}, {" won", " dollars"},
	}
)

func replaceOne(pairs [][2]string) func(string) string {
	return func(token string) string {
		for _, pair := range pairs {
			if strings.Contains(token, pair[0]) {
				return strings.Replace(token, pair[0], pair[1], 1)
			}
		}
		return token
	}
}

// invent puts a token between two words that the original has not.
func (c corrupter) invent(s sentence) (kind, corrupted string) {
	token := []string{"48", "C4", "7.7 mm", "$77", "17:45", "77%", "ORD-7777", "#28", "7", "upper_77.stl"}[c.random.IntN(10)]
	if strings.ContainsAny(s.original, "78") || strings.Contains(s.original, "C4") {
		return "", ""
	}
	spaces := strings.Split(s.translation, " ")
	at := 1 + c.random.IntN(len(spaces)-1)
	return "invented", strings.Join(spaces[:at], " ") + " (" + token + ") " + strings.Join(spaces[at:], " ")
}
