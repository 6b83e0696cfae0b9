package enrichment_test

import (
	"context"
	"math"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"dentalk/domain"
	"dentalk/enrichment"
)

func TestFailureIsRetriedWithinTheBackoff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, tr, an := newQueue(), &translator{fake: fake{behaviour: failing(3, errOutage)}}, &analyser{}
		q.post("1", "en", "hello", "ko")
		start(t, enrichment.Config{Store: q, Translator: tr, Analyser: an})
		pass(time.Minute)

		calls := tr.received()
		if len(calls) != 4 {
			t.Fatalf("%d calls, want 4", len(calls))
		}
		for i, longest := range []time.Duration{500 * time.Millisecond, time.Second, 2 * time.Second} {
			// A retry that is due at once rests for a moment first.
			if waited := calls[i+1].at.Sub(calls[i].at); waited <= 0 || waited > longest+50*time.Millisecond {
				t.Errorf("retry %d after %v, want at most %v", i+1, waited, longest)
			}
		}
		if state := q.enrichment("1").State; state != domain.EnrichmentDone {
			t.Errorf("state %s", state)
		}
		if calls := an.received(); len(calls) != 1 {
			t.Errorf("%d analyses, want 1: the retry must not repeat what is there", len(calls))
		}
	})
}

func TestRetryAfterIsHonoured(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		busy := &domain.ProviderError{Provider: "fake", RetryAfter: 42 * time.Second, Err: errOutage}
		q, tr := newQueue(), &translator{fake: fake{behaviour: failing(1, busy)}}
		q.post("1", "en", "hello", "ko")
		start(t, enrichment.Config{Store: q, Translator: tr})
		pass(2 * time.Minute)
		calls := tr.received()
		if len(calls) != 2 {
			t.Fatalf("%d calls, want 2", len(calls))
		}
		if waited := calls[1].at.Sub(calls[0].at); waited < 42*time.Second || waited > 46*time.Second {
			t.Errorf("retry after %v, want 42 s", waited)
		}
	})
}

func TestOutageOnlyDelays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, began := newQueue(), time.Now()
		q.postMany(300, "en", "ko")
		tr := &translator{fake: fake{behaviour: func(context.Context, int, []string) error {
			if time.Since(began) < time.Hour {
				return errOutage
			}
			return nil
		}}}
		start(t, enrichment.Config{Store: q, Translator: tr, Analyser: &analyser{}})
		pass(59 * time.Minute)
		if diff := cmp.Diff(map[domain.EnrichmentState]int{domain.EnrichmentPending: 300}, q.states()); diff != "" {
			t.Error(diff)
		}
		if calls := len(tr.received()); calls > 3600 {
			t.Errorf("%d calls to a provider that is out for an hour, want at most one a second", calls)
		}
		if q.enrichment("00000").Emotion == nil {
			t.Error("the analysis waits for the translation")
		}
		pass(6*time.Minute + 2*time.Second)
		if diff := cmp.Diff(map[domain.EnrichmentState]int{domain.EnrichmentDone: 300}, q.states()); diff != "" {
			t.Error(diff)
		}
	})
}

// poisoned fails when the poison is among the texts.
func poisoned(fail func() error) behaviour {
	return func(_ context.Context, _ int, texts []string) error {
		for _, text := range texts {
			if strings.HasPrefix(text, "poison") {
				return fail()
			}
		}
		return nil
	}
}

func TestPoisonedTextDoesNotSpoilItsBatch(t *testing.T) {
	tests := map[string]struct {
		fail func() error
		want domain.EnrichmentState // of the poison
	}{
		"permanent": {func() error { return errPermanent }, domain.EnrichmentFailed},
		"panic":     {func() error { panic("poison") }, domain.EnrichmentPending},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				q := newQueue()
				q.postMany(20, "en", "ko")
				q.post("poison", "en", "poison", "ko")
				start(t, enrichment.Config{Store: q, Translator: &translator{fake: fake{behaviour: poisoned(test.fail)}}})
				pass(10 * time.Second)
				got := q.states()
				if got[domain.EnrichmentDone] != 20 || got[test.want] != 1 {
					t.Errorf("states %v, want 20 done and the poison %s", got, test.want)
				}
			})
		})
	}
}

func TestErrorOfOneTextIsItsOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		failed := false
		tr := &translator{change: func(text string, given *domain.Translation) {
			if text == "permanent" {
				*given = domain.Translation{Err: errPermanent}
			}
			if text == "once" && !failed {
				failed = true
				*given = domain.Translation{Err: errOutage}
			}
		}}
		q := newQueue()
		q.post("1", "en", "good", "ko")
		q.post("2", "en", "permanent", "ko")
		q.post("3", "en", "once", "ko")
		start(t, enrichment.Config{Store: q, Translator: tr})
		synctest.Wait()
		for id, want := range map[domain.ID]domain.EnrichmentState{
			"1": domain.EnrichmentDone, "2": domain.EnrichmentFailed, "3": domain.EnrichmentPending,
		} {
			if got := q.enrichment(id).State; got != want {
				t.Errorf("message %s is %s, want %s", id, got, want)
			}
		}
		pass(time.Minute)
		if got := q.enrichment("3").State; got != domain.EnrichmentDone || len(tr.received()) != 2 {
			t.Errorf("message 3 is %s after %d calls, want done after 2", got, len(tr.received()))
		}
	})
}

func TestProviderThatHangsIsCutOffAndRetried(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue()
		q.post("1", "en", "hello", "ko")
		tr := &translator{fake: fake{behaviour: func(ctx context.Context, call int, texts []string) error {
			if call == 1 {
				return hang(ctx, call, texts)
			}
			return nil
		}}}
		start(t, enrichment.Config{Store: q, Translator: tr})
		pass(15 * time.Second)
		if state := q.enrichment("1").State; state != domain.EnrichmentDone {
			t.Errorf("state %s after the timeout and a retry", state)
		}
	})
}

func TestAnalyserThatPanicsLeavesTheTranslation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue()
		q.post("1", "en", "hello", "ko")
		an := &analyser{fake: fake{behaviour: func(_ context.Context, call int, _ []string) error {
			if call == 1 {
				panic("index out of range")
			}
			return nil
		}}}
		start(t, enrichment.Config{Store: q, Translator: &translator{}, Analyser: an})
		synctest.Wait()
		if got := q.enrichment("1"); got.Translations["ko"] == "" || got.State != domain.EnrichmentPending {
			t.Errorf("%+v, want the translation and pending", got)
		}
		pass(5 * time.Second)
		if got := q.enrichment("1"); got.Emotion == nil || got.State != domain.EnrichmentDone {
			t.Errorf("%+v, want done", got)
		}
	})
}

func TestWrongNumberOfAnswersIsAFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue()
		q.postMany(3, "en", "ko")
		start(t, enrichment.Config{Store: q, Translator: short{}})
		pass(time.Minute)
		if diff := cmp.Diff(map[domain.EnrichmentState]int{domain.EnrichmentPending: 3}, q.states()); diff != "" {
			t.Error(diff)
		}
	})
}

// short answers too little.
type short struct{}

func (short) Name() string { return "short" }

func (short) Translate(context.Context, domain.TranslateRequest) ([]domain.Translation, error) {
	return nil, nil
}

func TestAnswersThatCannotBeStoredAreFailuresOfTheirText(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue()
		q.postMany(5, "en", "ko")
		tr := &translator{change: func(text string, given *domain.Translation) {
			if text == "text 1" {
				given.Text = "\xff"
			}
		}}
		an := &analyser{change: func(text string, given *domain.Analysis) {
			if text == "text 2" {
				given.Emotion.Score = math.NaN()
			}
		}}
		start(t, enrichment.Config{Store: q, Translator: tr, Analyser: an})
		pass(time.Minute)
		if got := q.enrichment("00001"); got.State != domain.EnrichmentPending || got.Translations["ko"] != "" || got.Emotion == nil {
			t.Errorf("%+v, want the analysis alone", got)
		}
		if got := q.enrichment("00002"); got.State != domain.EnrichmentPending || got.Emotion != nil || got.Translations["ko"] == "" {
			t.Errorf("%+v, want the translation alone", got)
		}
		if got := q.states()[domain.EnrichmentDone]; got != 3 {
			t.Errorf("%d done, want the other 3", got)
		}
	})
}

func TestWishOfADayDoesNotStopTheRetries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		busy := &domain.ProviderError{Provider: "fake", RetryAfter: 24 * time.Hour, Err: errOutage}
		q, tr := newQueue(), &translator{fake: fake{behaviour: failing(1, busy)}}
		q.post("1", "en", "hello", "ko")
		start(t, enrichment.Config{Store: q, Translator: tr})
		pass(6 * time.Minute)
		if state := q.enrichment("1").State; state != domain.EnrichmentDone {
			t.Errorf("state %s after six minutes", state)
		}
	})
}

// What is not new is no save that anybody is told of.
func TestRetryThatBringsNothingIsUnchanged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, tr := newQueue(), &translator{fake: fake{behaviour: failing(4, errOutage)}}
		q.post("1", "en", "hello", "ko")
		start(t, enrichment.Config{Store: q, Translator: tr, Analyser: &analyser{}})
		pass(time.Minute)
		if saves := q.saves("1"); len(saves) != 2 || saves[1].message.Enrichment.State != domain.EnrichmentDone {
			t.Errorf("%d saves, want that of the analysis and that of the translation", len(saves))
		}
	})
}
