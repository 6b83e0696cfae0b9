package glossary_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

type findCase struct {
	name string
	text string
	want []string
}

func checkFinds(t *testing.T, source, target string, cases []findCase) {
	g := load(t)
	for _, test := range cases {
		t.Run(test.name, func(t *testing.T) {
			got := written(g.Find(source, target, test.text))
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("%q (-want +got):\n%s", test.text, diff)
			}
		})
	}
}

func TestFindsEnglishTerms(t *testing.T) {
	checkFinds(t, "en", "ko", []findCase{
		{"nothing", "Great, patient is booked for the 20th at 10:30.", nil},
		{"empty", "", nil},
		{"a request", "Hi, scan for the full contour zirconia crown on 26 is uploaded. Shade A2, occlusal contact light please, she grinds at night.",
			[]string{"full contour zirconia=모놀리식 지르코니아", "crown=크라운", "Shade=쉐이드", "occlusal=교합면", "contact=컨택"}},
		{"a prescription", "Need screw-retained crowns on #14 and #19, Straumann BLT RC 4.1. Torque 35 Ncm on Ti-base, please.",
			[]string{"screw-retained=스크류 유지형", "crowns=크라운", "Torque=토크", "Ti-base=티베이스"}},
		{"the longest wins and nothing overlaps", "Six e.max veneers. Target shade BL2, translucency at the incisal third. Stump shade ND3.",
			[]string{"e.max=이맥스", "veneers=라미네이트", "shade=쉐이드", "translucency=투명도", "incisal third=절단연", "Stump shade=스텀프 쉐이드"}},
		{"each once", "crown, Crowns and a cap", []string{"crown=크라운"}},
		{"a hyphen is a space", "try  in, try-in, screw\nretained", []string{"try  in=시적", "screw\nretained=스크류 유지형"}},
		{"plurals", "abutments, crosses, cavities, prostheses, wisdom teeth",
			[]string{"abutments=어버트먼트", "cavities=우식", "prostheses=보철물", "wisdom teeth=사랑니"}},
		{"possessive", "the crown's margin", []string{"crown=크라운", "margin=마진"}},
		{"not inside of words", "crowned, remargin, labor, diet, casement", nil},
		{"not next to digits", "crown2 3crown", nil},
		{"a particle is attached", "crown은 margin이", []string{"crown=크라운", "margin=마진"}},
		{"an edge of the text", "crown", []string{"crown=크라운"}},
		{"behind a word that only begins alike", "full full contour zirconia", []string{"full contour zirconia=모놀리식 지르코니아"}},
		{"everyday phrases", "Great job, go with MO for 21 and keep the rest as planned, just in case.", nil},
		{"the same words as terms", "The rest seat of this case", []string{"seat=안착", "case=케이스"}},
		{"invalid bytes", "\xff\xfecrown\x80margin\xe2\x82", []string{"crown=크라운", "margin=마진"}},
	})
}

func TestFindsKoreanTerms(t *testing.T) {
	checkFinds(t, "ko", "en", []findCase{
		{"nothing", "네, 다음부터는 일정이 바뀌면 바로 말씀드리겠습니다. 감사합니다!", nil},
		{"a question", "안녕하세요. 스캔 잘 받았습니다. 마진 라인이 원심 쪽에서 조금 불분명한데, 사진 한 장 더 부탁드려도 될까요?",
			[]string{"마진=margin", "원심=distal"}},
		{"particles", "21번 지대치 색이 어두워서 HT보다 MO 잉곳을 추천드립니다. 크라운은 지르코니아로 할까요?",
			[]string{"지대치 색=stump shade", "크라운=crown", "지르코니아=zirconia"}},
		{"a verb of a noun", "어제 출고했습니다. 송장번호는 EMS 7731 2040 입니다.", []string{"출고=shipping", "송장번호=tracking number"}},
		{"a particle that could begin a word", "메이저 커넥터는 링구얼 바로 하면 될까요?", []string{"메이저 커넥터=major connector", "링구얼 바=lingual bar"}},
		{"the longest wins", "임시 국소의치와 임시치아", []string{"임시 국소의치=flipper", "임시치아=temporary crown"}},
		{"compounds without spaces", "지르코니아크라운마진과 스캔 바디", []string{"지르코니아=zirconia", "크라운=crown", "마진=margin", "스캔 바디=scan body"}},
		{"Latin letters", "STL 파일과 PFM으로, XPFM PFMX", []string{"STL 파일=STL file", "PFM=PFM"}},
		{"each once", "크라운 금관 캡", []string{"크라운=crown"}},

		{"one syllable as a word", "핏 정말 좋네요", []string{"핏=fit"}},
		{"one syllable with a particle", "색은 좋은데 핏이 이러면 못 씁니다", []string{"핏=fit"}},
		{"one syllable in other words", "핏빛, 캡처, 랩핑, 슬랩, 조건, 사건은, 기본", nil},
		{"one syllable of daily chat", "승인한 건 이게 아닌 건가요? 본 제품, 휴", nil},
		{"one syllable that counts", "3본 브릿지 2건 의뢰", []string{"본=unit", "브릿지=bridge", "건=case"}},
		{"a date is not a count", "22일에 3본부 12본점", nil},

		{"two syllables begin a word", "교합면과 교합이", []string{"교합면=occlusal surface", "교합=occlusion"}},
		{"two syllables inside of a word", "스코어, 카테고리, 무적합체", nil},
		{"two syllables of daily chat", "인상적이네요. 이장님, 유치원, 다이아몬드, 재료 가격 인상", nil},
		{"three syllables inside of a word", "임시크라운제작, 데이터베이스", []string{"임시크라운=temporary crown"}},
		{"invalid bytes", "\xff크라운\xed\xa0마진", []string{"크라운=crown", "마진=margin"}},
	})
}

