package glossary_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dentalk/domain"
	"dentalk/enrichment/glossary"
)

// load gives the embedded glossary.
func load(tb testing.TB) *glossary.Glossary {
	tb.Helper()
	return glossary.New(embedded(tb))
}

func embedded(tb testing.TB) []domain.GlossaryTerm {
	tb.Helper()
	terms, err := glossary.Embedded()
	if err != nil {
		tb.Fatal(err)
	}
	return terms
}

// parse gives the glossary of a table.
func parse(tb testing.TB, table string) *glossary.Glossary {
	tb.Helper()
	terms, err := domain.ParseGlossary(table)
	if err != nil {
		tb.Fatal(err)
	}
	return glossary.New(terms)
}

// written joins terms as "source=target", which reads better in a table than structs.
func written(terms []domain.Term) []string {
	var lines []string
	for _, term := range terms {
		lines = append(lines, term.Source+"="+term.Target)
	}
	return lines
}

func TestEmbeddedTermsAreKnownInThreeLanguages(t *testing.T) {
	terms := embedded(t)
	for _, term := range terms {
		if term.Translations["ko"] == "" || term.Translations["es"] == "" || term.Category == "" {
			t.Errorf("%+v is not complete", term)
		}
	}
	for _, language := range []string{"ko", "es"} {
		seen := map[string]string{}
		for _, term := range terms {
			key := domain.TermKey(term.Translations[language])
			if other := seen[key]; other != "" {
				t.Errorf("%q and %q are both %q", other, term.Term, key)
			}
			seen[key] = term.Term
		}
	}
}

func TestTermHoldsSourceAsWrittenTargetAndCategory(t *testing.T) {
	want := []domain.Term{{Source: "CROWNS", Target: "크라운", Category: "restoration"}}
	if diff := cmp.Diff(want, load(t).Find("en", "ko", "Two CROWNS, please")); diff != "" {
		t.Error(diff)
	}
}

func TestRegionAndScriptDoNotMatter(t *testing.T) {
	g := load(t)
	want := []string{"crown=크라운"}
	if diff := cmp.Diff(want, written(g.Find("en-US", "ko-KR", "crown"))); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"크라운=crown"}, written(g.Find("ko-Kore-KR", "en-AU", "크라운"))); diff != "" {
		t.Error(diff)
	}
	if g.Dictionary("en-GB", "ko-KR") != g.Dictionary("en", "ko") || !g.Applied("ko-KR", "크라운", "크라운을") {
		t.Error("a dictionary or a check depends on the region")
	}
}

func TestUnknownPairsHaveNoTerms(t *testing.T) {
	g := load(t)
	for _, pair := range [][2]string{{"ko", "ja"}, {"ja", "ko"}, {"en", "en"}, {"es", "es-MX"}, {"", ""}, {"", "ko"}} {
		if terms := g.Find(pair[0], pair[1], "crown corona 크라운"); len(terms) != 0 {
			t.Errorf("%s → %s: %v", pair[0], pair[1], terms)
		}
		if dictionary := g.Dictionary(pair[0], pair[1]); dictionary != nil {
			t.Errorf("%s → %s: a dictionary of %d", pair[0], pair[1], len(dictionary.Entries))
		}
	}
}

