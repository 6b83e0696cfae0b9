package streams_test

import (
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dentalk/domain"
	"dentalk/streams"
)

func TestStreamBeginsWithPaddingRetryAndReady(t *testing.T) {
	w := newWorld(t)
	room := w.room("ann", "bob")
	w.post(room, "1", "2")
	if _, _, err := w.store.MarkRead(t.Context(), room, "ann", 1, w.memoryTime()); err != nil {
		t.Fatal(err)
	}
	reader, event := w.opened(who("room", string(room), "user", "ann"), "")
	header := reader.Response.Header
	for name, value := range map[string]string{
		"Content-Type": "text/event-stream", "Cache-Control": "no-cache, no-transform", "X-Accel-Buffering": "no",
	} {
		if header.Get(name) != value {
			t.Errorf("%s is %q, want %q", name, header.Get(name), value)
		}
	}
	if reader.Comments < 2000 {
		t.Errorf("%d bytes of comment, want 2 kB", reader.Comments)
	}
	if retry, err := strconv.Atoi(reader.Retry); err != nil || retry < 2000 || retry > 5000 {
		t.Errorf("retry is %q, want 2000..5000", reader.Retry)
	}
	var ready map[string]any
	if err := event.Decode(&ready); err != nil {
		t.Fatal(err)
	}
	if ready["connection"] == "" {
		t.Error("ready has no connection")
	}
	delete(ready, "connection")
	want := map[string]any{
		"instance": "one", "resumed": false,
		"rooms": []any{map[string]any{
			"roomId": string(room), "lastSeq": 2.0, "unreadCount": 1.0,
			"receipts": []any{
				map[string]any{"userId": "ann", "username": "lab-ann", "seq": 1.0, "readAt": "2026-01-02T03:04:05.006Z"},
				map[string]any{"userId": "bob", "username": "lab-bob", "seq": 0.0, "readAt": nil},
			},
		}},
	}
	if diff := cmp.Diff(want, ready); diff != "" {
		t.Error(diff)
	}
}

func TestReadyCarriesThePosition(t *testing.T) {
	w := newWorld(t)
	room, other := w.room("ann"), w.room("bob")
	everything := who("user", "ann")
	if _, ready := w.opened(everything, ""); ready.ID != string(domain.ZeroID) {
		t.Errorf("with nothing there, ready's id is %q, want zeros", ready.ID)
	}
	first := w.post(room, "1")[0]
	w.post(other, "not ann's")
	newest := w.post(room, "2")[0]
	w.note(room, "not for ann")
	for name, query := range map[string][2]string{"room": {"room", string(room)}, "everything": {"user", "ann"}} {
		t.Run(name, func(t *testing.T) {
			values := who("user", "ann", query[0], query[1])
			if _, ready := w.opened(values, ""); ready.ID != string(newest.ID) {
				t.Errorf("first connect: ready's id is %q, want the newest %q", ready.ID, newest.ID)
			}
			reader, ready := w.opened(values, string(first.ID))
			if ready.ID != string(first.ID) || !strings.Contains(ready.Data, `"resumed":true`) {
				t.Errorf("resume: ready is %+v, want the client's own id", ready)
			}
			wantText(t, reader, "2")
		})
	}
}

func TestOnlyMessagesAndReadyHaveAnID(t *testing.T) {
	w := newWorld(t)
	room := w.room("ann", "bob")
	reader, _ := w.opened(who("room", string(room), "user", "ann"), "")
	message := w.post(room, "1")[0]
	if event := want(t, reader, "message.created"); event.ID != string(message.ID) {
		t.Errorf("message.created has id %q, want %q", event.ID, message.ID)
	}
	w.enrich(message)
	if _, _, err := w.store.MarkRead(t.Context(), room, "bob", 1, w.memoryTime()); err != nil {
		t.Fatal(err)
	}
	name := "new"
	if _, err := w.store.UpdateRoom(t.Context(), room, domain.RoomChange{Name: &name}, w.memoryTime()); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"message.enriched", "receipt.read", "room.updated"} {
		if event := want(t, reader, name); event.ID != "" {
			t.Errorf("%s has id %q, want none", name, event.ID)
		}
	}
}

func TestTypingIsNotShownToTheTypist(t *testing.T) {
	w := newWorld(t)
	room := w.room("ann", "bob")
	ann, _ := w.opened(who("room", string(room), "user", "ann"), "")
	bob, _ := w.opened(who("room", string(room), "user", "bob"), "")
	typist := lab("ann")
	if err := w.broker.Publish(t.Context(), domain.Event{Name: domain.EventTyping, RoomID: room, Participant: &typist}); err != nil {
		t.Fatal(err)
	}
	w.post(room, "1")
	wantText(t, ann, "1")
	want(t, bob, "typing")
}

func TestFramesAreMadeOnceAndAreTheSameForEverybody(t *testing.T) {
	const subscribers = 1000
	w := newWorld(t)
	room := w.room("ann")
	var writers []*recorder
	stop := w.subscribe(t, subscribers, func(i int) streams.Request {
		return streams.Request{Viewer: domain.Viewer{UserID: "ann"}, Room: room}
	}, &writers)
	defer stop()
	before := w.encodes.Load()
	for i := 1; i <= 10; i++ {
		w.post(room, strconv.Itoa(i))
	}
	for _, one := range writers {
		eventually(t, "a subscriber has all frames", func() bool { return one.count("event: message.created") == 10 })
	}
	if made := w.encodes.Load() - before; made != 10 {
		t.Errorf("10 events were encoded %d times", made)
	}
	frames := writers[0].after("event: ready")
	for _, one := range writers {
		if one.after("event: ready") != frames {
			t.Fatal("two subscribers got different bytes")
		}
	}
}

func TestAViewerWhoTakesNoPartIsAnswered404(t *testing.T) {
	w := newWorld(t)
	room := w.room("ann")
	reader := w.open(who("room", string(room), "user", "eve"), "")
	if reader.Response.StatusCode != http.StatusNotFound {
		t.Errorf("status %d, want 404", reader.Response.StatusCode)
	}
}

func TestStreamOutlivesTheServersWriteTimeout(t *testing.T) {
	w := newWorld(t, func(c *streams.Config) { c.Heartbeat = w300 })
	reader, _ := w.opened(who("operator", ""), "")
	for range 3 {
		if event := want(t, reader, "ping"); !strings.Contains(event.Data, `"lastEventId":"`+string(domain.ZeroID)) {
			t.Errorf("ping is %s", event.Data)
		}
	}
}

func TestOnConnectTheStreamEndsWithTheHub(t *testing.T) {
	w := newWorld(t)
	reader, _ := w.opened(who("operator", ""), "")
	w.hub.Close()
	want(t, reader, "goodbye")
	if _, err := reader.Next(); err != io.EOF {
		t.Errorf("after goodbye: %v, want the end", err)
	}
}
