package domain_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dentalk/domain"
)

const glossaryHeader = "term_en\tterm_ko\tsynonyms_en\tsynonyms_ko\tcategory\n"

func parseGlossary(t *testing.T, table string) []domain.GlossaryTerm {
	t.Helper()
	terms, err := domain.ParseGlossary(table)
	if err != nil {
		t.Fatalf("%q: %v", table, err)
	}
	return terms
}

func TestGlossaryIsReadByTheNamesOfItsColumns(t *testing.T) {
	want := []domain.GlossaryTerm{
		{
			Term: "crown", Category: "restoration",
			Translations: map[string]string{"ko": "크라운", "es": "corona"},
			Synonyms:     map[string][]string{"en": {"cap", "full crown"}, "es": {"funda"}},
		},
		{Term: "onlay", Translations: map[string]string{"ko": "온레이"}},
	}
	for name, table := range map[string]string{
		"in another order":      "category\tterm_ko\tsynonyms_es\tterm_es\tsynonyms_en\tterm_en\nrestoration\t크라운\tfunda\tcorona\tcap|full crown\tcrown\n\t온레이\t\t\t\tonlay\n",
		"without the last line": "term_en\tterm_ko\tterm_es\tsynonyms_en\tsynonyms_es\tcategory\ncrown\t크라운\tcorona\tcap|full crown\tfunda\trestoration\nonlay\t온레이\t\t\t\t",
		"from a spreadsheet":    "\ufeffTerm_EN\tterm_ko\tterm_es\tsynonyms_en\tsynonyms_es\tcategory\r\n crown\t크라운\tcorona \tcap| full crown|CAP|crown\tfunda\trestoration\r\n\r\nonlay\t온레이\t\t\t\t\r\n",
	} {
		if diff := cmp.Diff(want, parseGlossary(t, table)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestMalformedGlossaryNamesLineAndColumn(t *testing.T) {
	const good = "crown\t크라운\tcap|full crown\t금관\trestoration\n"
	tests := map[string]struct{ table, want string }{
		"empty":             {"", "line 1: must have the column term_en"},
		"an unknown column": {"term_en\tterm_ko\tcolour\n", `line 1, column "colour": is not known`},
		"a region":          {"term_en\tterm_ko\tterm_es-mx\n", `line 1, column "term_es-mx": is not known`},
		"a column twice":    {"term_en\tterm_ko\tterm_ko\n", "line 1, column term_ko: is there twice"},
		"too few columns":   {glossaryHeader + good + "bridge\t브릿지\trestoration\n", "line 3: has 3 columns, but the header has 5"},
		"too many columns":  {glossaryHeader + "bridge\t브릿지\t\t\trestoration\tmore\n", "line 2: has 6 columns"},
		"behind empty line": {glossaryHeader + "\n\n" + "bridge\n", "line 4: has 1 columns"},
		"no English term":   {glossaryHeader + "\t브릿지\t\t\trestoration\n", "line 2, column term_en: is required"},
		"no translation":    {glossaryHeader + "bridge\t\t\t\trestoration\n", "line 2: must have at least one translation"},
		"an empty synonym":  {glossaryHeader + "bridge\t브릿지\tFPD|\t\trestoration\n", "line 2, column synonyms_en: is required"},
		"a formula":         {glossaryHeader + "bridge\t=SUM(A1)\t\t\trestoration\n", "line 2, column term_ko: must not begin with ="},
		"a stray return":    {glossaryHeader + "bridge\t브\r지\t\t\trestoration\n", "line 2, column term_ko: must be a single line"},
		"not UTF-8":         {glossaryHeader + "bridge\t\xff\t\t\trestoration\n", "glossary: must be UTF-8"},
		"a term twice":      {glossaryHeader + good + "Crown\t관\t\t\trestoration\n", "line 3, column term_en: has the term of line 2"},
		"too long":          {glossaryHeader + strings.Repeat("x", domain.MaxGlossaryBytes), "glossary: must have at most 1048576 bytes"},
		"too many lines":    {glossaryHeader + strings.Repeat("\n", domain.MaxGlossaryTerms+2), "glossary: must have at most 20001 lines"},
		"orphaned synonyms": {"term_en\tterm_ko\tsynonyms_es\nbridge\t브릿지\tpuente\n", "line 2, column synonyms_es: needs a translation"},
	}
	for name, test := range tests {
		_, err := domain.ParseGlossary(test.table)
		if domain.KindOf(err) != domain.KindInvalid || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error %v, want %q", name, err, test.want)
		}
	}
}

func TestMalformedGlossaryListsTheFirstProblems(t *testing.T) {
	_, err := domain.ParseGlossary(glossaryHeader + strings.Repeat("bridge\n", 100))
	var invalid *domain.Error
	if !errors.As(err, &invalid) || len(invalid.Fields) != 20 {
		t.Fatalf("error %v", err)
	}
	if last := invalid.Fields[19].Field; last != "line 21" {
		t.Errorf("the last is %q", last)
	}
}

func TestLargestGlossaryIsRead(t *testing.T) {
	var table strings.Builder
	table.WriteString("term_en\tterm_ko\n")
	for i := range domain.MaxGlossaryTerms {
		fmt.Fprintf(&table, "term %d\t용어 %d\n", i, i)
	}
	if terms := parseGlossary(t, table.String()); len(terms) != domain.MaxGlossaryTerms {
		t.Errorf("%d terms", len(terms))
	}
}

func TestFormatHasTheUsualColumnsAndThoseOfOtherLanguages(t *testing.T) {
	if got, want := domain.FormatGlossary(nil), "term_en\tterm_ko\tterm_es\tsynonyms_en\tsynonyms_ko\tsynonyms_es\tcategory\n"; got != want {
		t.Errorf("without terms: %q", got)
	}
	got := domain.FormatGlossary([]domain.GlossaryTerm{{
		Term: "crown", Translations: map[string]string{"ja": "クラウン"}, Synonyms: map[string][]string{"ja": {"冠", "全部冠"}},
	}})
	want := "term_en\tterm_ko\tterm_es\tterm_ja\tsynonyms_en\tsynonyms_ko\tsynonyms_es\tsynonyms_ja\tcategory\n" +
		"crown\t\t\tクラウン\t\t\t\t冠|全部冠\t\n"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func FuzzParseGlossary(f *testing.F) {
	for _, seed := range []string{
		glossaryHeader + "crown\t크라운\tcap|full crown\t금관\trestoration\n",
		"\ufeffterm_en\tterm_es\r\n corona\u0301\tcorona\r\n", "term_en\tterm_ko\tsynonyms_ko\na\tb\tc|b|c| \n", "term_en\tterm_ja\tterm_zh\nx\t\ty",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, table string) {
		terms, err := domain.ParseGlossary(table)
		if err != nil {
			if domain.KindOf(err) != domain.KindInvalid || terms != nil {
				t.Fatalf("%d terms with error %v", len(terms), err)
			}
			return
		}
		again := parseGlossary(t, domain.FormatGlossary(terms))
		if diff := cmp.Diff(terms, again); diff != "" {
			t.Fatalf("%q (-read +read again):\n%s", table, diff)
		}
		for _, term := range terms {
			if checked, err := term.Check(); err != nil || !cmp.Equal(term, checked) {
				t.Fatalf("%+v is not as Check gives it: %+v, %v", term, checked, err)
			}
		}
	})
}
