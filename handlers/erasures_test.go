package handlers_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dentalk/domain"
	"dentalk/handlers"
)

func TestAnErasedPersonIsForgotten(t *testing.T) {
	w := newErasing(t)
	kim, nguyen := w.world.token(w.api, "kim"), w.world.token(w.api, "nguyen")
	w.ok(http.MethodPut, "/v1/ops/glossary/crown", w.token, `{"translations":{"ko":"크라운"}}`)
	if err := w.volatile.CacheSet(t.Context(), time.Hour, map[string][]byte{domain.CachedTranslations + "1": []byte(secret), "other": nil}); err != nil {
		t.Fatal(err)
	}
	unread, before := w.unread(nguyen), w.history(w.token)

	erasure := w.erase(`"userId":"` + string(w.kim.ID) + `"`)
	if erasure.Messages != 2 || erasure.UserID != string(w.kim.ID) || erasure.Reason != "asked for" {
		t.Errorf("got %+v", erasure)
	}
	w.refused(w.call(w.api, http.MethodGet, "/v1/me", kim, ""), http.StatusUnauthorized, "session_ended")
	if answer := w.login(w.api, "kim", password); answer.Code < 400 {
		t.Errorf("the erased person logs in: %d", answer.Code)
	}
	after := w.history(w.token)
	for i, message := range after {
		if message.UserID != string(w.kim.ID) {
			if diff := cmp.Diff(before[i], message); diff != "" {
				t.Errorf("another's message (-before +after):\n%s", diff)
			}
			continue
		}
		want := handlers.Message{
			ID: before[i].ID, RoomID: before[i].RoomID, Seq: before[i].Seq, UserID: before[i].UserID, UserName: "erased", Role: "lab",
			Content: handlers.Content{
				Type: "text", Translations: map[string]string{}, Terms: []handlers.Term{}, Teeth: []handlers.Tooth{}, Attachments: []handlers.Attachment{},
			},
			Enrichment: handlers.Enrichment{State: "off", Providers: map[string]string{}}, ClientMessageID: before[i].ClientMessageID,
			CreatedAt: before[i].CreatedAt, UpdatedAt: message.UpdatedAt, ErasedAt: message.ErasedAt,
		}
		if diff := cmp.Diff(want, message); diff != "" || message.ErasedAt == nil {
			t.Errorf("an erased message (-want +got):\n%s", diff)
		}
	}
	if diff := cmp.Diff([]int64{1, 2, 3, 4}, seqsOf(after)); diff != "" {
		t.Errorf("seqs (-want +got):\n%s", diff)
	}
	if got := w.unread(nguyen); got != unread || unread != 2 {
		t.Errorf("unread %d, was %d", got, unread)
	}
	if leaks := w.leaks("kim", w.token, nguyen); leaks != nil {
		t.Errorf("the name is in\n%s", strings.Join(leaks, "\n"))
	}
	w.ok(http.MethodGet, "/v1/users", w.token, "")
	if cached, err := w.volatile.CacheGet(t.Context(), domain.CachedTranslations+"1", "other"); err != nil || len(cached) != 1 {
		t.Errorf("the cache has %v, %v; want the other key alone", cached, err)
	}
	w.erase(`"messageId":"` + w.messages[3].ID + `"`) // the note, which is the operator's
	if leaks := w.leaks(secret, w.token, nguyen); leaks != nil {
		t.Errorf("the text is in\n%s", strings.Join(leaks, "\n"))
	}
}

