package openai_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dentalk/domain"
)

func TestAnalysisIsAskedForWithoutTranslation(t *testing.T) {
	fake := newServer(says(`{` + judged))
	got, err := start(t, fake).Analyse(t.Context(), []domain.AnalyseText{{Text: "When will it ship?", Language: "en"}})
	want := []domain.Analysis{{
		Emotion: domain.Emotion{Sentiment: domain.SentimentNeutral, Confidence: 0.8}, Complaint: domain.Complaint{Confidence: 0.9},
	}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
	request := fake.asked(t, 0)
	if diff := cmp.Diff(`{"source_language":"en","message":"When will it ship?"}`, request.Messages[1].Content); diff != "" {
		t.Error(diff)
	}
	if strings.Contains(fake.bodies[0], `"translation"`) || strings.Contains(request.Messages[0].Content, "target_language") {
		t.Errorf("a translation was asked for: %s", fake.bodies[0])
	}
}

func TestAnalysisWithATranslationIsNotTaken(t *testing.T) {
	got, err := start(t, newServer(translates("감사합니다"))).Analyse(t.Context(), []domain.AnalyseText{{Text: "thanks"}})
	if err != nil || len(got) != 1 {
		t.Fatalf("got %+v, %v", got, err)
	}
	expectFailure(t, got[0].Err, domain.ProviderError{Permanent: true})
}

func TestAnalysisOfAnEndpointThatIsDownFailsAsAWhole(t *testing.T) {
	got, err := start(t, newServer(reply{status: 503})).Analyse(t.Context(), []domain.AnalyseText{{Text: "thanks"}, {Text: "late"}})
	if got != nil {
		t.Errorf("got %+v", got)
	}
	expectFailure(t, err, domain.ProviderError{})
}
