package test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dentalk/handlers"
)

// enriched waits until nothing is pending for the message, and gives it.
func (c *caller) enriched(message handlers.Message) (now handlers.Message) {
	c.t.Helper()
	eventually(c.t, "the enrichment of "+message.Content.Text, func() bool {
		c.must("GET", "/v1/rooms/"+message.RoomID+"/messages/"+message.ID, nil, http.StatusOK, &now)
		return now.Enrichment.State != "pending"
	})
	return now
}

// TestACorrectionIsStreamedAndStays corrects what the embedded providers say, asks them again, and
// starts the server anew.
func TestACorrectionIsStreamedAndStays(t *testing.T) {
	dir := t.TempDir()
	s := startServer(t, dir)
	operator := s.operator(t)
	clinic, lab := s.member(t, operator, "clinic", "clinic", "en"), s.member(t, operator, "lab", "lab", "ko")
	room := operator.room("correct", clinic, lab)
	message := clinic.enriched(clinic.post(room.ID, "The margin of the crown is open again, third remake."))
	path := "/v1/rooms/" + room.ID + "/messages/" + message.ID
	stream := lab.subscribe(t, "/v1/rooms/"+room.ID+"/stream").ready()

	body := `{"translations":{"ko":"크라운 마진이 또 떴습니다. 세 번째 리메이크입니다."},"emotion":{"sentiment":"positive"},"complaint":{"detected":false}}`
	var corrected handlers.Message
	operator.must("PATCH", path+"/enrichment", body, http.StatusOK, &corrected)
	var event handlers.EnrichedMessage
	eventually(t, "the correction on the stream", func() bool {
		return stream.last("message.enriched", &event) == nil && event.Enrichment.Corrected
	})
	if event.MessageID != message.ID || event.Emotion.Sentiment != "positive" || event.Complaint.Detected || !strings.Contains(event.Translations["ko"], "리메이크") {
		t.Errorf("streamed: %+v", event)
	}
	if n := s.metric(t, "dentalk_corrections_total"); n == 0 {
		t.Error("the corrections are not counted")
	}

	var pending handlers.Message
	operator.must("POST", path+"/enrich", nil, http.StatusAccepted, &pending)
	again := lab.enriched(pending)
	if again.Emotion.Sentiment != "positive" || again.Complaint.Detected || !again.Enrichment.Corrected {
		t.Errorf("enriched again: %+v %+v %+v", again.Content, again.Emotion, again.Complaint)
	}
	if diff := cmp.Diff(corrected.Content.Translations, again.Content.Translations); diff != "" {
		t.Errorf("the translation enriched again (-want +got):\n%s", diff)
	}

	var versions, after handlers.EnrichmentVersions
	operator.must("GET", path+"/enrichment", nil, http.StatusOK, &versions)
	if len(versions.Corrections) != 1 || versions.Reopened != 1 || versions.Machine == nil || versions.Machine.Complaint == nil || !versions.Machine.Complaint.Detected {
		t.Errorf("the versions: %+v", versions)
	}
	s.stop(t)
	s = startServer(t, dir)
	s.operator(t).must("GET", path+"/enrichment", nil, http.StatusOK, &after)
	if diff := cmp.Diff(versions, after); diff != "" {
		t.Errorf("the versions after a restart (-want +got):\n%s", diff)
	}
}

