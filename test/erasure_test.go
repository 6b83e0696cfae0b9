package test

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"dentalk/handlers"
)

func TestAnErasedPersonIsFoundNowhere(t *testing.T) {
	w := newErasureWorld(t, startServer(t, t.TempDir()))
	w.wantFound(goneWords...)
	w.erasesPerson(w.server)
	w.wantForgotten(goneWords...)
	w.person.refused("GET", "/v1/me", nil, http.StatusUnauthorized, "session_ended")
	w.server.anonymous(t).refused("POST", "/v1/auth/login", handlers.LoginRequest{Username: goneName, Password: userPassword}, http.StatusUnauthorized, "invalid_credentials")
	again := w.server.member(t, w.operator, goneName, "lab", "ko") // the name is free
	again.refused("GET", "/v1/rooms/"+w.room, nil, http.StatusNotFound, "room_not_found")
}

// erasesPerson erases the person while streams are open at a server, and compares all that stays.
func (w *erasureWorld) erasesPerson(there *server) {
	w.Helper()
	before, unread := w.operator.history(w.room), w.unread()
	newest := before[len(before)-1].ID
	streams := []*subscriber{
		w.clinic.at(there).subscribe(w, "/v1/rooms/"+w.room+"/stream").ready(), w.operator.at(there).subscribe(w, "/v1/stream").ready(),
	}
	erasure := w.erase("userId", w.person.user.ID)
	if erasure.Messages != int64(len(w.said)) {
		w.Errorf("%d messages were erased, want %d", erasure.Messages, len(w.said))
	}
	streams = append(streams, w.clinic.at(there).subscribeFrom(w, "/v1/rooms/"+w.room+"/stream", newest), w.operator.at(there).subscribeFrom(w, "/v1/stream", newest))
	for _, stream := range streams {
		w.wantErased(stream, len(w.said))
	}
	after := w.operator.at(there).history(w.room)
	checkGapless(w.T, after)
	for i, message := range after {
		if message.UserID != w.person.user.ID {
			if diff := cmp.Diff(before[i], message); diff != "" {
				w.Errorf("another's message (-before +after):\n%s", diff)
			}
			continue
		}
		w.wantBlank(before[i], message)
	}
	if got := w.unread(); got != unread || unread == 0 {
		w.Errorf("%d messages are unread, before it were %d", got, unread)
	}
}

// wantErased waits until a stream has told each erasure.
func (w *erasureWorld) wantErased(stream *subscriber, count int) {
	w.Helper()
	eventually(w, "the erasures", func() bool { return stream.count("message.erased") >= count })
	var data json.RawMessage
	if err := stream.last("message.erased", &data); err != nil {
		w.Fatal(err)
	}
	var erased handlers.ErasedMessage
	if err := json.Unmarshal(data, &erased); err != nil || erased.RoomID != w.room || erased.Seq == 0 || erased.ErasedAt == "" {
		w.Errorf("got %s, %v", data, err)
	}
}

// wantBlank holds that nothing but its place is left of the message.
func (w *erasureWorld) wantBlank(before, after handlers.Message) {
	w.Helper()
	before.Content.Text, before.Content.Language = "", ""
	before.Content.Translations, before.Content.Terms, before.Content.Teeth = map[string]string{}, nil, nil
	before.Content.Attachments, before.Emotion, before.Complaint = nil, nil, nil
	before.Enrichment = handlers.Enrichment{State: "off", Providers: map[string]string{}}
	if diff := cmp.Diff(before, after, cmpopts.IgnoreFields(handlers.Message{}, "UpdatedAt", "ErasedAt", "UserName"), cmpopts.EquateEmpty()); diff != "" {
		w.Errorf("an erased message (-want +got):\n%s", diff)
	}
	if after.ErasedAt == nil || *after.ErasedAt > after.UpdatedAt {
		w.Errorf("message %d does not tell when it was erased", after.Seq)
	}
}

func (w *erasureWorld) unread() int64 {
	w.Helper()
	var room handlers.Room
	w.clinic.must("GET", "/v1/rooms/"+w.room, nil, http.StatusOK, &room)
	return room.UnreadCount
}

func TestAnErasedMessageIsFoundNowhere(t *testing.T) {
	w := newErasureWorld(t, startServer(t, t.TempDir()))
	before := w.operator.history(w.room)
	words := []string{goneFile, goneContent, w.file.SHA256}
	w.wantFound(words...)
	live := w.clinic.subscribe(t, "/v1/stream").ready()
	erased := w.said[1]
	if erasure := w.erase("messageId", erased.ID); erasure.Messages != 1 {
		t.Errorf("%d messages were erased, want 1", erasure.Messages)
	}
	w.wantErased(live, 1)
	w.wantForgotten(words...)
	after := w.operator.history(w.room)
	checkGapless(t, after)
	for i, message := range after {
		if message.ID == erased.ID {
			w.wantBlank(before[i], message)
		} else if diff := cmp.Diff(before[i], message); diff != "" {
			t.Errorf("another message (-before +after):\n%s", diff)
		}
	}
	if len(w.found(goneText)) == 0 {
		t.Error("the other message of the same text is gone too")
	}
	w.person.post(w.room, "I am still here.")
}

func TestAnErasedRoomIsFoundNowhere(t *testing.T) {
	w := newErasureWorld(t, startServer(t, t.TempDir()))
	const roomName, clinicsText = "Mr. Lee's vanishing-name", "When is the crown for 26 ready?"
	w.operator.must("PATCH", "/v1/rooms/"+w.room, map[string]string{"name": roomName}, http.StatusOK, nil)
	words := []string{goneText, goneFile, goneContent, goneAnswer, roomName, clinicsText}
	w.wantFound(words...)
	before, unread := w.operator.history(w.room), w.unread()
	live := w.clinic.subscribe(t, "/v1/rooms/"+w.room+"/stream").ready()
	if erasure := w.erase("roomId", w.room); erasure.Messages != int64(len(before)) {
		t.Errorf("%d messages were erased, want %d", erasure.Messages, len(before))
	}
	w.wantErased(live, len(before))
	w.wantForgotten(words...)
	after := w.operator.history(w.room)
	checkGapless(t, after)
	for i, message := range after {
		w.wantBlank(before[i], message)
	}
	if got := w.unread(); got != unread {
		t.Errorf("%d messages are unread, before it were %d", got, unread)
	}
	w.clinic.refused("POST", "/v1/rooms/"+w.room+"/messages", `{"text":"Hello?"}`, http.StatusConflict, "room_archived")
	w.person.must("GET", "/v1/me", nil, http.StatusOK, nil)
}
