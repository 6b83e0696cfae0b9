package enrichment_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"dentalk/domain"
	"dentalk/enrichment"
)

func TestTranslationAndAnalysisRunSideBySide(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, began := newQueue(), time.Now()
		q.post("1", "en", "late again", "ko")
		start(t, enrichment.Config{
			Store:      q,
			Translator: &translator{fake: fake{behaviour: slow(200 * time.Millisecond)}},
			Analyser:   &analyser{fake: fake{behaviour: slow(150 * time.Millisecond)}},
		})
		pass(time.Minute)

		saves := q.saves("1")
		if len(saves) != 1 || saves[0].at.Sub(began) != 200*time.Millisecond {
			t.Fatalf("saves %v, want one after 200 ms, the longer of the two", saves)
		}
		want := domain.Enrichment{
			State: domain.EnrichmentDone, Translator: "fake-translator", Analyser: "fake-analyser", Language: "en",
			Translations: map[string]string{"ko": "ko:late again"}, Emotion: &emotion, Complaint: &complaint,
		}
		if diff := cmp.Diff(want, q.enrichment("1")); diff != "" {
			t.Error(diff)
		}
	})
}

func TestLanguagePairsAreBatches(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, tr := newQueue(), &translator{}
		q.post("1", "en-US", "one", "ko-KR", "ko", "en-GB")
		q.post("2", "en", "two", "ko", "es")
		q.post("3", "ko", "three", "en")
		q.post("4", "ko", "four")
		q.post("5", "ko", "  ", "en")
		an := &analyser{}
		start(t, enrichment.Config{Store: q, Translator: tr, Analyser: an})
		pass(time.Minute)

		got := map[string][]string{}
		for _, call := range tr.received() {
			got[call.source+">"+call.target] = call.texts
		}
		want := map[string][]string{"en>ko": {"one", "two"}, "en>es": {"two"}, "ko>en": {"three"}}
		if diff := cmp.Diff(want, got); diff != "" || len(tr.received()) != 3 {
			t.Errorf("%d calls, %s", len(tr.received()), diff)
		}
		if calls := an.received(); len(calls) != 1 || len(calls[0].texts) != 4 {
			t.Errorf("analyses %v, want one call with the four originals", calls)
		}
		if diff := cmp.Diff(map[domain.EnrichmentState]int{domain.EnrichmentDone: 5}, q.states()); diff != "" {
			t.Error(diff)
		}
	})
}

func TestRingStartsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue()
		p, _ := start(t, enrichment.Config{Store: q, Analyser: &analyser{}})
		pass(time.Second)
		q.post("1", "en", "hello")
		p.Ring()
		synctest.Wait()
		if state := q.enrichment("1").State; state != domain.EnrichmentDone {
			t.Errorf("state %s without time going by", state)
		}
	})
}

func TestRingsWhileBusyCoalesce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, an := newQueue(), &analyser{fake: fake{behaviour: slow(500 * time.Millisecond)}}
		q.post("1", "en", "hello")
		p, _ := start(t, enrichment.Config{Store: q, Analyser: an, Workers: 1})
		pass(100 * time.Millisecond)
		before := q.claimed()
		for range 1000 {
			p.Ring()
		}
		pass(time.Second)
		// One ring wakes the loop, which waits for its worker; all others are one more.
		if claims := q.claimed() - before; claims < 1 || claims > 2 {
			t.Errorf("%d claims after a thousand rings, want 1 or 2", claims)
		}
	})
}

func TestRingDoesNotBlockBeforeRunOrAfterIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, stop := start(t, enrichment.Config{Store: newQueue()})
		stop()
		p.Ring()
		p.Ring()
	})
}

func TestMessagesWithoutARingAreFound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue()
		start(t, enrichment.Config{Store: q, Analyser: &analyser{}})
		pass(time.Minute)
		q.post("1", "en", "hello")
		pass(5 * time.Second)
		if state := q.enrichment("1").State; state != domain.EnrichmentDone {
			t.Errorf("state %s after five seconds", state)
		}
	})
}

func TestIdlePipelineHardlyAsksTheStore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue()
		start(t, enrichment.Config{Store: q, Analyser: &analyser{}})
		pass(time.Hour)
		if claims := q.claimed(); claims > 1300 {
			t.Errorf("%d claims in an idle hour", claims)
		}
	})
}

func TestProvidersThatAreOff(t *testing.T) {
	tests := map[string]struct {
		translator domain.Translator
		analyser   domain.Analyser
		want       domain.Enrichment
	}{
		"both":       {nil, nil, domain.Enrichment{State: domain.EnrichmentOff, Language: "en"}},
		"translator": {nil, &analyser{}, domain.Enrichment{State: domain.EnrichmentDone, Language: "en", Analyser: "fake-analyser", Emotion: &emotion, Complaint: &complaint}},
		"analyser":   {&translator{}, nil, domain.Enrichment{State: domain.EnrichmentDone, Language: "en", Translator: "fake-translator", Translations: map[string]string{"ko": "ko:hello"}}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				q := newQueue()
				q.post("1", "en", "hello", "ko")
				start(t, enrichment.Config{Store: q, Translator: test.translator, Analyser: test.analyser})
				pass(time.Second)
				if diff := cmp.Diff(test.want, q.enrichment("1")); diff != "" {
					t.Error(diff)
				}
			})
		})
	}
}

func TestAtMostWorkersBatchesAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue()
		q.postMany(100, "en")
		an := &analyser{fake: fake{behaviour: slow(500 * time.Millisecond)}}
		p, _ := start(t, enrichment.Config{Store: q, Analyser: an, Batch: 10, Workers: 2})
		for range 4 {
			p.Ring()
			pass(100 * time.Millisecond)
		}
		if calls := an.received(); len(calls) != 2 || len(calls[0].texts) != 10 {
			t.Errorf("%d calls at once, want 2 of 10 texts", len(calls))
		}
		pass(3 * time.Second)
		if diff := cmp.Diff(map[domain.EnrichmentState]int{domain.EnrichmentDone: 100}, q.states()); diff != "" {
			t.Error(diff)
		}
	})
}

func TestShutdownGivesUnfinishedWorkBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue()
		q.post("1", "en", "hello", "ko")
		_, stop := start(t, enrichment.Config{Store: q, Translator: &translator{fake: fake{behaviour: hang}}, Analyser: &analyser{}})
		pass(100 * time.Millisecond)
		stop()
		got := q.enrichment("1")
		if got.State != domain.EnrichmentPending || got.Emotion == nil {
			t.Errorf("%+v, want the analysis saved and the translation pending", got)
		}
		start(t, enrichment.Config{Store: q, Translator: &translator{}, Analyser: &analyser{}})
		synctest.Wait()
		if state := q.enrichment("1").State; state != domain.EnrichmentDone {
			t.Errorf("state %s: another instance must be able to go on at once", state)
		}
	})
}
