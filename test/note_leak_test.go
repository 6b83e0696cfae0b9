package test

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"dentalk/docs"
	"dentalk/domain"
	"dentalk/handlers"
)

const (
	noteText = "this dentist pays late, between us"
	noteFile = "internal-assessment.stl"
)

// noteWorld is a room with messages before and after notes, one of which has a file.
type noteWorld struct {
	*testing.T
	server   *server
	operator *caller
	clinic   *caller
	room     string
	first    handlers.Message
	notes    []handlers.Message
	file     handlers.Attachment
	readers  map[string]*caller // who must not see notes
}

func newNoteWorld(t *testing.T) *noteWorld {
	t.Helper()
	s := startServer(t, t.TempDir())
	w := &noteWorld{T: t, server: s, operator: s.operator(t)}
	w.clinic = s.member(t, w.operator, "clinic", "clinic", "en")
	lab := s.member(t, w.operator, "lab", "lab", "ko")
	w.room = w.operator.room("notes", w.clinic, lab, w.operator).ID
	w.first = w.clinic.post(w.room, "before")
	w.operator.decode(upload(t, w.operator, w.room, noteFile, smallSTL(), http.StatusCreated), http.StatusCreated, &w.file)
	w.note(map[string]any{"type": "note", "text": noteText, "clientMessageId": "note-key"})
	w.note(map[string]any{"type": "note", "text": noteText, "attachmentIds": []string{w.file.ID}})
	w.note(map[string]any{"type": "note", "text": noteText, "replyTo": w.first.ID})
	var key handlers.APIKeyWithSecret
	w.operator.must("POST", "/v1/api-keys", map[string]any{"name": "reader", "scopes": domain.Scopes()}, http.StatusCreated, &key)
	w.readers = map[string]*caller{"clinic": w.clinic, "lab": lab, "API key": {t: t, url: s.url, token: key.Secret, http: w.clinic.http}}
	return w
}

func (w *noteWorld) note(request map[string]any) {
	w.Helper()
	var note handlers.Message
	w.operator.must("POST", "/v1/rooms/"+w.room+"/messages", request, http.StatusCreated, &note)
	w.notes = append(w.notes, note)
}

// check looks for anything of a note.
func (w *noteWorld) check(who, where, answer string) {
	w.Helper()
	forbidden := []string{noteText, noteFile, w.file.SHA256, `"note"`}
	for _, note := range w.notes {
		forbidden = append(forbidden, note.ID)
	}
	for _, word := range forbidden {
		if strings.Contains(answer, word) {
			w.Errorf("%s finds %q in %s: %.500s", who, word, where, answer)
		}
	}
}

// TestNotesLeaveByNoExit holds every route that reads, as the description lists them, so that a new
// one is held too: nothing of a note reaches clinics, labs and services.
func TestNotesLeaveByNoExit(t *testing.T) {
	w := newNoteWorld(t)
	description, err := openapi3.NewLoader().LoadFromData(docs.OpenAPIYAML)
	if err != nil {
		t.Fatal(err)
	}
	for who, reader := range w.readers {
		for _, note := range w.notes {
			w.asks(who, reader, "GET", "/v1/rooms/"+w.room+"/messages/"+note.ID, nil, 404)
			w.asks(who, reader, "GET", fmt.Sprintf("/v1/rooms/%s/messages?around=%d", w.room, note.Seq), nil, 200)
			w.asks(who, reader, "GET", fmt.Sprintf("/v1/rooms/%s/messages?after=%d", w.room, note.Seq-1), nil, 200)
			w.asks(who, reader, "GET", fmt.Sprintf("/v1/rooms/%s/messages?before=%d", w.room, note.Seq+1), nil, 200)
			w.asks(who, reader, "POST", "/v1/rooms/"+w.room+"/messages", map[string]any{"text": "answer", "replyTo": note.ID}, 400)
			w.asks(who, reader, "GET", "/v1/rooms/"+w.room+"/events?after="+note.ID, nil, 200)
		}
		if who != "API key" {
			w.asks(who, reader, "PUT", "/v1/rooms/"+w.room+"/read", map[string]any{"seq": w.notes[1].Seq}, 204)
		}
		w.asks(who, reader, "GET", "/v1/attachments/"+w.file.ID, nil, 404)
		w.asks(who, reader, "POST", "/v1/rooms/"+w.room+"/messages", map[string]any{"type": "file", "attachmentIds": []string{w.file.ID}}, 400)
		w.asks(who, reader, "POST", "/v1/rooms/"+w.room+"/messages", map[string]any{"text": "mine", "clientMessageId": "note-key"}, 201)
		for _, one := range operationsOf(description) {
			if one.method == http.MethodGet && !strings.HasSuffix(one.path, "/stream") {
				w.reads(who, reader, one.path)
			}
		}
	}
	w.counts()
}

