package protect

import (
	"slices"
	"strconv"
	"strings"
)

// numerals are the words that translations write for numbers, by language: numbers in their order,
// others with their number.
var numerals = map[string]map[string][]string{
	"en": numeralWords(`zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
		seventeen eighteen nineteen twenty`,
		`a=1 an=1 single=1 once=1 per=1 each=1 every=1 first=1 another=1 second=2 twice=2 both=2 pair=2 couple=2 double=2 third=3 third=1/3 half=1/2 quarter=1/4
		noon=12 midday=12 midnight=12 triple=3 fourth=4 fifth=5 sixth=6 seventh=7 eighth=8 ninth=9 tenth=10 dozen=12 fortnight=2 half=0.5 half=30 quarter=15
		thirds=2/3 thirty=30 forty=40 fifty=50 sixty=60 ninety=90 hundred=100 thousand=1000`),
	"es": numeralWords(`cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete
		dieciocho diecinueve veinte`,
		`un=1 una=1 cada=1 primer=1 primero=1 primera=1 otro=1 otra=1 segundo=2 segunda=2 ambos=2 ambas=2 par=2 doble=2 tercer=3
		tercero=3 tercera=3 cuarto=4 cuarta=4 quinto=5 quinta=5 sexto=6 sexta=6 séptimo=7 séptima=7 octavo=8 octava=8 noveno=9
		noveno=9 décimo=10 décima=10 docena=12 mediodía=12 medianoche=12 quincena=15 media=0.5 medio=0.5 tercio=1/3 tercios=2/3 mitad=1/2 cuarto=1/4 media=30 cuarto=15 treinta=30 cuarenta=40
		cincuenta=50 sesenta=60 noventa=90 cien=100 mil=1000 semana=7`),
	"ko": numeralWords(`영 하나 둘 셋 넷 다섯 여섯 일곱 여덟 아홉 열 열하나 열둘 열셋 열넷 열다섯 열여섯 열일곱 열여덟 열아홉 스물`,
		`첫=1 하루=1 일주일=1 일주일=7 한달=1 한두=1 한두=2 이틀=2 둘째=2 두세=2 두세=3 사흘=3 셋째=3 서너=3 서너=4 나흘=4 닷새=5
		엿새=6 열흘=10 보름=15 정오=12 자정=12 양쪽=2 양측=2 반=30 반=0.5 절반=0.5 절반=1/2 스무=20`),
}

// counted are the Korean numerals that stand only before what they count.
var counted = []struct{ word, number string }{
	{"열한", "11"}, {"열두", "12"}, {"한", "1"}, {"두", "2"}, {"세", "3"}, {"네", "4"},
}

var counters = strings.Fields(`개 번 본 명 분 시 시간 주 달 장 건 가지 쪽 군데 차례 배 곳 대 벌 세트 케이스 사람 환자 날 해 면 치아 줄 통 단계 유닛
	크라운 임플란트 브릿지 군 차 째 박스 파일 조각 세션`)

func numeralWords(inOrder, others string) map[string][]string {
	words := map[string][]string{}
	for i, word := range strings.Fields(inOrder) {
		words[word] = append(words[word], strconv.Itoa(i))
	}
	for _, pair := range strings.Fields(others) {
		word, number, _ := strings.Cut(pair, "=")
		words[word] = append(words[word], number)
	}
	return words
}

// word reads months, the letters of primary teeth, and numbers that are written as words.
func (r *reader) word(at int) int {
	l := r.lexemes[at]
	if l.kind != latin && l.kind != hangul {
		return at
	}
	switch {
	case monthOf(l.word, r.language) != "" && r.isMonthName(at):
		optional := len(l.word) <= 4 || l.word == "march"
		return r.add(at, at+1, token{keys: []string{monthKey(months[l.word])}, optional: optional && l.word != "mayo" && l.word != "june" && l.word != "july"})
	case l.end == l.start+1 && r.isLetter(at):
		written := r.written(at, at+1)
		return r.add(at, at+1, token{keys: r.letterKeys(at, written), tooth: r.teeth[written], optional: !r.teeth[written]})
	}
	if numbers := r.numeral(at); len(numbers) > 0 {
		return r.addNumeral(at, numbers)
	}
	return at
}

// letterKeys: "A" and "K" may name a tooth, "A" is an article as well.
func (r *reader) letterKeys(at int, written string) []string {
	keys := []string{codeKey(written)}
	if !r.teeth[written] {
		keys = append(keys, numberKeys(r.numeral(at))...)
	}
	return keys
}

func (r *reader) isLetter(at int) bool {
	c := r.text[r.lexemes[at].start]
	return c >= 'A' && c <= 'T'
}

// addNumeral gives "five mm" the meaning of the measure too.
func (r *reader) addNumeral(at int, numbers []string) int {
	t := token{optional: true}
	unit, _ := r.unit(at + 1)
	for _, number := range numbers {
		if unit != "" {
			t.keys = append(t.keys, measureKey(number, unit))
		}
		t.keys = append(t.keys, numberKey(number))
		if r.tellsHour(at) {
			t.keys = append(t.keys, hourKeys(number, "")...)
		}
	}
	return r.add(at, at+1, t)
}

func (r *reader) tellsHour(at int) bool {
	switch r.at(at - 1).word {
	case "at", "las", "la", "by", "before", "until", "after":
		return true
	}
	return strings.HasSuffix(r.lexemes[at].word, "시") || strings.HasPrefix(r.at(at+1).word, "시")
}

func (r *reader) numeral(at int) []string {
	word := r.lexemes[at].word
	if r.lexemes[at].kind == hangul {
		return r.koreanNumeral(at, word)
	}
	if words, known := numerals[r.language]; known && r.language != "ko" {
		return words[word]
	}
	return append(slices.Clone(numerals["en"][word]), numerals["es"][word]...)
}

// koreanNumeral: 한, 두, 세 and 네 mean other things unless something is counted behind them. Others
// carry particles.
func (r *reader) koreanNumeral(at int, word string) []string {
	for _, one := range counted {
		rest, found := strings.CutPrefix(word, one.word)
		if found && (rest != "" && startsCounter(rest) || rest == "" && r.at(at+1).kind == hangul) {
			return []string{one.number}
		}
	}
	for length := 3; length <= len(word) && length <= 12; length += 3 {
		if numbers := numerals["ko"][word[:length]]; len(numbers) > 0 && (length > 3 || length == len(word) || startsCounter(word[length:])) {
			return numbers
		}
	}
	return nil
}

func startsCounter(word string) bool {
	return slices.ContainsFunc(counters, func(counter string) bool { return strings.HasPrefix(word, counter) })
}