// TestTermsOfOperatorsAreFound changes the glossary while messages come.
func TestTermsOfOperatorsAreFound(t *testing.T) {
	s := startServer(t, t.TempDir())
	operator := s.operator(t)
	clinic, lab := s.member(t, operator, "clinic", "clinic", "en"), s.member(t, operator, "lab", "lab", "ko")
	room := operator.room("glossary", clinic, lab)
	finds := func(target string) {
		t.Helper()
		eventually(t, "the term "+target, func() bool {
			for _, term := range clinic.enriched(clinic.post(room.ID, "Please send the quoxel tray back.")).Content.Terms {
				if term.Source == "quoxel tray" {
					return term.Target == target
				}
			}
			return target == ""
		})
	}
	finds("")
	operator.must("PUT", "/v1/ops/glossary/quoxel%20tray", `{"translations":{"ko":"쿠옥셀 트레이"}}`, http.StatusCreated, nil)
	finds("쿠옥셀 트레이")
	file := operator.must("GET", "/v1/ops/glossary/export", nil, http.StatusOK, nil).body
	if !strings.Contains(string(file), "\nquoxel tray\t쿠옥셀 트레이\t") || strings.Count(string(file), "\n") < 200 {
		t.Errorf("exported:\n%s", file)
	}
	var imported handlers.GlossaryImport
	operator.must("POST", "/v1/ops/glossary/import", strings.Replace(string(file), "쿠옥셀 트레이", "전용 트레이", 1), http.StatusOK, &imported,
		"Content-Type", "text/tab-separated-values")
	if imported.Changed != 1 || imported.Added != 0 || imported.Version != 2 {
		t.Errorf("imported %+v", imported)
	}
	finds("전용 트레이")
	operator.must("DELETE", "/v1/ops/glossary/quoxel%20tray", nil, http.StatusNoContent, nil)
	finds("")
	var versions handlers.Page[handlers.GlossaryVersion]
	operator.must("GET", "/v1/ops/glossary/versions", nil, http.StatusOK, &versions)
	if len(versions.Items) != 3 || versions.Items[2].Removed[0] != "quoxel tray" || versions.Items[0].UserName != "operator" {
		t.Errorf("the versions: %+v", versions.Items)
	}
}

// TestTeethAreReadAsTheirWriterNumbersThem posts one number for several organizations.
func TestTeethAreReadAsTheirWriterNumbersThem(t *testing.T) {
	s := startServer(t, t.TempDir())
	operator := s.operator(t)
	member := func(name, kind, notation string) *caller {
		t.Helper()
		var organization handlers.Organization
		operator.must("POST", "/v1/organizations", map[string]any{"kind": kind, "name": name, "language": "en", "toothNotation": notation}, http.StatusCreated, &organization)
		if organization.ToothNotation != notation {
			t.Errorf("the organization has %q, want %q", organization.ToothNotation, notation)
		}
		c := s.member(t, operator, name, kind, "en")
		operator.must("PATCH", "/v1/users/"+c.user.ID, map[string]any{"organizationId": organization.ID}, http.StatusOK, nil)
		return c
	}
	american, korean, unset := member("american", "clinic", "universal"), member("korean", "lab", "fdi"), member("unset", "lab", "")
	known := operator.room("known", american, korean, unset)
	unknown := operator.room("unknown", unset)

	fdi26 := handlers.Tooth{Text: "26", FDI: "26", Universal: "14"}
	universal26 := handlers.Tooth{Text: "26", FDI: "42", Universal: "26"}
	ambiguous26 := fdi26
	ambiguous26.Ambiguous = true
	for _, test := range []struct {
		name string
		who  *caller
		room handlers.Room
		want handlers.Tooth
	}{
		{"the clinic's", american, known, universal26},
		{"the lab's", korean, known, fdi26},
		{"the room's clinic's, for a lab that has not said", unset, known, universal26},
		{"the room's clinic's, for operators", operator, known, universal26},
		{"nobody's", unset, unknown, ambiguous26},
	} {
		got := test.who.post(test.room.ID, "Please start with the crown on tooth 26.")
		if diff := cmp.Diff([]handlers.Tooth{test.want}, got.Content.Teeth); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
		if kept := operator.enriched(got); !cmp.Equal(kept.Content.Teeth, got.Content.Teeth) {
			t.Errorf("%s: the history has %+v", test.name, kept.Content.Teeth)
		}
	}
	var note handlers.Message
	operator.must("POST", "/v1/rooms/"+known.ID+"/messages", `{"type":"note","text":"crown on tooth 30"}`, http.StatusCreated, &note)
	if diff := cmp.Diff([]handlers.Tooth{{Text: "30", FDI: "46", Universal: "30"}}, note.Content.Teeth); diff != "" {
		t.Errorf("a note (-want +got):\n%s", diff)
	}
	organization := "/v1/organizations"
	operator.refused("POST", organization, `{"kind":"lab","name":"x","language":"en","toothNotation":"fid"}`, http.StatusBadRequest, "validation_failed")
}
