package glossary_test

import "testing"

func TestTermIsAppliedInAnyOfItsForms(t *testing.T) {
	g := load(t)
	for _, test := range []struct {
		target, term, translation string
		want                      bool
	}{
		{"ko", "크라운", "26번 크라운은 오늘 출고됩니다.", true},
		{"ko", "크라운", "지르코니아크라운입니다", true},
		{"ko", "크라운", "금관으로 부탁드립니다", true}, // a synonym
		{"ko", "크라운", "왕관을 보냅니다", false},
		{"ko", "스캔바디", "스캔 바디를 확인해 주세요", true},
		{"ko", "모놀리식 지르코니아", "모놀리식지르코니아로 하겠습니다", true},
		{"ko", "PMMA", "pmma로 임시치아를 만듭니다", true},
		{"ko", "본", "3본 브릿지", true},
		{"ko", "본", "기본 설정입니다", false},
		{"ko", "본", "유닛 세 개", true},

		{"en", "crown", "Two Crowns, please", true},
		{"en", "crown", "the crown's margin", true},
		{"en", "crown", "a crowned king", false},
		{"en", "crown", "a gold cap", true},
		{"en", "prosthesis", "both prostheses", true},
		{"en", "caries", "cavities", true},
		{"en", "wisdom tooth", "wisdom teeth", true},
		{"en", "splinted crowns", "a splinted crown", true},
		{"en", "try-in", "after the try in", true},
		{"en", "e.max", "IPS E.MAX veneers", true},
		{"en", "denture base", "all of the bases", true},

		{"es", "corona", "Las CORONAS están listas", true},
		{"es", "atornillado", "dos coronas atornilladas", true},
		{"es", "pilar personalizado", "los pilares personalizados", true},
		{"es", "translucidez", "translucideces", true},
		{"es", "impresión", "la impresion", true},
		{"es", "corona", "el coronel", false},
		{"es", "corona", "una funda", true},
		{"es", "palatino", "la cara palatina", true},

		{"ja", "クラウン", "26番のクラウンを", true}, // not of the glossary
		{"ko", "크라운", "", false},
		{"ko", "", "크라운", false},
	} {
		if got := g.Applied(test.target, test.term, test.translation); got != test.want {
			t.Errorf("%s: %q in %q: %t", test.target, test.term, test.translation, got)
		}
	}
}
