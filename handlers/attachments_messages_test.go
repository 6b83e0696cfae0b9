package handlers_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dentalk/handlers"
)

// dot is a GIF of one pixel.
var dot = []byte("GIF89a\x01\x00\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x00;")

func (f *files) say(token, body string) *httptest.ResponseRecorder {
	f.Helper()
	return f.call(f.api, http.MethodPost, "/v1/rooms/"+string(f.room.ID)+"/messages", token, body)
}

func quoted(ids ...string) string { return `["` + strings.Join(ids, `","`) + `"]` }

func TestMessagesHoldTheirFilesInTheOrderThatWasAskedFor(t *testing.T) {
	f := newFiles(t)
	var sent []handlers.Attachment
	for i := range 10 {
		sent = append(sent, f.upload(f.clinic, fmt.Sprintf("%d.gif", i), dot))
	}
	sent[0], sent[9] = sent[9], sent[0]
	ids := make([]string, len(sent))
	for i, one := range sent {
		ids[i] = one.ID
	}
	for _, kind := range []string{"text", "image", "file"} {
		message := f.post(f.api, f.clinic, f.room, `{"type":"`+kind+`","text":"look","attachmentIds":`+quoted(ids...)+`}`)
		var read handlers.Message
		f.decode(f.call(f.api, http.MethodGet, "/v1/rooms/"+string(f.room.ID)+"/messages/"+message.ID, f.lab, ""), http.StatusOK, &read)
		if diff := cmp.Diff(sent, read.Content.Attachments); diff != "" {
			t.Errorf("%s (-want +got):\n%s", kind, diff)
		}
	}
}

func TestMessagesWithFilesThatAreRefused(t *testing.T) {
	f := newFiles(t)
	picture, model := f.upload(f.clinic, "a.gif", dot).ID, f.upload(f.clinic, "a.stl", crown(1)).ID
	labs := f.upload(f.lab, "b.gif", dot).ID
	other := f.world.room("other", f.user("other", "clinic", ""))
	many := make([]string, 11)
	for i := range many {
		many[i] = fmt.Sprintf("%024d", i)
	}
	for _, test := range []struct{ token, body, want string }{
		{f.clinic, `{"type":"image"}`, "attachmentIds"},
		{f.clinic, `{"type":"image","attachmentIds":` + quoted(picture, model) + `}`, "attachmentIds[1]"},
		{f.clinic, `{"type":"file","attachmentIds":` + quoted(labs, picture) + `}`, "attachmentIds[0]"},
		{f.clinic, `{"type":"file","attachmentIds":` + quoted(picture, "nonsense") + `}`, "attachmentIds[1]"},
		{f.clinic, `{"type":"file","attachmentIds":` + quoted(picture, string(other.ID)) + `}`, "attachmentIds[1]"},
		{f.clinic, `{"type":"file","attachmentIds":` + quoted(picture, picture) + `}`, "attachmentIds[1]"},
		{f.clinic, `{"type":"file","attachmentIds":` + quoted(many...) + `}`, "attachmentIds"},
		{f.clinic, `{"attachmentIds":` + quoted(picture) + `}`, "text"},
		{f.operator, `{"type":"system","text":"x","attachmentIds":` + quoted(picture) + `}`, "attachmentIds"},
	} {
		if diff := cmp.Diff([]string{test.want}, f.refused(f.say(test.token, test.body), http.StatusBadRequest, "validation_failed")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.body, diff)
		}
	}
	if status := f.statusOf(f.lab, picture); status != http.StatusNotFound {
		t.Errorf("a message that was refused has shared a file: %d", status)
	}
}

func TestAMessageWithFilesCanBeRepeated(t *testing.T) {
	f := newFiles(t)
	picture, model := f.upload(f.clinic, "a.gif", dot).ID, f.upload(f.clinic, "a.stl", crown(1)).ID
	body := `{"type":"file","clientMessageId":"k","attachmentIds":` + quoted(picture, model) + `}`
	first, again := f.post(f.api, f.clinic, f.room, body), f.say(f.clinic, body)
	var second handlers.Message
	f.decode(again, http.StatusCreated, &second)
	if diff := cmp.Diff(first, second); diff != "" || again.Header().Get("Idempotent-Replayed") != "true" {
		t.Errorf("repeated (-want +got):\n%s%v", diff, again.Header())
	}
	f.refused(f.say(f.clinic, `{"type":"file","clientMessageId":"k","attachmentIds":`+quoted(model, picture)+`}`), http.StatusUnprocessableEntity, "idempotency_key_reused")
	f.refused(f.say(f.clinic, `{"type":"file","clientMessageId":"k","attachmentIds":`+quoted(model)+`}`), http.StatusUnprocessableEntity, "idempotency_key_reused")
}
