package enrichment_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"dentalk/domain"
	"dentalk/enrichment"
)

// link is a translator of a chain that answers for each text by its own function.
type link struct {
	name   string
	answer func(call int, text string) domain.Translation
	err    error
	asked  [][]string
	fresh  []bool
}

func (l *link) Name() string { return l.name }

func (l *link) Translate(_ context.Context, request domain.TranslateRequest) ([]domain.Translation, error) {
	l.asked, l.fresh = append(l.asked, request.Texts), append(l.fresh, request.Fresh)
	if l.err != nil {
		return nil, l.err
	}
	answers := make([]domain.Translation, len(request.Texts))
	for i, text := range request.Texts {
		answers[i] = l.answer(len(l.asked), text)
	}
	return answers, nil
}

// says answers the name of the link and the text.
func says(name string) *link {
	return &link{name: name, answer: func(_ int, text string) domain.Translation {
		return domain.Translation{Text: name + " " + text}
	}}
}

// keepsNumbers takes "14" as the only protected token.
func keepsNumbers(original, translation, _, _ string) []string {
	if strings.Contains(original, "14") && !strings.Contains(translation, "14") {
		return []string{"14"}
	}
	return nil
}

func chainOf(links ...domain.Translator) *enrichment.Chain {
	return enrichment.NewChain(keepsNumbers, enrichment.NewMetrics(nil), links...)
}

func translateAll(t *testing.T, by domain.Translator, texts ...string) []domain.Translation {
	t.Helper()
	answers, err := by.Translate(t.Context(), domain.TranslateRequest{Source: "en", Target: "ko", Texts: texts})
	if err != nil || len(answers) != len(texts) {
		t.Fatalf("%d answers, error %v", len(answers), err)
	}
	return answers
}

func TestChainKeepsToThePreferred(t *testing.T) {
	first, second := says("first"), says("second")
	same(t, "answers", translateAll(t, chainOf(first, second), "a", "b"), []domain.Translation{
		{Text: "first a", Provider: "first"}, {Text: "first b", Provider: "first"},
	})
	same(t, "asked of the second", len(second.asked), 0)
}

func TestChainGoesOnToTheNext(t *testing.T) {
	first, second := says("first"), says("second")
	first.err = errOutage
	same(t, "whole failure", translateAll(t, chainOf(first, second), "a"), []domain.Translation{{Text: "second a", Provider: "second"}})

	mixed := &link{name: "mixed", answer: func(_ int, text string) domain.Translation {
		switch text {
		case "fails":
			return domain.Translation{Err: errOutage}
		case "unknown":
			return domain.Translation{}
		case "broken":
			return domain.Translation{Text: "\xff"}
		}
		return domain.Translation{Text: "mixed " + text}
	}}
	second = says("second")
	same(t, "failures of texts", translateAll(t, chainOf(mixed, second), "a", "fails", "unknown", "broken"), []domain.Translation{
		{Text: "mixed a", Provider: "mixed"}, {Text: "second fails", Provider: "second"},
		{Text: "second unknown", Provider: "second"}, {Text: "second broken", Provider: "second"},
	})
	same(t, "asked of the second", second.asked, [][]string{{"fails", "unknown", "broken"}})
}

func TestChainAsksOneByOneWhenATextSpoilsTheBatch(t *testing.T) {
	spoilt := &spoilt{}
	answers := translateAll(t, chainOf(spoilt), "a", "poison", "b")
	same(t, "text", answers[0].Text, "a")
	same(t, "text", answers[2].Text, "b")
	if !permanent(answers[1].Err) {
		t.Errorf("error of the poison: %v", answers[1].Err)
	}
}

// spoilt refuses every batch with a poison.
type spoilt struct{}

func (spoilt) Name() string { return "spoilt" }

func (spoilt) Translate(_ context.Context, request domain.TranslateRequest) ([]domain.Translation, error) {
	answers := make([]domain.Translation, len(request.Texts))
	for i, text := range request.Texts {
		if text == "poison" {
			return nil, errPermanent
		}
		answers[i].Text = text
	}
	return answers, nil
}

func permanent(err error) bool {
	var failure *domain.ProviderError
	return errors.As(err, &failure) && failure.Permanent
}

