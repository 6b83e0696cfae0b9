package privacy_test

import (
	"strings"
	"testing"

	"dentalk/domain"
	"dentalk/enrichment/privacy"
)

func FuzzRoundTrip(f *testing.F) {
	for _, s := range samples(f) {
		f.Add(s.text)
	}
	f.Add("Mrs. Lopez ⟦⟦1⟧⟧ [[1]] 【 2 】 [[[3]]] ⟦")
	f.Add("⟦Mrs. Lopez⟧ ⟦010-1234-5678⟧ ⟦1234567⟧")
	f.Add("a@b.cd@e.fg\xff@\xe2\x9f +++++ ((((1)2)3) 님님님 DOB DOB 1/2/1980/1")
	f.Fuzz(func(t *testing.T, text string) {
		answers, err := privacy.Translator(&recorder{}).Translate(t.Context(), domain.TranslateRequest{Texts: []string{text}})
		if err != nil {
			t.Fatal(err)
		}
		if answers[0].Text != text || len(answers[0].Mismatches) > 0 {
			t.Errorf("%q came back as %q, mismatches %q", text, answers[0].Text, answers[0].Mismatches)
		}
	})
}

func TestMasksInLongTexts(t *testing.T) {
	text := strings.Repeat("26 27 - Mrs. Lopez and 김영숙님, 010-1234-5678. ", 2000)
	provider := &recorder{}
	answers, err := privacy.Translator(provider).Translate(t.Context(), domain.TranslateRequest{Texts: []string{text}})
	if err != nil {
		t.Fatal(err)
	}
	if want := strings.Repeat("26 27 - Mrs. ⟦1⟧ and ⟦2⟧님, ⟦3⟧. ", 2000); provider.texts()[0] != want {
		t.Error("the masked text is not as it should be")
	}
	if answers[0].Text != text {
		t.Error("the text did not come back")
	}
}

// BenchmarkTranslator takes a message through the mask and back; the time of a byte must not grow
// with the length of the text.
func BenchmarkTranslator(b *testing.B) {
	const message = "Patient Maria Lopez (DOB 1985-03-12, tel. +34 612 345 678) needs a zirconia crown on 26, shade A2, " +
		"for her appointment on 2026-11-30. Thanks, Dr. Kim"
	texts := map[string]string{
		"nothing to mask":   "The crown on 26 is 0.3 mm high and the distal contact is open. Please remake in A2, order #2024-1123.",
		"English":           message,
		"Korean":            "김영숙 환자분 26번 크라운 교합이 0.3mm 높아요. 010-1234-5678로 연락 주세요. 2026-11-30 내원입니다.",
		"long":              strings.Repeat(message+"\n", 100),
		"long with digits":  strings.Repeat("1 ", 10_000),
		"long with titles":  strings.Repeat("Mrs. de la ", 2_000),
		"long with at":      strings.Repeat("a@a.", 5_000),
		"long with names":   strings.Repeat("김영숙님", 2_000),
		"long with no gaps": strings.Repeat("5", 20_000),
	}
	for name, text := range texts {
		b.Run(name, func(b *testing.B) {
			translator := privacy.Translator(echo{})
			request := domain.TranslateRequest{Texts: []string{text}}
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := translator.Translate(b.Context(), request); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
