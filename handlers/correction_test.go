package handlers_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dentalk/domain"
	"dentalk/handlers"
)

// corrections is a world with a message that providers have said something of.
type corrections struct {
	*world
	api     *handlers.API
	token   string // an operator's
	path    string // of the message
	message handlers.Message
	counted []string
}

func newCorrections(t *testing.T, machine domain.Enrichment) *corrections {
	t.Helper()
	w := &corrections{world: newWorld(t)}
	w.api = w.instance(func(c *handlers.Config) {
		c.Chat.Enrich = true
		c.Corrected = func(part, provider string) { w.counted = append(w.counted, part+" by "+provider) }
	})
	w.user("operator", domain.RoleOperator, "")
	w.token = w.world.token(w.api, "operator")
	w.message = w.post(w.api, w.token, w.room("1"), `{"text":"The crown rocks."}`)
	w.path = "/v1/rooms/" + w.message.RoomID + "/messages/" + w.message.ID
	w.enrich(machine)
	return w
}

// enrich does what the workers do.
func (w *corrections) enrich(machine domain.Enrichment) {
	w.Helper()
	tasks, err := w.store.ClaimEnrichments(w.Context(), domain.Claim{Limit: 1, Lease: time.Minute})
	if err != nil || len(tasks) != 1 {
		w.Fatalf("claimed %d: %v", len(tasks), err)
	}
	machine.Language = "en"
	result := domain.EnrichmentResult{RoomID: tasks[0].Message.RoomID, MessageID: tasks[0].Message.ID, Lease: tasks[0].Lease, Enrichment: machine}
	if saved, err := w.store.SaveEnrichments(w.Context(), []domain.EnrichmentResult{result}); err != nil || len(saved) != 1 {
		w.Fatalf("saved %d: %v", len(saved), err)
	}
}

func (w *corrections) correct(body string) (message handlers.Message) {
	w.Helper()
	w.decode(w.call(w.api, http.MethodPatch, w.path+"/enrichment", w.token, body), http.StatusOK, &message)
	return message
}

func (w *corrections) versions() (versions handlers.EnrichmentVersions) {
	w.Helper()
	w.decode(w.call(w.api, http.MethodGet, w.path+"/enrichment", w.token, ""), http.StatusOK, &versions)
	return versions
}

// ofTheMachine misses a complaint and loses a number.
func ofTheMachine() domain.Enrichment {
	return domain.Enrichment{
		State: domain.EnrichmentPartial, Translator: "deepl", Analyser: "embedded",
		Translations: map[string]string{"ko": "크라운이 바위입니다."}, Mismatches: map[string][]string{"ko": {"26"}},
		Terms:     []domain.Term{{Source: "crown", Target: "크라운", Category: "restoration", Applied: true}},
		Emotion:   &domain.Emotion{Sentiment: domain.SentimentNeutral, Score: 0.1, Confidence: 0.6},
		Complaint: &domain.Complaint{Confidence: 0.7},
	}
}

