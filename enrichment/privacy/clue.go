package privacy

import "strings"

// clue is what the words before a number say of it. The nearest counts.
type clue int

const (
	noClue    clue = iota
	telephone      // "tel.", "전화"
	birth          // "born", "생년월일"
	birthday       // a birthday may also be a reason for haste: the date must follow at once
	thing          // orders, parcels, appointments: their numbers and dates are not the patient's
)

var clues = clueTable(map[clue]string{
	telephone: "tel telephone phone ph mobile cell cellphone call calling whatsapp sms text fax " +
		"teléfono telefono tlf tfno móvil movil celular cel llamar llame llamen llámame llámeme llamarme llamarle " +
		"contacto contactar 전화 전화번호 연락처 연락 휴대폰 휴대전화 핸드폰 폰번호 카톡 팩스",
	birth:    "dob born birth birthdate nac nacimiento nacido nacida nació nacio 생년월일 출생 출생일 태어난 태어나",
	birthday: "birthday bday cumpleaños 생일 생신",
	thing: "order orders tracking invoice ref reference lot serial po case cases item sku part article waybill awb shipment " +
		"parcel dhl fedex ups ems usps account model version file appointment appt due delivery deliver deliveries delivered " +
		"ship ships shipped deadline pedido pedidos orden factura seguimiento guía guia rastreo lote referencia caso casos " +
		"serie cuenta archivo cita entrega entregar envío envio 주문 주문번호 송장 송장번호 운송장 로트 케이스 접수번호 " +
		"계좌 계좌번호 파일 등기 택배 내원 내원일 예약 납기 납품 배송 도착 제작 시리얼 모델번호",
})

func clueTable(lists map[clue]string) map[string]clue {
	table := map[string]clue{}
	for kind, list := range lists {
		for word := range strings.FieldsSeq(list) {
			table[word] = kind
		}
	}
	return table
}

// listen remembers the clue that the word at the token gives.
func (f *finder) listen(at int) {
	t := f.tokens[at]
	kind := clues[t.lower]
	switch {
	case t.kind == hangul:
		kind, _ = koreanEntry(clues, t.word)
	case t.lower == "d" && hasFold(f.text[t.start:], "d.o.b"):
		kind = birth
		at += 4
	}
	if kind != noClue {
		f.heard, f.clueAt = kind, at
	}
}

// forget drops the clue at the end of a sentence; the point of "tel." is none.
func (f *finder) forget(at int) {
	switch f.tokens[at].word {
	case "!", "?":
		f.heard = noClue
	case ".":
		if next := f.token(at + 1); at > f.clueAt+1 && !next.glued && next.kind != digits {
			f.heard = noClue
		}
	}
}

// near tells whether the clue was heard and at most so many words stand behind it.
func (f *finder) near(kind clue, at, reach int) bool {
	if f.heard != kind || at-f.clueAt > 3*reach {
		return false
	}
	words := 0
	for between := f.clueAt + 1; between < at; between++ {
		if f.tokens[between].kind != sign {
			words++
		}
	}
	return words <= reach
}

// koreanEntry finds the longest beginning of the word in the table, since particles are attached to
// Korean words.
func koreanEntry[T any](table map[string]T, word string) (T, string) {
	for end := min(len(word), 8*syllable); end >= 2*syllable; end -= syllable {
		if entry, found := table[word[:end]]; found {
			return entry, word[end:]
		}
	}
	var none T
	return none, word
}

// syllable is how many bytes a syllable of Hangul has.
const syllable = 3

func hasFold(text, prefix string) bool {
	return len(text) >= len(prefix) && strings.EqualFold(text[:len(prefix)], prefix)
}
