package apertium_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dentalk/domain"
	"dentalk/enrichment/apertium"
	"dentalk/test/servers"
)

func TestRealServerTranslatesBothWays(t *testing.T) {
	translator := newTranslator(t, apertium.Config{URL: servers.Apertium(t).URL()})
	for _, test := range []struct {
		source, target string
		texts          []string
		want           []string // words of each translation
	}{
		{"en", "es", []string{
			"The crown for tooth 26 does not fit.", "thanks", "The patient is waiting & the shade \"A2\" is wrong + 35 Ncm.\nSecond line.",
		}, []string{"corona 26", "gracias", "paciente & \"A2\" + 35 Ncm línea"}},
		{"es-MX", "en-US", []string{"La corona del diente 26 no encaja.", "El paciente está esperando."}, []string{"crown tooth 26", "patient"}},
	} {
		answers, err := translator.Translate(t.Context(), domain.TranslateRequest{Source: test.source, Target: test.target, Texts: test.texts})
		if err != nil || len(answers) != len(test.texts) {
			t.Fatalf("got %+v, %v", answers, err)
		}
		for i, answer := range answers {
			if answer.Err != nil {
				t.Errorf("%q: %v", test.texts[i], answer.Err)
			}
			for word := range strings.FieldsSeq(test.want[i]) {
				if !strings.Contains(strings.ToLower(answer.Text), strings.ToLower(word)) {
					t.Errorf("%q became %q without %q", test.texts[i], answer.Text, word)
				}
			}
		}
	}
}

func TestRealServerKeepsTheEndOfALongText(t *testing.T) {
	translator := newTranslator(t, apertium.Config{URL: servers.Apertium(t).URL()})
	text := strings.Repeat("The crown is late and the patient is waiting. ", 86) + "The end is 4711."
	answers, err := translator.Translate(t.Context(), domain.TranslateRequest{Source: "en", Target: "es", Texts: []string{text, text, text, text}})
	if err != nil {
		t.Fatal(err)
	}
	for _, answer := range answers {
		if answer.Err != nil || !strings.Contains(answer.Text, "4711") {
			t.Errorf("the end is lost: %v", answer.Err)
		}
	}
}

func TestRealServerHasNoKorean(t *testing.T) {
	translator := newTranslator(t, apertium.Config{URL: servers.Apertium(t).URL()})
	answers, err := translator.Translate(t.Context(), domain.TranslateRequest{Source: "en", Target: "ko", Texts: []string{"thanks", "late"}})
	if diff := cmp.Diff(make([]domain.Translation, 2), answers); diff != "" || err != nil {
		t.Error(diff, err)
	}
}
