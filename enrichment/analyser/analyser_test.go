package analyser_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"dentalk/domain"
	"dentalk/enrichment/analyser"
)

func newAnalyser(t testing.TB) *analyser.Analyser {
	t.Helper()
	a, err := analyser.New()
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func analyse(t testing.TB, a *analyser.Analyser, text string) domain.Analysis {
	t.Helper()
	analyses, err := a.Analyse(t.Context(), []domain.AnalyseText{{Text: text}})
	if err != nil || len(analyses) != 1 || analyses[0].Err != nil {
		t.Fatalf("Analyse(%q) = %v, %v", text, analyses, err)
	}
	check(t, text, analyses[0])
	return analyses[0]
}

// check tests what holds for every analysis, whatever the text.
func check(t testing.TB, text string, got domain.Analysis) {
	t.Helper()
	if e := got.Emotion; e.Score < -1 || e.Score > 1 || e.Confidence < 0 || e.Confidence > 1 || e.Sentiment == "" {
		t.Errorf("emotion of %.60q out of range: %+v", text, e)
	}
	c := got.Complaint
	if c.Confidence < 0 || c.Confidence > 1 {
		t.Errorf("confidence %v of %.60q out of range", c.Confidence, text)
	}
	if c.Detected != (len(c.Reasons) > 0) || c.Detected != (c.Category != "") || len(c.Reasons) > 3 {
		t.Errorf("complaint of %.60q contradicts itself: %+v", text, c)
	}
	for _, reason := range c.Reasons {
		if reason == "" || !strings.Contains(text, reason) {
			t.Errorf("reason %q is not in %.60q", reason, text)
		}
	}
}

func TestAnalyseObviousMessages(t *testing.T) {
	a := newAnalyser(t)
	for _, test := range []struct {
		text      string
		sentiment domain.Sentiment
		category  domain.ComplaintCategory
	}{
		{"Thank you so much, the patient loves her new crown!", domain.SentimentPositive, ""},
		{"The crown does not seat and the margin is open.", domain.SentimentNegative, domain.CategoryFit},
		{"The shade is completely wrong, far too yellow.", domain.SentimentNegative, domain.CategoryShade},
		{"The bridge arrived cracked, the box was crushed.", domain.SentimentNegative, domain.CategoryDamage},
		{"Still waiting, the case was promised for Monday and nothing arrived.", domain.SentimentNegative, domain.CategoryDelay},
		{"You charged me twice for the same crown.", domain.SentimentNegative, domain.CategoryCost},
		{"Nobody answers my messages.", domain.SentimentNegative, domain.CategoryCommunication},
		{"Please make 26 in zirconia, shade A2.", domain.SentimentNeutral, ""},
		{"Tooth 36 was extracted last week.", domain.SentimentNeutral, ""},
		{"OK, noted.", domain.SentimentNeutral, ""},
		{"감사합니다! 환자분이 너무 좋아하세요.", domain.SentimentPositive, ""},
		{"크라운이 안 맞아요. 마진이 떠 있습니다.", domain.SentimentNegative, domain.CategoryFit},
		{"색이 너무 노랗습니다. 하나도 안 맞아요.", domain.SentimentNegative, domain.CategoryShade},
		{"상자를 열어보니 크라운이 깨져 있어요.", domain.SentimentNegative, domain.CategoryDamage},
		{"아직도 안 왔어요. 납기가 일주일이나 지났습니다.", domain.SentimentNegative, domain.CategoryDelay},
		{"다른 환자 보철물이 왔네요.", domain.SentimentNegative, domain.CategoryWrongItem},
		{"36번 지르코니아로 부탁드립니다. 쉐이드는 A2입니다.", domain.SentimentNeutral, ""},
		{"네, 알겠습니다.", domain.SentimentNeutral, ""},
		{"Muchas gracias, quedó perfecto.", domain.SentimentPositive, ""},
		{"La corona llegó rota.", domain.SentimentNegative, domain.CategoryDamage},
	} {
		got := analyse(t, a, test.text)
		if got.Emotion.Sentiment != test.sentiment || got.Complaint.Category != test.category {
			t.Errorf("%q is %s with complaint %q, want %s with %q; reasons %q", test.text,
				got.Emotion.Sentiment, got.Complaint.Category, test.sentiment, test.category, got.Complaint.Reasons)
		}
	}
}

func TestOwnMistakeIsNoComplaint(t *testing.T) {
	a := newAnalyser(t)
	for _, text := range []string{
		"Sorry, we are two days behind because our furnace broke down.",
		"죄송합니다. 저희 로가 고장 나서 이틀 늦어질 것 같습니다.",
	} {
		if got := analyse(t, a, text); got.Complaint.Detected {
			t.Errorf("%q taken as a complaint: %+v", text, got.Complaint)
		}
	}
}

func TestComposedAndDecomposedTextAreTheSame(t *testing.T) {
	a := newAnalyser(t)
	composed, decomposed := analyse(t, a, "색이 노랗다"), analyse(t, a, "\u1109\u1162\u11a8\u110b\u1175 \u1102\u1169\u1105\u1161\u11c2\u1103\u1161")
	if composed.Emotion != decomposed.Emotion {
		t.Errorf("NFC %+v, NFD %+v", composed.Emotion, decomposed.Emotion)
	}
}

func TestOddTexts(t *testing.T) {
	a := newAnalyser(t)
	for _, text := range []string{
		"", " ", "...", "\xff\xfe", "late\xffagain \xe1\x84", "\u0301", "ᄀ", "👍🏽", "1234567890",
		strings.Repeat("the crown is late ", 100_000), strings.Repeat("깨졌어요", 100_000), strings.Repeat("\x00", 1<<20),
	} {
		analyse(t, a, text)
	}
}

func TestAnalyseStopsWhenCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := newAnalyser(t).Analyse(ctx, []domain.AnalyseText{{Text: "ok"}}); !errors.Is(err, context.Canceled) {
		t.Errorf("err = %v, want the context's", err)
	}
}

func TestAnalyseConcurrently(t *testing.T) {
	a := newAnalyser(t)
	texts := []string{"The crown arrived broken.", "색이 너무 어두워요.", "gracias!", "ok"}
	var group sync.WaitGroup
	for worker := range 8 {
		group.Go(func() {
			for round := range 50 {
				text := texts[(worker+round)%len(texts)]
				if got := analyse(t, a, text); got.Complaint.Detected != ((worker+round)%len(texts) < 2) {
					t.Errorf("%q: %+v", text, got.Complaint)
				}
			}
		})
	}
	group.Wait()
}

func FuzzAnalyse(f *testing.F) {
	a := newAnalyser(f)
	for _, text := range []string{"", "late again!", "또 늦네요", "\xff", "Llegó rota…", "가각"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := analyse(t, a, text)
		for _, reason := range got.Complaint.Reasons {
			if utf8.ValidString(text) && !utf8.ValidString(reason) {
				t.Errorf("reason %q cuts a letter of %q", reason, text)
			}
		}
	})
}

func BenchmarkAnalyse(b *testing.B) {
	a := newAnalyser(b)
	texts := []domain.AnalyseText{
		{Text: "Hello, just checking in. It's the 18th here and tracking still shows label created."},
		{Text: "마진 라인이 원심 쪽에서 조금 불분명한데, 사진 한 장 더 부탁드려도 될까요?"},
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if _, err := a.Analyse(b.Context(), texts[i%2:i%2+1]); err != nil {
			b.Fatal(err)
		}
	}
}
