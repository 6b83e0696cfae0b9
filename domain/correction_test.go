package domain_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"dentalk/domain"
)

func TestPartialIsDoneOnlyWhenNothingIsMissing(t *testing.T) {
	partial := domain.Enrichment{
		State: domain.EnrichmentPartial, Language: "en", Emotion: &domain.Emotion{}, Complaint: &domain.Complaint{},
		Translations: map[string]string{"ko": "A3 색조"}, Mismatches: map[string][]string{"ko": {"A2"}},
	}
	korean := domain.Correction{Verdict: domain.Verdict{Translations: map[string]string{"ko": "A2 색조"}}}
	mood := domain.Correction{Verdict: domain.Verdict{Emotion: &domain.Emotion{Sentiment: domain.SentimentNegative}}}
	for name, test := range map[string]struct {
		correction domain.Correction
		targets    []string
		want       domain.EnrichmentState
	}{
		"the only translation":        {korean, []string{"ko"}, domain.EnrichmentDone},
		"Spanish is still missing":    {korean, []string{"ko", "es"}, domain.EnrichmentPartial},
		"the mismatch is still there": {mood, []string{"ko"}, domain.EnrichmentPartial},
	} {
		if got := partial.Correct(test.correction, test.targets); got.State != test.want {
			t.Errorf("%s: %s, want %s", name, got.State, test.want)
		}
	}
	if len(partial.Mismatches) != 1 || partial.Translations["ko"] != "A3 색조" {
		t.Error("the correction changed what it was made from")
	}
}

func TestReopenKeepsWhatOperatorsSaid(t *testing.T) {
	complaint := &domain.Complaint{Detected: true, Category: domain.CategoryFit}
	given := domain.Enrichment{
		State: domain.EnrichmentDone, Language: "en", Translator: "deepl", Analyser: "embedded",
		Translations: map[string]string{"ko": "기계", "es": "máquina"}, Terms: []domain.Term{{Source: "crown", Target: "크라운"}},
		Emotion: &domain.Emotion{}, Complaint: complaint,
	}
	correction := domain.Correction{UserName: "operator", Verdict: domain.Verdict{
		Translations: map[string]string{"ko": "사람"}, Complaint: &domain.Complaint{Confidence: 1},
	}}
	got := given.Correct(correction, nil).Reopen()
	want := domain.Enrichment{
		State: domain.EnrichmentPending, Language: "en", Translations: map[string]string{"ko": "사람"},
		Complaint: &domain.Complaint{Confidence: 1}, Corrections: []domain.Correction{correction},
		Machine: &domain.Verdict{Complaint: complaint}, Reopened: 1,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