func TestMainTermWinsOverSynonym(t *testing.T) {
	g := parse(t, "term_en\tterm_ko\tsynonyms_en\northodontic retainer\t유지장치\tretainer\nretainer\t리테이너\t\n")
	got := written(g.Find("en", "ko", "retainer, orthodontic retainer"))
	want := []string{"retainer=리테이너", "orthodontic retainer=유지장치"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	wantEntries := []domain.DictionaryEntry{{Source: "orthodontic retainer", Target: "유지장치"}, {Source: "retainer", Target: "리테이너"}}
	if diff := cmp.Diff(wantEntries, g.Dictionary("en", "ko").Entries); diff != "" {
		t.Error(diff)
	}
}

// The term base gives the terms in another order than the embedded table has.
func TestOrderOfTheEmbeddedTermsDoesNotMatter(t *testing.T) {
	terms := embedded(t)
	as := glossary.New(terms)
	reversed := slices.Clone(terms)
	slices.Reverse(reversed)
	other := glossary.New(reversed)
	for _, pair := range [][2]string{{"en", "ko"}, {"ko", "en"}, {"es", "en"}} {
		for _, entry := range as.Dictionary(pair[0], pair[1]).Entries {
			if diff := cmp.Diff(as.Find(pair[0], pair[1], entry.Source), other.Find(pair[0], pair[1], entry.Source)); diff != "" {
				t.Errorf("%s → %s: %q:\n%s", pair[0], pair[1], entry.Source, diff)
			}
		}
	}
}

func TestDictionaryHasTheMainTerms(t *testing.T) {
	g := parse(t, "term_en\tterm_ko\tterm_es\tsynonyms_en\tsynonyms_ko\nunit\t본\tunidad\tunits\t유닛\nbridge\t브릿지\t\tBridge|FPD\t\n")
	for pair, want := range map[[2]string][]domain.DictionaryEntry{
		{"en", "ko"}: {{Source: "unit", Target: "본"}, {Source: "bridge", Target: "브릿지"}},
		{"ko", "en"}: {{Source: "브릿지", Target: "bridge"}},
		{"en", "es"}: {{Source: "unit", Target: "unidad"}},
	} {
		if diff := cmp.Diff(want, g.Dictionary(pair[0], pair[1]).Entries); diff != "" {
			t.Errorf("%v (-want +got):\n%s", pair, diff)
		}
	}
}

func TestVersionsChangeWithTheTerms(t *testing.T) {
	const table = "term_en\tterm_ko\tterm_es\ncrown\t크라운\tcorona\n"
	first, same := parse(t, table), parse(t, table)
	other := parse(t, strings.ReplaceAll(table, "corona", "funda"))
	if first.Version() != same.Version() || first.Version() == other.Version() {
		t.Errorf("versions %s, %s, %s", first.Version(), same.Version(), other.Version())
	}
	if first.Dictionary("en", "ko").Version != other.Dictionary("en", "ko").Version {
		t.Error("the dictionary of another pair changed")
	}
	if first.Dictionary("en", "es").Version == other.Dictionary("en", "es").Version {
		t.Error("the dictionary did not change")
	}
	synonym := parse(t, "term_en\tterm_ko\tterm_es\tsynonyms_en\ncrown\t크라운\tcorona\tcap\n")
	if first.Dictionary("en", "ko").Version == synonym.Dictionary("en", "ko").Version {
		t.Error("a synonym changes what is found, and not the version")
	}
}

func FuzzFind(f *testing.F) {
	g := load(f)
	for _, seed := range []string{"", "crown\xff", "\xed\xa0\x80크\xec라운", "try--  in", "캡", "coro\u0301nas\u0301 ", strings.Repeat("덴처", 2000), strings.Repeat("full ", 800)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, pair := range [][2]string{{"en", "ko"}, {"ko", "en"}, {"es", "en"}, {"ko", "es"}} {
			rest := text
			for _, term := range g.Find(pair[0], pair[1], text) {
				_, after, there := strings.Cut(rest, term.Source)
				if !there || term.Source == "" || term.Target == "" || term.Category == "" {
					t.Fatalf("%q: %+v is not in the text behind the term before it", text, term)
				}
				rest = after
				g.Applied(pair[1], term.Target, text)
			}
		}
	})
}

// many is a glossary of n terms of usual length beside the embedded ones.
func many(tb testing.TB, n int) []domain.GlossaryTerm {
	terms := embedded(tb)
	for i := range n - len(terms) {
		terms = append(terms, domain.GlossaryTerm{
			Term:         fmt.Sprintf("part %d of system %d", i, i%97),
			Translations: map[string]string{"ko": fmt.Sprintf("시스템 %d 부품 %d", i%97, i), "es": fmt.Sprintf("pieza %d del sistema %d", i, i%97)},
			Synonyms:     map[string][]string{"en": {fmt.Sprintf("P%d-%d", i%97, i)}},
		})
	}
	return terms
}

func BenchmarkFind(b *testing.B) {
	g := glossary.New(many(b, 2000))
	for _, text := range []struct{ name, source, target, text string }{
		{"english", "en", "ko", "Hi, scan for the full contour zirconia crown on 26 is uploaded. Shade A2, occlusal contact light please, she grinds at night."},
		{"korean", "ko", "en", "안녕하세요. 스캔 잘 받았습니다. 마진 라인이 원심 쪽에서 조금 불분명한데, 사진 한 장 더 부탁드려도 될까요?"},
		{"spanish", "es", "en", "Hola, ya subimos el escaneo de las coronas de zirconia monolítica en la 26. Color A2 y contacto oclusal ligero, por favor."},
		{"longest", "en", "ko", strings.Repeat("full contour zirconia crown ", 143)[:4000]},
	} {
		b.Run(text.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				g.Find(text.source, text.target, text.text)
			}
		})
	}
}

func BenchmarkApplied(b *testing.B) {
	g := glossary.New(many(b, 2000))
	b.ReportAllocs()
	for b.Loop() {
		g.Applied("ko", "모놀리식 지르코니아", "안녕하세요, 26번 풀 지르코니아 크라운 스캔을 올렸습니다. 쉐이드는 A2이고 교합 접촉은 약하게 부탁드립니다.")
	}
}

func BenchmarkNew(b *testing.B) {
	terms := many(b, domain.MaxGlossaryTerms)
	b.ReportAllocs()
	for b.Loop() {
		glossary.New(terms)
	}
}
