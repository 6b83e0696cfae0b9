package glossary_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"dentalk/domain"
	"dentalk/enrichment/glossary"
)

// inner is a provider with set answers.
type inner struct {
	given    []domain.Translation
	fails    error
	then     func() // called before the answer
	received domain.TranslateRequest
}

func (i *inner) Name() string { return "deepl" }

func (i *inner) Translate(_ context.Context, request domain.TranslateRequest) ([]domain.Translation, error) {
	i.received = request
	if i.then != nil {
		i.then()
	}
	return i.given, i.fails
}

func request(texts ...string) domain.TranslateRequest {
	return domain.TranslateRequest{Source: "en", Target: "ko", Texts: texts, Fresh: true}
}

func embeddedLive(t *testing.T) *glossary.Live {
	t.Helper()
	return glossary.NewLive(&source{given: domain.Glossary{Terms: embedded(t)}})
}

func translations(t *testing.T, by domain.Translator, request domain.TranslateRequest) []domain.Translation {
	t.Helper()
	answers, err := by.Translate(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	return answers
}

func TestProviderGetsTermsAndItsAnswersAreChecked(t *testing.T) {
	provider := &inner{given: []domain.Translation{{Text: "왕관과 브릿지입니다"}, {Text: "안녕하세요"}, {Text: ""}}}
	live := embeddedLive(t)
	by := glossary.Translator(live, provider)
	answers := translations(t, by, request("crown and bridge", "hello", "veneer"))

	crown := domain.Term{Source: "crown", Target: "크라운", Category: "restoration"}
	bridge := domain.Term{Source: "bridge", Target: "브릿지", Category: "restoration"}
	veneer := domain.Term{Source: "veneer", Target: "라미네이트", Category: "restoration"}
	found := [][]domain.Term{{crown, bridge}, nil, {veneer}}
	if diff := cmp.Diff(found, provider.received.Terms, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("terms of the request (-want +got):\n%s", diff)
	}
	if provider.received.Dictionary != live.Glossary(t.Context()).Dictionary("en", "ko") || !provider.received.Fresh {
		t.Error("the request lost its dictionary or its freshness")
	}
	applied := bridge
	applied.Applied = true
	want := []domain.Translation{
		{Text: "왕관과 브릿지입니다", Terms: []domain.Term{crown, applied}}, {Text: "안녕하세요"}, {Terms: []domain.Term{veneer}},
	}
	if diff := cmp.Diff(want, answers, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("answers (-want +got):\n%s", diff)
	}
	if by.Name() != "deepl" {
		t.Errorf("Name = %q", by.Name())
	}
}

func TestWithoutProviderThereAreTermsOnly(t *testing.T) {
	by := glossary.Translator(embeddedLive(t), nil)
	if by.Name() != "glossary" {
		t.Errorf("Name = %q", by.Name())
	}
	want := []domain.Translation{{}, {Terms: []domain.Term{{Source: "bridge", Target: "브릿지", Category: "restoration"}}}}
	if diff := cmp.Diff(want, translations(t, by, request("hello", "bridge")), cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
	if answers, err := by.Translate(t.Context(), domain.TranslateRequest{Source: "fr", Target: "ko", Texts: []string{"crown"}}); err != nil || len(answers) != 1 || answers[0].Terms != nil {
		t.Errorf("another pair: %v, %v", answers, err)
	}
}

func TestTermsAreShownWhileAProviderIsDown(t *testing.T) {
	down := &domain.ProviderError{Provider: "deepl", Err: errors.New("quota")}
	answers := translations(t, glossary.Translator(embeddedLive(t), &inner{fails: down}), request("crown", "hello"))
	if len(answers) != 2 || len(answers[0].Terms) != 1 || answers[0].Terms[0].Applied {
		t.Fatalf("answers %+v", answers)
	}
	for _, answer := range answers {
		if !errors.Is(answer.Err, down) || answer.Text != "" {
			t.Errorf("answer %+v", answer)
		}
	}
}

func TestEndedContextIsAnError(t *testing.T) {
	ctx, end := context.WithCancel(t.Context())
	by := glossary.Translator(embeddedLive(t), &inner{then: end, fails: context.Canceled})
	if answers, err := by.Translate(ctx, request("crown")); !errors.Is(err, context.Canceled) || answers != nil {
		t.Errorf("ended meanwhile: %v, %v", answers, err)
	}
	for _, by := range []domain.Translator{by, glossary.Translator(embeddedLive(t), nil)} {
		if _, err := by.Translate(ctx, request("crown")); !errors.Is(err, context.Canceled) {
			t.Errorf("ended before: %v", err)
		}
	}
}

func TestMissingGlossaryDoesNotStopTranslation(t *testing.T) {
	live := glossary.NewLive(&source{fails: errors.New("down")})
	provider := &inner{given: []domain.Translation{{Text: "크라운"}}}
	want := []domain.Translation{{Text: "크라운"}}
	if diff := cmp.Diff(want, translations(t, glossary.Translator(live, provider), request("crown"))); diff != "" {
		t.Error(diff)
	}
	if provider.received.Terms != nil || provider.received.Dictionary != nil {
		t.Errorf("received %+v", provider.received)
	}
}

func TestWrongNumberOfAnswersIsPassedOn(t *testing.T) {
	provider := &inner{given: []domain.Translation{{Text: "크라운"}}}
	if answers := translations(t, glossary.Translator(embeddedLive(t), provider), request("crown", "bridge")); len(answers) != 1 {
		t.Errorf("%d answers", len(answers))
	}
}
