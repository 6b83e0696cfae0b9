package privacy

// longestLink is how many tokens may stand between the name of a number and the number.
const longestLink = 6

// identifiers are the names of numbers that stand for a patient. Those that are false mean a number
// only with a word such as "no." behind them.
var identifiers = map[string]bool{
	"mrn": true, "nhc": true, "dni": true, "nie": true, "ssn": true, "nss": true, "curp": true, "nhs": true,
	"chart": false, "insurance": false, "policy": false, "record": false, "patient": false, "pt": false, "hc": false, "rut": true, "cédula": true, "cedula": true, "cuit": true, "member": false, "medicare": false,
	"passport": false, "historia": false, "expediente": false, "póliza": true, "poliza": true, "seguro": false, "pasaporte": false,
	"paciente": false, "security": false,
	"차트번호": true, "보험번호": true, "보험증번호": true, "증권번호": true, "등록번호": true, "환자번호": true, "병록번호": true,
	"여권번호": true, "차트": false, "보험": false, "보험증": false, "환자": false, "주민번호": true, "주민등록번호": true, "외국인등록번호": true,
}

var (
	numberWords = set("no nº n° n number num núm num. número numero nr id # № º card clínica clinica 번호 넘버 social")
	linkWords   = set(". : = - ( ° º is es de del policy record seguro médico medico paciente social")
)

// identifier takes the number of a chart or an insurance behind its name.
func (f *finder) identifier(at int) int {
	t := f.tokens[at]
	sure, found := identifiers[t.lower]
	if t.kind == hangul {
		sure, found = koreanIdentifier(t.word)
	}
	if !found || f.token(at-1).lower == "shade" {
		return at
	}
	sure = sure || f.numberBefore(at)
	here := at + 1
	for ; here <= at+longestLink && here < len(f.tokens); here++ {
		word := f.tokens[here].lower + f.tokens[here].signWord()
		numbered := numberWords[word] || isNumberWord(f.tokens[here])
		if !numbered && !linkWords[word] {
			break
		}
		sure = sure || numbered
	}
	end, next := f.code(here)
	if !sure || next == here || f.spacedBy(at, here) {
		return at
	}
	f.mask(f.tokens[here].start, end)
	return next
}

// numberBefore tells whether the name of the number is that of "n.º de historia".
func (f *finder) numberBefore(at int) bool {
	for before := at - 1; before >= max(0, at-4); before-- {
		word := f.tokens[before].lower + f.tokens[before].signWord()
		if numberWords[word] {
			return true
		}
		if !linkWords[word] {
			return false
		}
	}
	return false
}

// koreanIdentifier refuses words that only begin with a name, such as "보험료".
func koreanIdentifier(word string) (sure, found bool) {
	sure, rest := koreanEntry(identifiers, word)
	found = rest != word && isParticle(rest)
	return sure && found, found
}

func isNumberWord(t token) bool {
	_, rest := koreanEntry(map[string]bool{"번호": true}, t.word)
	return t.kind == hangul && rest != t.word && isParticle(rest)
}

// spacedBy tells whether a line ends between the tokens.
func (f *finder) spacedBy(from, to int) bool {
	for at := from; at < to; at++ {
		if f.tokens[at].kind == lineEnd {
			return true
		}
	}
	return false
}

// code reads letters and digits without a space, of which one is a digit, such as A-1029/3. Groups of
// three digits and more may follow behind spaces, as in 943 476 5919.
func (f *finder) code(at int) (end, next int) {
	hasDigit := false
	for next = at; next < len(f.tokens); next++ {
		t := f.tokens[next]
		inner := t.word == "-" || t.word == "/" || t.word == "."
		follows := f.token(next + 1)
		switch {
		case next > at && !t.glued && !(hasDigit && t.kind == digits && len(t.word) >= 3 && f.token(next-1).kind == digits):
			return f.codeEnd(at, next, hasDigit)
		case t.kind == digits:
			hasDigit = true
		case t.kind == letters:
		case inner && next > at && follows.glued && (follows.kind == digits || follows.kind == letters):
		default:
			return f.codeEnd(at, next, hasDigit)
		}
		if next-at >= longestCode {
			return f.codeEnd(at, next, hasDigit)
		}
	}
	return f.codeEnd(at, next, hasDigit)
}

const (
	// longestCode is how many tokens a number of a chart has at most.
	longestCode = 12
	// shortestCode is how many bytes it has at least: "patient #14" is about a tooth.
	shortestCode = 3
)

func (f *finder) codeEnd(at, next int, hasDigit bool) (int, int) {
	if !hasDigit || f.tokens[next-1].end-f.tokens[at].start < shortestCode {
		return 0, at
	}
	return f.tokens[next-1].end, next
}
