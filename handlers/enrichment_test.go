package handlers_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dentalk/domain"
	"dentalk/handlers"
)

func TestAMessageIsEnrichedAgain(t *testing.T) {
	w := newCorrections(t, ofTheMachine())
	w.correct(`{"complaint":{"detected":true,"category":"fit"}}`)
	for range 2 { // the second finds it pending
		var got handlers.Message
		w.decode(w.call(w.api, http.MethodPost, w.path+"/enrich", w.token, ""), http.StatusAccepted, &got)
		want := handlers.Enrichment{State: "pending", Providers: map[string]string{}, Corrected: true}
		if diff := cmp.Diff(want, got.Enrichment); diff != "" {
			t.Errorf("pending (-want +got):\n%s", diff)
		}
		if got.Emotion != nil || got.Complaint == nil || !got.Complaint.Detected || len(got.Content.Translations) != 0 {
			t.Errorf("what operators said stays, and nothing else: %+v", got)
		}
	}
	if got := w.versions().Reopened; got != 1 {
		t.Errorf("reopened %d times", got)
	}
	tasks, err := w.store.ClaimEnrichments(t.Context(), domain.Claim{Limit: 1, Lease: time.Minute})
	if err != nil || len(tasks) != 1 || tasks[0].Attempt != 1 {
		t.Errorf("the message is not due: %+v, %v", tasks, err)
	}
}

func TestWhatIsNeverEnrichedIsNeitherCorrectedNorEnrichedAgain(t *testing.T) {
	w := newCorrections(t, ofTheMachine())
	for _, kind := range []string{"note", "system"} {
		other := w.post(w.api, w.token, domain.Room{ID: domain.ID(w.message.RoomID)}, fmt.Sprintf(`{"type":"%s","text":"x"}`, kind))
		path := "/v1/rooms/" + other.RoomID + "/messages/" + other.ID
		w.refused(w.call(w.api, http.MethodPost, path+"/enrich", w.token, ""), http.StatusConflict, "not_enriched")
		answer := w.call(w.api, http.MethodPatch, path+"/enrichment", w.token, `{"emotion":{"sentiment":"neutral"}}`)
		w.refused(answer, http.StatusConflict, "not_enriched")
	}
	without := w.instance() // no provider is set
	w.refused(w.call(without, http.MethodPost, w.path+"/enrich", w.token, ""), http.StatusConflict, "not_enriched")
	w.correct(`{"emotion":{"sentiment":"neutral"}}`)
	unknown := "/v1/rooms/" + w.message.RoomID + "/messages/" + w.message.RoomID
	w.refused(w.call(w.api, http.MethodPost, unknown+"/enrich", w.token, ""), http.StatusNotFound, "message_not_found")
	w.refused(w.call(w.api, http.MethodGet, unknown+"/enrichment", w.token, ""), http.StatusNotFound, "message_not_found")
	w.refused(w.call(w.api, http.MethodPatch, unknown+"/enrichment", w.token, `{"emotion":{"sentiment":"neutral"}}`), http.StatusNotFound, "message_not_found")
}

func TestTheEnrichedEventTellsOfTeethAndCorrections(t *testing.T) {
	message := domain.Message{
		ID: "m", RoomID: "r", Seq: 1, Text: "26",
		Teeth:      []domain.Tooth{{Text: "26", FDI: "26", Universal: "14", Ambiguous: true}},
		Enrichment: domain.Enrichment{State: domain.EnrichmentPartial, Language: "en", Mismatches: map[string][]string{"ko": {"26"}}}.Correct(domain.Correction{}, nil),
	}
	data, err := handlers.EncodeEvent(domain.Event{Name: domain.EventMessageEnriched, RoomID: "r", Message: &message}, false)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"roomId":"r","messageId":"m","seq":1,"language":"en","translations":{},"terms":[],` +
		`"teeth":[{"text":"26","fdi":"26","universal":"14","ambiguous":true}],"emotion":null,"complaint":null,` +
		`"enrichment":{"state":"partial","providers":{},"mismatches":{"ko":["26"]},"corrected":true}}`
	if string(data) != want {
		t.Errorf("got  %s\nwant %s", data, want)
	}
}
