package enrichment_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"dentalk/domain"
	"dentalk/enrichment"
)

func TestStatesFromWhatTheProvidersGave(t *testing.T) {
	term := domain.Term{Source: "crown", Target: "크라운", Category: "restoration"}
	onlyTerms := func(_ string, given *domain.Translation) {
		*given = domain.Translation{Terms: []domain.Term{term}}
	}
	nothing := func(_ string, given *domain.Translation) { *given = domain.Translation{} }
	refused := func(_ string, given *domain.Translation) { *given = domain.Translation{Err: errPermanent} }
	analysisRefused := func(_ string, given *domain.Analysis) { *given = domain.Analysis{Err: errPermanent} }

	tests := map[string]struct {
		translator *translator
		analyser   *analyser
		want       domain.Enrichment
	}{
		"terms only": {&translator{change: onlyTerms}, &analyser{}, domain.Enrichment{
			State: domain.EnrichmentPartial, Translator: "glossary", Terms: []domain.Term{term},
			Analyser: "fake-analyser", Emotion: &emotion, Complaint: &complaint}},
		"a pair that the translator does not know": {&translator{change: nothing}, &analyser{}, domain.Enrichment{
			State: domain.EnrichmentPartial, Analyser: "fake-analyser", Emotion: &emotion, Complaint: &complaint}},
		"translation refused": {&translator{change: refused}, &analyser{}, domain.Enrichment{
			State: domain.EnrichmentPartial, Analyser: "fake-analyser", Emotion: &emotion, Complaint: &complaint}},
		"analysis refused": {&translator{}, &analyser{change: analysisRefused}, domain.Enrichment{
			State: domain.EnrichmentPartial, Translator: "fake-translator", Translations: map[string]string{"ko": "ko:crown"}}},
		"both refused":          {&translator{change: refused}, &analyser{change: analysisRefused}, domain.Enrichment{State: domain.EnrichmentFailed}},
		"nothing and a refusal": {&translator{change: nothing}, &analyser{change: analysisRefused}, domain.Enrichment{State: domain.EnrichmentPartial}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				q := newQueue()
				q.post("1", "en", "crown", "ko")
				start(t, enrichment.Config{Store: q, Translator: test.translator, Analyser: test.analyser})
				pass(time.Hour)
				test.want.Language = "en"
				if diff := cmp.Diff(test.want, q.enrichment("1")); diff != "" {
					t.Error(diff)
				}
				if saves := q.saves("1"); len(saves) != 1 {
					t.Errorf("%d saves, want 1: nothing better will come by itself", len(saves))
				}
			})
		})
	}
}

func TestSlowTranslationFollowsTheAnalysis(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, began := newQueue(), time.Now()
		tr, an := &translator{fake: fake{behaviour: slow(4 * time.Second)}}, &analyser{}
		q.post("1", "en", "late again", "ko")
		start(t, enrichment.Config{Store: q, Translator: tr, Analyser: an})
		pass(time.Minute)

		saves := q.saves("1")
		if len(saves) != 2 {
			t.Fatalf("%d saves, want 2", len(saves))
		}
		early, late := saves[0], saves[1]
		if early.at.Sub(began) != time.Second || early.message.Enrichment.State != domain.EnrichmentPending || early.message.Enrichment.Complaint == nil {
			t.Errorf("after %v: %+v, want the complaint after a second", early.at.Sub(began), early.message.Enrichment)
		}
		if late.at.Sub(began) != 4*time.Second || late.message.Enrichment.State != domain.EnrichmentDone {
			t.Errorf("after %v: %+v, want all when the call ends", late.at.Sub(began), late.message.Enrichment)
		}
		if len(tr.received()) != 1 || len(an.received()) != 1 {
			t.Errorf("%d translations and %d analyses, want one each: the call was to be joined", len(tr.received()), len(an.received()))
		}
	})
}

func TestSlowAnalysisFollowsTheTranslation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue()
		tr, an := &translator{}, &analyser{fake: fake{behaviour: slow(4 * time.Second)}}
		q.post("1", "en", "late again", "ko")
		start(t, enrichment.Config{Store: q, Translator: tr, Analyser: an})
		pass(time.Second)
		if got := q.enrichment("1"); got.Translations["ko"] == "" {
			t.Errorf("%+v, want the translation", got)
		}
		pass(time.Minute)
		if got := q.enrichment("1"); got.State != domain.EnrichmentDone || len(an.received()) != 1 || len(tr.received()) != 1 {
			t.Errorf("%+v after %d analyses, want done after 1", got, len(an.received()))
		}
	})
}

func TestRetryAsksOnlyForMissingTargets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue()
		tr := &translator{}
		failed := false
		tr.change = func(_ string, given *domain.Translation) {
			if given.Text == "es:hello" && !failed {
				failed = true
				*given = domain.Translation{Err: errOutage}
			}
		}
		q.post("1", "en", "hello", "ko", "es")
		start(t, enrichment.Config{Store: q, Translator: tr})
		pass(time.Minute)
		var targets []string
		for _, call := range tr.received()[2:] {
			targets = append(targets, call.target)
		}
		if diff := cmp.Diff([]string{"es"}, targets); diff != "" {
			t.Error(diff)
		}
		want := map[string]string{"ko": "ko:hello", "es": "es:hello"}
		if diff := cmp.Diff(want, q.enrichment("1").Translations); diff != "" {
			t.Error(diff)
		}
	})
}
