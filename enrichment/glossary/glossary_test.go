package glossary_test

import (
	"context"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"dentalk/domain"
	"dentalk/enrichment/glossary"
)

// load gives the embedded glossary.
func load(tb testing.TB) *glossary.Glossary {
	tb.Helper()
	g, err := glossary.New()
	if err != nil {
		tb.Fatal(err)
	}
	return g
}

// find asks for one text and checks what holds for every answer: no text and no error.
func find(tb testing.TB, g *glossary.Glossary, source, target, text string) []domain.Term {
	tb.Helper()
	answers, err := g.Translate(context.Background(), domain.TranslateRequest{Source: source, Target: target, Texts: []string{text}})
	if err != nil || len(answers) != 1 {
		tb.Fatalf("Translate = %d answers, %v; want 1", len(answers), err)
	}
	if answers[0].Text != "" || answers[0].Err != nil {
		tb.Fatalf("the glossary gave text %q and error %v", answers[0].Text, answers[0].Err)
	}
	return answers[0].Terms
}

// written joins terms as "source=target", which reads better in a table than structs.
func written(terms []domain.Term) []string {
	var lines []string
	for _, term := range terms {
		lines = append(lines, term.Source+"="+term.Target)
	}
	return lines
}

func TestTermHoldsSourceAsWrittenTargetAndCategory(t *testing.T) {
	want := []domain.Term{{Source: "CROWNS", Target: "크라운", Category: "restoration"}}
	if diff := cmp.Diff(want, find(t, load(t), "en", "ko", "Two CROWNS, please")); diff != "" {
		t.Error(diff)
	}
}

func TestNameIsThatOfTheSettings(t *testing.T) {
	if name := load(t).Name(); name != "glossary" {
		t.Errorf("Name = %q", name)
	}
}

func TestRegionAndScriptDoNotMatter(t *testing.T) {
	g := load(t)
	want := []string{"crown=크라운"}
	if diff := cmp.Diff(want, written(find(t, g, "en-US", "ko-KR", "crown"))); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"크라운=crown"}, written(find(t, g, "ko-Kore-KR", "en-AU", "크라운"))); diff != "" {
		t.Error(diff)
	}
}

func TestOtherPairsGetEmptyAnswers(t *testing.T) {
	g := load(t)
	for _, pair := range [][2]string{{"es", "ko"}, {"en", "es"}, {"ko", "ja"}, {"en", "en"}, {"", ""}, {"", "ko"}} {
		if terms := find(t, g, pair[0], pair[1], "crown 크라운"); len(terms) != 0 {
			t.Errorf("%s → %s: %v", pair[0], pair[1], terms)
		}
	}
}

func TestAnswersComeInTheOrderOfTheTexts(t *testing.T) {
	request := domain.TranslateRequest{Source: "en", Target: "ko", Texts: []string{"hello", "bridge", "", "veneer"}}
	answers, err := load(t).Translate(context.Background(), request)
	if err != nil {
		t.Fatal(err)
	}
	var got [][]string
	for _, answer := range answers {
		got = append(got, written(answer.Terms))
	}
	want := [][]string{nil, {"bridge=브릿지"}, nil, {"veneer=라미네이트"}}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
}

func TestEndedContextIsAnError(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := load(t).Translate(ctx, domain.TranslateRequest{Source: "en", Target: "ko", Texts: []string{"crown"}}); err == nil {
		t.Error("no error")
	}
}

func TestManyCallersAtOnce(t *testing.T) {
	g := load(t)
	var callers sync.WaitGroup
	for range 8 {
		callers.Go(func() {
			for range 50 {
				answers, err := g.Translate(context.Background(), domain.TranslateRequest{
					Source: "en", Target: "ko", Texts: []string{"The zirconia crown has an open margin"},
				})
				if err != nil || len(answers[0].Terms) != 3 {
					t.Errorf("got %v, %v", answers, err)
				}
			}
		})
	}
	callers.Wait()
}

func FuzzTranslate(f *testing.F) {
	g := load(f)
	for _, seed := range []string{"", "crown\xff", "\xed\xa0\x80크\xec라운", "try--  in", "캡", strings.Repeat("덴처", 2000), strings.Repeat("full ", 800)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, pair := range [][2]string{{"en", "ko"}, {"ko", "en"}} {
			rest := text
			for _, term := range find(t, g, pair[0], pair[1], text) {
				_, after, there := strings.Cut(rest, term.Source)
				if !there || term.Source == "" || term.Target == "" || term.Category == "" {
					t.Fatalf("%q: %+v is not in the text behind the term before it", text, term)
				}
				rest = after
			}
		}
	})
}

func BenchmarkTranslate(b *testing.B) {
	g := load(b)
	for name, request := range map[string]domain.TranslateRequest{
		"english": {Source: "en", Target: "ko", Texts: []string{"Hi, scan for the full contour zirconia crown on 26 is uploaded. Shade A2, occlusal contact light please, she grinds at night."}},
		"korean":  {Source: "ko", Target: "en", Texts: []string{"안녕하세요. 스캔 잘 받았습니다. 마진 라인이 원심 쪽에서 조금 불분명한데, 사진 한 장 더 부탁드려도 될까요?"}},
		"longest": {Source: "en", Target: "ko", Texts: []string{strings.Repeat("full contour zirconia crown ", 143)[:4000]}},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := g.Translate(b.Context(), request); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