func TestAnErasedRoomIsForgotten(t *testing.T) {
	w := newErasing(t)
	w.ok(http.MethodPatch, w.path(), w.token, `{"name":"Mr. Lee `+secret+`"}`)
	upload := w.upload(w.room.ID, w.kim.ID)
	if erasure := w.erase(`"roomId":"` + string(w.room.ID) + `"`); erasure.Messages != 4 {
		t.Errorf("%d messages were erased, want 4", erasure.Messages)
	}
	nguyen := w.world.token(w.api, "nguyen")
	if leaks := w.leaks(secret, w.token, nguyen); leaks != nil {
		t.Errorf("the text is in\n%s", strings.Join(leaks, "\n"))
	}
	if diff := cmp.Diff([]int64{1, 2, 3, 4}, seqsOf(w.history(w.token))); diff != "" {
		t.Errorf("seqs (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]int64{1, 2, 3}, seqsOf(w.history(nguyen))); diff != "" {
		t.Errorf("seqs of a clinic (-want +got):\n%s", diff)
	}
	if _, err := w.store.Upload(t.Context(), upload.ID); domain.KindOf(err) != domain.KindNotFound {
		t.Errorf("the upload is there: %v", err)
	}
	w.refused(w.call(w.api, http.MethodPost, w.path()+"/messages", nguyen, `{"text":"Hello?"}`), http.StatusConflict, "room_archived")
	w.ok(http.MethodGet, "/v1/me", w.world.token(w.api, "kim"), "")
}

// upload stores what is known of a file.
func (w *erasing) upload(room, user domain.ID) domain.Upload {
	w.Helper()
	upload := domain.Upload{
		Attachment: domain.Attachment{ID: w.ids.Next(w.clock()), Name: secret + ".stl", ContentType: "model/stl", Size: 1, SHA256: strings.Repeat("0", 64)},
		RoomID:     room, UserID: user, CreatedAt: w.clock(),
	}
	if err := w.store.CreateUpload(w.Context(), upload); err != nil {
		w.Fatal(err)
	}
	return upload
}

func TestAnErasedMessageIsForgotten(t *testing.T) {
	w := newErasing(t)
	upload, other := w.upload(w.room.ID, w.kim.ID), w.upload(w.room.ID, w.kim.ID)
	appended, err := w.store.AppendMessages(t.Context(), []domain.Draft{{
		RoomID: w.room.ID, UserID: w.kim.ID, UserName: "kim", Role: domain.RoleLab, Type: domain.MessageFile,
		Attachments: []domain.Attachment{upload.Attachment}, State: domain.EnrichmentOff,
	}})
	if err != nil || appended[0].Err != nil {
		t.Fatal(err, appended)
	}
	if erasure := w.erase(`"messageId":"` + string(appended[0].Message.ID) + `"`); erasure.Messages != 1 {
		t.Errorf("%d messages were erased, want 1", erasure.Messages)
	}
	if _, err := w.store.Upload(t.Context(), upload.ID); domain.KindOf(err) != domain.KindNotFound {
		t.Errorf("the upload of the message is there: %v", err)
	}
	if _, err := w.store.Upload(t.Context(), other.ID); err != nil {
		t.Errorf("another upload: %v", err)
	}
	if got := w.history(w.token)[4]; got.UserName != "kim" || len(got.Content.Attachments) != 0 || got.Content.Type != "file" {
		t.Errorf("got %+v", got)
	}
	if erasure := w.erase(`"messageId":"` + string(appended[0].Message.ID) + `"`); erasure.Messages != 0 {
		t.Errorf("%d messages were erased again", erasure.Messages)
	}
}

func TestAnErasedOperatorsNameIsGone(t *testing.T) {
	w := newErasing(t)
	other := w.user("marigold", domain.RoleOperator, "")
	token := w.world.token(w.api, "marigold")
	w.ok(http.MethodPut, "/v1/ops/glossary/crown", token, `{"translations":{"ko":"크라운"}}`)
	w.ok(http.MethodPatch, w.message(1)+"/enrichment", token, `{"emotion":{"sentiment":"neutral"}}`)
	w.ok(http.MethodPatch, w.path(), token, `{"assigneeId":"`+string(other.ID)+`"}`)
	if before := w.leaks("marigold", w.token); len(before) < 4 {
		t.Fatalf("the name is only in\n%s", strings.Join(before, "\n"))
	}
	w.erase(`"userId":"` + string(other.ID) + `"`)
	if leaks := w.leaks("marigold", w.token); leaks != nil {
		t.Errorf("the name is in\n%s", strings.Join(leaks, "\n"))
	}
	message, err := w.store.Message(t.Context(), w.room.ID, domain.ID(w.messages[1].ID), domain.Viewer{})
	if err != nil || len(message.Enrichment.Corrections) != 1 || message.Enrichment.Corrections[0].UserName != "" {
		t.Errorf("stored is %+v, %v", message.Enrichment.Corrections, err)
	}
}
