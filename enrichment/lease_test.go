package enrichment_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"dentalk/domain"
	"dentalk/enrichment"
)

func TestCrashBetweenClaimAndSaveIsTakenOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, began := newQueue(), time.Now()
		q.post("1", "en", "hello", "ko")
		_, kill := start(t, enrichment.Config{Store: &cutOff{queue: q}, Translator: &translator{}, Analyser: &analyser{}})
		pass(10 * time.Millisecond)
		kill()

		start(t, enrichment.Config{Store: q, Translator: &translator{}, Analyser: &analyser{}})
		pass(2 * time.Minute)
		saves := q.saves("1")
		if len(saves) != 1 || saves[0].message.Enrichment.State != domain.EnrichmentDone {
			t.Fatalf("saves %+v, want one", saves)
		}
		if took := saves[0].at.Sub(began); took < 30*time.Second || took > 34*time.Second {
			t.Errorf("taken over after %v, want when the lease of 30 s ran out", took)
		}
	})
}

func TestStaleResultIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue()
		q.post("1", "en", "hello", "ko")
		late := &translator{change: func(_ string, given *domain.Translation) { given.Text = "stale" }}
		_, stop := start(t, enrichment.Config{Store: &cutOff{queue: q, late: 2 * time.Minute}, Translator: late})
		pass(time.Millisecond)
		start(t, enrichment.Config{Store: q, Translator: &translator{}})
		pass(5 * time.Minute)
		stop()
		if saves := q.saves("1"); len(saves) != 1 || saves[0].message.Enrichment.Translations["ko"] != "ko:hello" {
			t.Errorf("saves %+v, want only that of the second pipeline", saves)
		}
	})
}

func TestManyPipelinesSaveEachMessageOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue()
		q.postMany(500, "en", "ko")
		for range 4 {
			start(t, enrichment.Config{
				Store: q, Batch: 16,
				Translator: &translator{fake: fake{behaviour: slow(200 * time.Millisecond)}},
				Analyser:   &analyser{fake: fake{behaviour: slow(150 * time.Millisecond)}},
			})
		}
		pass(10 * time.Second)
		for id := range q.entries {
			if saves := q.saves(id); len(saves) != 1 || saves[0].message.Enrichment.State != domain.EnrichmentDone {
				t.Fatalf("message %s: saves %+v, want one", id, saves)
			}
		}
	})
}

// flaky is a queue whose first calls fail.
type flaky struct {
	*queue
	claims, saves int // failures to come
}

func (f *flaky) ClaimEnrichments(ctx context.Context, claim domain.Claim) ([]domain.EnrichmentTask, error) {
	if f.claims--; f.claims >= 0 {
		return nil, errors.New("store is down")
	}
	return f.queue.ClaimEnrichments(ctx, claim)
}

func (f *flaky) SaveEnrichments(ctx context.Context, results []domain.EnrichmentResult) ([]domain.Message, error) {
	if f.saves--; f.saves >= 0 {
		return nil, errors.New("store is down")
	}
	return f.queue.SaveEnrichments(ctx, results)
}

func TestStoreThatFailsForAWhileLosesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, tr := newQueue(), &translator{}
		q.post("1", "en", "hello", "ko")
		start(t, enrichment.Config{Store: &flaky{queue: q, claims: 3, saves: 4}, Translator: tr})
		pass(30 * time.Second)
		if state := q.enrichment("1").State; state != domain.EnrichmentDone || len(tr.received()) != 1 {
			t.Errorf("state %s after %d translations, want done after 1", state, len(tr.received()))
		}
	})
}