// asks calls and looks at the whole answer.
func (w *noteWorld) asks(who string, reader *caller, method, path string, body any, status int) {
	w.Helper()
	r := reader.must(method, path, body, status, nil)
	if path := strings.Split(path, "?")[0]; strings.HasSuffix(path, "/events") {
		return // the position that was sent comes back
	}
	w.check(who, method+" "+path, fmt.Sprint(r.header)+string(r.body))
}

// reads a route with what exists in the place of each parameter.
func (w *noteWorld) reads(who string, reader *caller, path string) {
	w.Helper()
	path = strings.NewReplacer("{roomId}", w.room, "{messageId}", w.notes[0].ID, "{attachmentId}", w.file.ID,
		"{userId}", w.clinic.user.ID, "{term}", "crown").Replace(path)
	if strings.Contains(path, "{") {
		path = path[:strings.Index(path, "{")] + w.first.ID
	}
	r, err := reader.call("GET", path, nil)
	if err != nil {
		w.Error(err)
		return
	}
	answer := string(r.body)
	if strings.HasPrefix(path, "/v1/ops/audit") {
		answer = strings.ReplaceAll(answer, w.file.ID, "")
	}
	if strings.HasPrefix(path, "/openapi") {
		return // the description knows the word note
	}
	w.check(who, "GET "+path, answer)
}

// counts holds that notes are no unread messages, no last message and no newest seq.
func (w *noteWorld) counts() {
	w.Helper()
	last := w.clinic.post(w.room, "the last but for a note")
	w.note(map[string]any{"type": "note", "text": noteText})
	for who, reader := range w.readers {
		var room handlers.Room
		reader.must("GET", "/v1/rooms/"+w.room, nil, http.StatusOK, &room)
		if room.LastMessage == nil || room.LastMessage.Seq != last.Seq || room.LastSeq != last.Seq {
			w.Errorf("%s sees lastSeq %d and last message %+v, want %d", who, room.LastSeq, room.LastMessage, last.Seq)
		}
	}
}

// TestNotesLeaveByNoStream reads both streams and the polls, live and resumed, until a message that
// comes after a note.
func TestNotesLeaveByNoStream(t *testing.T) {
	w := newNoteWorld(t)
	for who, reader := range w.readers {
		for _, path := range []string{"/v1/stream", "/v1/rooms/" + w.room + "/stream"} {
			for _, position := range []string{"", string(domain.ZeroID), w.first.ID} {
				w.check(who, path+" from "+position, w.readStream(reader, path, position))
			}
		}
		for _, path := range []string{"/v1/events", "/v1/rooms/" + w.room + "/events"} {
			page := reader.must("GET", path+"?after="+w.first.ID, nil, http.StatusOK, nil)
			w.check(who, path, string(page.body))
		}
	}
}

// readStream reads until a message arrives that is posted, after a note, when the stream has begun.
func (w *noteWorld) readStream(reader *caller, path, position string) string {
	w.Helper()
	ctx, cancel := context.WithTimeout(w.Context(), time.Minute)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, "GET", w.server.url+path+"?lastEventId="+position, nil)
	if err != nil {
		w.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+reader.token)
	response, err := streamTransport.RoundTrip(request)
	if err != nil {
		w.Fatal(err)
	}
	defer response.Body.Close()
	var received strings.Builder
	marker := ""
	lines := bufio.NewScanner(response.Body)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		received.WriteString(lines.Text() + "\n")
		if marker == "" && lines.Text() == "event: ready" {
			w.note(map[string]any{"type": "note", "text": noteText})
			marker = w.clinic.post(w.room, "the end").ID
		}
		if marker != "" && strings.Contains(lines.Text(), marker) && strings.HasPrefix(lines.Text(), "data:") {
			return received.String()
		}
	}
	w.Fatalf("%s ended: %v\n%s", path, lines.Err(), received.String())
	return ""
}