func TestChainRetriesAMismatchOnce(t *testing.T) {
	loses := func(name string, times int) *link {
		return &link{name: name, answer: func(call int, text string) domain.Translation {
			if call <= times {
				text = strings.ReplaceAll(text, "14", "24")
			}
			return domain.Translation{Text: name + " " + text}
		}}
	}
	tests := map[string]struct {
		links []*link
		want  domain.Translation
		calls []int
	}{
		"the next does better": {[]*link{loses("first", 9), says("second")}, domain.Translation{Text: "second 14", Provider: "second"}, []int{1, 1}},
		"the same does better": {[]*link{loses("first", 1)}, domain.Translation{Text: "first 14", Provider: "first"}, []int{2}},
		"nobody does better":   {[]*link{loses("first", 9)}, domain.Translation{Text: "first 24", Provider: "first", Mismatches: []string{"14"}}, []int{2}},
		"once is enough": {[]*link{loses("first", 9), loses("second", 9), says("third")},
			domain.Translation{Text: "first 24", Provider: "first", Mismatches: []string{"14"}}, []int{1, 1, 0}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var links []domain.Translator
			for _, one := range test.links {
				links = append(links, one)
			}
			same(t, "answer", translateAll(t, chainOf(links...), "14"), []domain.Translation{test.want})
			for i, one := range test.links {
				same(t, "calls of "+one.name, len(one.asked), test.calls[i])
			}
		})
	}
}

func TestChainRetriesPastTheCache(t *testing.T) {
	only := &link{name: "only", answer: func(int, string) domain.Translation { return domain.Translation{Text: "wrong"} }}
	translateAll(t, chainOf(only), "14")
	same(t, "fresh", only.fresh, []bool{false, true})
}

func TestChainTellsWhetherToTryAgain(t *testing.T) {
	out := func(wait time.Duration) *link {
		return &link{name: "out", err: &domain.ProviderError{RetryAfter: wait, Err: errOutage}}
	}
	refuses, unknown := &link{name: "refuses", err: errPermanent}, &link{name: "unknown", answer: func(int, string) domain.Translation {
		return domain.Translation{}
	}}
	tests := map[string]struct {
		links     []domain.Translator
		permanent bool
		wait      time.Duration
	}{
		"one may come back":  {[]domain.Translator{refuses, out(9 * time.Second)}, false, 9 * time.Second},
		"the soonest counts": {[]domain.Translator{out(time.Minute), out(9 * time.Second), unknown}, false, 9 * time.Second},
		"none will":          {[]domain.Translator{refuses, unknown}, true, 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var failure *domain.ProviderError
			if err := translateAll(t, chainOf(test.links...), "a")[0].Err; !errors.As(err, &failure) {
				t.Fatalf("error %v", err)
			}
			same(t, "permanent", failure.Permanent, test.permanent)
			same(t, "wait", failure.RetryAfter, test.wait)
		})
	}
	same(t, "no link knows the pair", translateAll(t, chainOf(unknown), "a"), []domain.Translation{{}})
}

func TestChainGivesWhatItHasWhenTimeIsUp(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	first := &link{name: "first", answer: func(_ int, text string) domain.Translation {
		cancel()
		if text == "late" {
			return domain.Translation{Err: context.Canceled}
		}
		return domain.Translation{Text: "first " + text}
	}}
	second := says("second")
	answers, err := chainOf(first, second).Translate(ctx, domain.TranslateRequest{Source: "en", Target: "ko", Texts: []string{"a", "late"}})
	if err != nil {
		t.Fatal(err)
	}
	same(t, "answer", answers[0].Text, "first a")
	if answers[1].Err == nil || permanent(answers[1].Err) {
		t.Errorf("error %v, want one that may be retried", answers[1].Err)
	}
	same(t, "asked of the second", len(second.asked), 0)
}

func TestChainKeepsTheVerdictOfTheOneThatGaveIt(t *testing.T) {
	said := &domain.Analysis{Complaint: complaint}
	loses := &link{name: "loses", answer: func(int, string) domain.Translation {
		return domain.Translation{Text: "no number", Analysis: said}
	}}
	same(t, "answer", translateAll(t, chainOf(loses, says("second")), "14"),
		[]domain.Translation{{Text: "second 14", Provider: "second", Analysis: said}})
}
