package privacy_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dentalk/domain"
	"dentalk/enrichment/privacy"
)

func translate(t *testing.T, inner domain.Translator, text string) domain.Translation {
	t.Helper()
	answers, err := privacy.Translator(inner).Translate(t.Context(), domain.TranslateRequest{Texts: []string{text}})
	if err != nil {
		t.Fatal(err)
	}
	return answers[0]
}

func TestPutsValuesBackIntoWhatTheProviderMadeOfThePlaceholders(t *testing.T) {
	const text = "Mrs. Lopez: lopez@mail.com. Thanks, Mrs. Lopez." // ⟦1⟧ twice, ⟦2⟧ once
	tests := map[string]struct {
		answer, text string
		mismatches   []string
	}{
		"as sent":           {"⟦1⟧님: ⟦2⟧. ⟦1⟧님께", "Lopez님: lopez@mail.com. Lopez님께", nil},
		"spaces":            {"⟦ 1 ⟧, ⟦2 ⟧, ⟦ 1⟧", "Lopez, lopez@mail.com, Lopez", nil},
		"square brackets":   {"[[1]] [[ 2 ]] [[1]]", "Lopez lopez@mail.com Lopez", nil},
		"lenticular":        {"【1】【2】【1】", "Lopezlopez@mail.comLopez", nil},
		"white brackets":    {"〚1〛〚2〛⟦1〛", "Lopezlopez@mail.comLopez", nil},
		"full-width":        {"⟦１⟧ ［［２］］ ⟦1⟧", "Lopez lopez@mail.com Lopez", nil},
		"all lost":          {"hola", "hola", []string{"Lopez", "lopez@mail.com"}},
		"one of two lost":   {"⟦1⟧ ⟦2⟧", "Lopez lopez@mail.com", []string{"Lopez"}},
		"doubled":           {"⟦1⟧ ⟦2⟧ ⟦1⟧ ⟦2⟧", "Lopez lopez@mail.com Lopez lopez@mail.com", []string{"lopez@mail.com"}},
		"altered":           {"⟦1⟧ (2) ⟦1⟧", "Lopez (2) Lopez", []string{"lopez@mail.com"}},
		"bracket lost":      {"⟦1⟧ ⟦2 ⟦1⟧", "Lopez ⟦2 Lopez", []string{"lopez@mail.com"}},
		"another number":    {"⟦1⟧ ⟦2⟧ ⟦1⟧ ⟦7⟧ ⟦0⟧", "Lopez lopez@mail.com Lopez ⟦7⟧ ⟦0⟧", nil},
		"very large number": {"⟦1⟧ ⟦2⟧ ⟦1⟧ ⟦99999999999999999999⟧", "Lopez lopez@mail.com Lopez ⟦99999999999999999999⟧", nil},
		"no translation":    {"", "", nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := translate(t, &recorder{answer: func(string) domain.Translation {
				return domain.Translation{Text: test.answer}
			}}, text)
			if diff := cmp.Diff(domain.Translation{Text: test.text, Mismatches: test.mismatches}, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRestoresEveryPartOfAnAnswerAndChangesNothingOfTheProviders(t *testing.T) {
	given := domain.Translation{
		Text:       "⟦1⟧",
		Terms:      []domain.Term{{Source: "⟦1⟧ crown", Target: "크라운"}},
		Mismatches: []string{"26", "⟦2⟧"},
		Analysis:   &domain.Analysis{Complaint: domain.Complaint{Detected: true, Reasons: []string{"⟦1⟧ is angry"}}},
	}
	got := translate(t, &recorder{answer: func(string) domain.Translation { return given }}, "Mrs. Lopez, lopez@mail.com: 26 is angry")
	want := domain.Translation{
		Text:       "Lopez",
		Terms:      []domain.Term{{Source: "Lopez crown", Target: "크라운"}},
		Mismatches: []string{"26", "lopez@mail.com"},
		Analysis:   &domain.Analysis{Complaint: domain.Complaint{Detected: true, Reasons: []string{"Lopez is angry"}}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if given.Terms[0].Source != "⟦1⟧ crown" || given.Mismatches[1] != "⟦2⟧" || given.Analysis.Complaint.Reasons[0] != "⟦1⟧ is angry" {
		t.Errorf("the provider's own answer was changed: %+v", given)
	}
}

func TestAFailedTextHasNoMismatches(t *testing.T) {
	failure := errors.New("refused")
	got := translate(t, &recorder{answer: func(string) domain.Translation { return domain.Translation{Err: failure} }}, "Mrs. Lopez")
	if !errors.Is(got.Err, failure) || len(got.Mismatches) > 0 {
		t.Errorf("got %+v", got)
	}
}

func TestAFailedBatchFailsAsTheProviderSays(t *testing.T) {
	failure := &domain.ProviderError{Provider: "recorder", Refused: true, Err: errors.New("key")}
	inner := &recorder{err: failure, analyse: func(string) domain.Analysis { return domain.Analysis{} }}
	if _, err := privacy.Translator(inner).Translate(t.Context(), domain.TranslateRequest{Texts: []string{"Mrs. Lopez"}}); !errors.Is(err, failure) {
		t.Errorf("translator: %v", err)
	}
	if _, err := privacy.Analyser(inner).Analyse(t.Context(), []domain.AnalyseText{{Text: "Mrs. Lopez"}}); !errors.Is(err, failure) {
		t.Errorf("analyser: %v", err)
	}
}

func TestTextsOfABatchHaveTheirOwnPlaceholders(t *testing.T) {
	texts := []string{"Mrs. Lopez", "nothing here", "Mr. Bauer"}
	request := domain.TranslateRequest{Texts: slices.Clone(texts)}
	provider := &recorder{}
	answers, err := privacy.Translator(provider).Translate(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"Mrs. ⟦1⟧", "nothing here", "Mr. ⟦1⟧"}, provider.texts()); diff != "" {
		t.Error(diff)
	}
	for i, answer := range answers {
		if answer.Text != texts[i] || request.Texts[i] != texts[i] {
			t.Errorf("text %d: answer %q, request %q", i, answer.Text, request.Texts[i])
		}
	}
}

func TestTermsWithinMaskedValuesStayHere(t *testing.T) {
	crown, bridge := domain.Term{Source: "Crown", Target: "크라운"}, domain.Term{Source: "bridge", Target: "브릿지"}
	request := domain.TranslateRequest{Texts: []string{"Mrs. Crown has a bridge"}, Terms: [][]domain.Term{{crown, bridge}}}
	provider := &recorder{}
	if _, err := privacy.Translator(provider).Translate(t.Context(), request); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([][]domain.Term{{bridge}}, provider.terms); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([][]domain.Term{{crown, bridge}}, request.Terms); diff != "" {
		t.Error("the caller's terms were changed:", diff)
	}
}

func TestAnalyserRestoresTheReasons(t *testing.T) {
	inner := &recorder{analyse: func(text string) domain.Analysis {
		return domain.Analysis{Complaint: domain.Complaint{Detected: true, Reasons: strings.Split(text, ", ")}}
	}}
	answers, err := privacy.Analyser(inner).Analyse(t.Context(), []domain.AnalyseText{{Text: "Mrs. Lopez is angry, call 010-1234-5678", Language: "en"}})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"Mrs. ⟦1⟧ is angry, call ⟦2⟧"}, inner.texts()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"Mrs. Lopez is angry", "call 010-1234-5678"}, answers[0].Complaint.Reasons); diff != "" {
		t.Error(diff)
	}
}

// short is a provider that is broken: it answers nothing.
type short struct{ recorder }

func (*short) Translate(context.Context, domain.TranslateRequest) ([]domain.Translation, error) {
	return nil, nil
}

func TestAProviderThatAnswersTooFewIsLeftToTheCaller(t *testing.T) {
	answers, err := privacy.Translator(&short{}).Translate(t.Context(), domain.TranslateRequest{Texts: []string{"Mrs. Lopez"}})
	if err != nil || len(answers) != 0 {
		t.Errorf("answers %v, error %v", answers, err)
	}
}

func TestHasTheNameOfTheProvider(t *testing.T) {
	if name := privacy.Translator(&recorder{}).Name(); name != "recorder" {
		t.Errorf("translator %q", name)
	}
	if name := privacy.Analyser(&recorder{}).Name(); name != "recorder" {
		t.Errorf("analyser %q", name)
	}
}