func TestFindsSpanishTerms(t *testing.T) {
	checkFinds(t, "es", "en", []findCase{
		{"nothing", "Perfecto, la paciente viene el 20 a las 10:30.", nil},
		{"a request", "Hola, ya subimos el escaneo de las coronas de zirconia monolítica en la 26. Color A2 y contacto ligero, por favor.",
			[]string{"escaneo=intraoral scan", "coronas=crown", "zirconia monolítica=monolithic zirconia", "Color=shade", "contacto ligero=open contact"}},
		{"as written or without accents", "impresion, póntico, PONTICOS, muñon, munones", []string{"impresion=impression", "póntico=pontic", "muñon=abutment tooth"}},
		{"accents as marks of their own", "impresio\u0301n digital", []string{"impresio\u0301n digital=intraoral scan"}},
		{"plurals", "puentes, pilares, incrustaciones, bicúspides, prótesis", []string{"puentes=bridge", "pilares=abutment", "incrustaciones=inlay", "bicúspides=premolar", "prótesis=prosthesis"}},
		{"z becomes c", "las luces y la translucidez", []string{"translucidez=translucency"}},
		{"plurals of several words", "coronas provisionales, pilares personalizados, muelas del juicio, dientes de leche, bases de titanio",
			[]string{"coronas provisionales=temporary crown", "pilares personalizados=custom abutment", "muelas del juicio=wisdom tooth", "dientes de leche=primary tooth", "bases de titanio=Ti-base"}},
		{"feminine", "dos coronas atornilladas y una cementada", []string{"coronas=crown", "atornilladas=screw-retained", "cementada=cement-retained"}},
		{"not inside of words", "coronavirus, casona, modelar", nil},
		{"everyday phrases", "En caso de duda te envío otra foto; estamos en contacto.", nil},
	})
	checkFinds(t, "es", "ko", []findCase{{"to Korean", "un puente de tres unidades", []string{"puente=브릿지", "unidades=본"}}})
}

func TestFindsTermsForSpanish(t *testing.T) {
	checkFinds(t, "en", "es", []findCase{{"English", "screw-retained crowns", []string{"screw-retained=atornillado", "crowns=corona"}}})
	checkFinds(t, "ko", "es", []findCase{{"Korean", "크라운은 지르코니아로", []string{"크라운=corona", "지르코니아=zirconia"}}})
}

func TestFindsTermsOfOtherLanguages(t *testing.T) {
	g := parse(t, "term_en\tterm_de\tterm_ja\nbridge\tBrücke\tブリッジ\ncrown\tKrone\tクラウン\nshade\tFarbe\t色\n")
	for _, test := range []struct {
		source, target, text string
		want                 []string
	}{
		{"de", "en", "Drei Kronen, keine BRÜCKE; Dornenkronen nicht", []string{"BRÜCKE=bridge"}},
		{"de", "ja", "eine Krone und Brucke", []string{"Krone=クラウン", "Brucke=ブリッジ"}},
		{"ja", "de", "26番のクラウンとブリッジの色", []string{"クラウン=Krone", "ブリッジ=Brücke", "色=Farbe"}},
	} {
		if diff := cmp.Diff(test.want, written(g.Find(test.source, test.target, test.text))); diff != "" {
			t.Errorf("%q (-want +got):\n%s", test.text, diff)
		}
	}
}