func TestAnOperatorCorrectsTheEnrichment(t *testing.T) {
	w := newCorrections(t, ofTheMachine())
	var before handlers.Message
	w.decode(w.call(w.api, http.MethodGet, w.path, w.token, ""), http.StatusOK, &before)
	wantBefore := handlers.Enrichment{
		State: "partial", Providers: map[string]string{"translation": "deepl", "sentiment": "embedded"}, Mismatches: map[string][]string{"ko": {"26"}},
	}
	if diff := cmp.Diff(wantBefore, before.Enrichment); diff != "" || !before.Content.Terms[0].Applied {
		t.Errorf("the machine's (-want +got):\n%s", diff)
	}

	w.correct(`{"translations":{"ko":" 크라운이 흔들립니다. "}}`)
	got := w.correct(`{"emotion":{"sentiment":"negative"},"complaint":{"detected":true,"category":"fit"}}`)

	fit := "fit"
	verdict := &handlers.Complaint{Detected: true, Category: &fit, Confidence: 1, Reasons: []string{}}
	emotion := &handlers.Emotion{Sentiment: "negative", Score: -1, Confidence: 1}
	want := before
	want.Content.Translations = map[string]string{"ko": "크라운이 흔들립니다."}
	want.Emotion, want.Complaint = emotion, verdict
	want.Enrichment = handlers.Enrichment{State: "done", Providers: before.Enrichment.Providers, Corrected: true}
	want.UpdatedAt = got.UpdatedAt
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the corrected message (-want +got):\n%s", diff)
	}
	by := handlers.Correction{UserID: w.message.UserID, UserName: "operator", At: "2026-03-14T09:26:53.589Z"}
	first, second := by, by
	first.Verdict = handlers.Verdict{Translations: want.Content.Translations}
	second.Verdict = handlers.Verdict{Translations: map[string]string{}, Emotion: emotion, Complaint: verdict}
	versions := handlers.EnrichmentVersions{
		Machine: &handlers.Verdict{
			Translations: before.Content.Translations, Emotion: before.Emotion, Complaint: before.Complaint,
		},
		Corrections: []handlers.Correction{first, second}, Mismatches: map[string][]string{},
	}
	if diff := cmp.Diff(versions, w.versions()); diff != "" {
		t.Errorf("the versions (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"translation by deepl", "emotion by embedded", "complaint_missed by embedded"}, w.counted); diff != "" {
		t.Errorf("counted (-want +got):\n%s", diff)
	}
}

func TestOnlyWhatAProviderHadWrongIsCounted(t *testing.T) {
	complaint := &domain.Complaint{Detected: true, Category: domain.CategoryFit, Confidence: 0.9, Reasons: []string{"rocks"}}
	machine := ofTheMachine()
	machine.Complaint = complaint
	for _, test := range []struct {
		name    string
		machine domain.Enrichment
		bodies  []string
		want    []string
	}{
		{"agreeing", machine, []string{
			`{"translations":{"ko":"크라운이 바위입니다."},"emotion":{"sentiment":"neutral"},"complaint":{"detected":true,"category":"fit"}}`,
		}, nil},
		{"a false alarm", machine, []string{`{"complaint":{"detected":false}}`}, []string{"complaint_false by embedded"}},
		{"another category", machine, []string{`{"complaint":{"detected":true,"category":"shade"}}`}, []string{"complaint_category by embedded"}},
		{"an operator corrects an operator", machine, []string{
			`{"complaint":{"detected":false}}`, `{"complaint":{"detected":true,"category":"shade"}}`,
			`{"emotion":{"sentiment":"negative"}}`, `{"emotion":{"sentiment":"positive"}}`,
			`{"translations":{"ko":"하나"}}`, `{"translations":{"ko":"둘"}}`,
		}, []string{"complaint_false by embedded", "emotion by embedded", "translation by deepl"}},
		{"nobody had said anything", domain.Enrichment{State: domain.EnrichmentFailed}, []string{
			`{"translations":{"ko":"하나","es":"uno"},"emotion":{"sentiment":"neutral"},"complaint":{"detected":false}}`,
		}, []string{"translation by none", "translation by none", "emotion by none"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newCorrections(t, test.machine)
			for _, body := range test.bodies {
				w.correct(body)
			}
			if diff := cmp.Diff(test.want, w.counted); diff != "" {
				t.Errorf("counted (-want +got):\n%s", diff)
			}
		})
	}
}

func TestTheReasonsOfAComplaintOutliveItsCategory(t *testing.T) {
	machine := ofTheMachine()
	machine.Complaint = &domain.Complaint{Detected: true, Category: domain.CategoryFit, Confidence: 0.9, Reasons: []string{"rocks"}}
	w := newCorrections(t, machine)
	if got := w.correct(`{"complaint":{"detected":true,"category":"shade"}}`); !cmp.Equal(got.Complaint.Reasons, []string{"rocks"}) {
		t.Errorf("another category: got %v", got.Complaint.Reasons)
	}
	if got := w.correct(`{"complaint":{"detected":false}}`); len(got.Complaint.Reasons) != 0 || got.Complaint.Category != nil {
		t.Errorf("no complaint: got %+v", got.Complaint)
	}
}
