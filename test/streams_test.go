package test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dentalk/handlers"
)

// TestStreamBegins reads the first bytes of a stream as they are on the wire.
func TestStreamBegins(t *testing.T) {
	s := startServer(t, t.TempDir())
	operator := s.operator(t)
	room := operator.room("wire")
	message := operator.post(room.ID, "hello")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, "GET", s.url+"/v1/rooms/"+room.ID+"/stream", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+operator.token)
	request.Header.Set("Accept-Encoding", "gzip")
	response, err := (&http.Client{Transport: streamTransport}).Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	for name, want := range map[string]string{
		"Content-Type": "text/event-stream", "Cache-Control": "no-cache, no-transform", "X-Accel-Buffering": "no", "Content-Encoding": "",
	} {
		if got := response.Header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	var head bytes.Buffer
	buffer := make([]byte, 512)
	for !strings.Contains(head.String(), "event: ready\n") || !strings.HasSuffix(head.String(), "\n\n") {
		n, err := response.Body.Read(buffer)
		head.Write(buffer[:n])
		if err != nil {
			t.Fatal(err)
		}
	}
	comment, rest, _ := strings.Cut(head.String(), "retry: ")
	if !strings.HasPrefix(comment, ":") || len(comment) < 2048 {
		t.Errorf("the stream does not begin with 2 kB of comment, but %d bytes", len(comment))
	}
	if !strings.Contains(rest, "id: "+message.ID+"\nevent: ready\ndata: {") {
		t.Errorf("ready does not carry the newest position: %q", rest)
	}
}

// TestPollEqualsStream compares what a poller and a stream get of the same room.
func TestPollEqualsStream(t *testing.T) {
	s := startServer(t, t.TempDir())
	operator := s.operator(t)
	clinic, lab := s.member(t, operator, "clinic", "clinic", "en"), s.member(t, operator, "lab", "lab", "ko")
	room := operator.room("poll", clinic, lab)
	stream := lab.subscribe(t, "/v1/rooms/"+room.ID+"/stream").ready()
	var page handlers.EventPage
	lab.must("GET", "/v1/rooms/"+room.ID+"/events", nil, http.StatusOK, &page)
	if len(page.Items) != 0 || page.Last != strings.Repeat("0", 24) || page.Resync {
		t.Fatalf("the first poll: %+v", page)
	}
	polled := make(chan []handlers.StreamEvent, 1)
	go func() { polled <- poll(lab, room.ID, page.Last, "last one") }()
	for range 20 {
		clinic.post(room.ID, "hello")
	}
	clinic.must("PUT", "/v1/rooms/"+room.ID+"/read", `{"seq":20}`, http.StatusNoContent, nil)
	clinic.post(room.ID, "last one")
	items := <-polled
	eventually(t, "the stream", func() bool { return len(stream.received()) == 21 })
	var messages []handlers.Message
	enriched := map[string]bool{}
	for _, item := range items {
		switch item.Event {
		case "message.created":
			var message handlers.Message
			if err := json.Unmarshal(item.Data, &message); err != nil || message.ID != item.ID {
				t.Fatalf("%v: %s %s", err, item.ID, item.Data)
			}
			messages = append(messages, message)
		case "message.enriched":
			var e handlers.EnrichedMessage
			if err := json.Unmarshal(item.Data, &e); err != nil {
				t.Fatal(err)
			}
			enriched[e.MessageID] = true
		}
	}
	// A poller reads a message later than the stream was told of it, perhaps enriched already.
	streamed := texts(stream.received(), func(m delivery) string { return m.ID + m.Content.Text })
	if diff := cmp.Diff(streamed, texts(messages, func(m handlers.Message) string { return m.ID + m.Content.Text })); diff != "" {
		t.Errorf("the poller got other messages than the stream:\n%s", diff)
	}
	for _, message := range messages {
		if message.Enrichment.State == "pending" && !enriched[message.ID] {
			t.Errorf("the poller never learns of the enrichment of message %d", message.Seq)
		}
	}
	lab.must("GET", "/v1/rooms/"+room.ID+"/events?after=unknown", nil, http.StatusOK, &page)
	if !page.Resync || page.Last != messages[20].ID {
		t.Errorf("an unknown position: %+v", page)
	}
	lab.refused("GET", "/v1/rooms/"+room.ID+"/events?wait=31", nil, http.StatusBadRequest, "validation_failed")
}

func texts[T any](items []T, of func(T) string) []string {
	var all []string
	for _, item := range items {
		all = append(all, of(item))
	}
	return all
}

// poll follows a room by long polling until the message with the last text is enriched.
func poll(c *caller, room, after, last string) []handlers.StreamEvent {
	var items []handlers.StreamEvent
	lastID := ""
	for {
		var page handlers.EventPage
		r, err := c.call("GET", "/v1/rooms/"+room+"/events?wait=30&after="+after, nil)
		if err != nil {
			c.t.Error(err)
			return items
		}
		c.decode(r, http.StatusOK, &page)
		after = page.Last
		items = append(items, page.Items...)
		for _, item := range page.Items {
			if item.Event == "message.created" && strings.Contains(string(item.Data), last) {
				lastID = item.ID
			}
			if lastID != "" && (item.Event == "message.enriched" || !strings.Contains(string(item.Data), `"state":"pending"`)) && strings.Contains(string(item.Data), lastID) {
				return items
			}
		}
	}
}

func TestResync(t *testing.T) {
	s := startServer(t, t.TempDir())
	operator := s.operator(t)
	room := operator.room("resync")
	message := operator.post(room.ID, "hello")
	for _, path := range []string{"/v1/rooms/" + room.ID + "/stream", "/v1/stream"} {
		for _, position := range []string{"nonsense", "ffffffffffffffffffffffff"} {
			stream := operator.subscribeFrom(t, path, position).ready()
			if stream.first != "resync" {
				t.Errorf("%s after %s begins with %s", path, position, stream.first)
			}
			if stream.position != message.ID {
				t.Errorf("%s after %s goes on from %s", path, position, stream.position)
			}
		}
	}
}

// TestPositionOpensTheStream holds that nothing is missed between a page and a stream.
func TestPositionOpensTheStream(t *testing.T) {
	s := startServer(t, t.TempDir())
	operator := s.operator(t)
	clinic := s.member(t, operator, "clinic", "clinic", "en")
	room, other := operator.room("position", clinic), operator.room("elsewhere", clinic)
	operator.post(room.ID, "read in the page")
	var page handlers.MessagePage
	clinic.must("GET", "/v1/rooms/"+room.ID+"/messages", nil, http.StatusOK, &page)
	var list handlers.RoomPage
	clinic.must("GET", "/v1/rooms", nil, http.StatusOK, &list)
	operator.post(other.ID, "in between, elsewhere")
	operator.post(room.ID, "in between")
	inRoom := clinic.subscribeFrom(t, "/v1/rooms/"+room.ID+"/stream", page.Position)
	everywhere := clinic.subscribeFrom(t, "/v1/stream", list.Position)
	byRooms := clinic.subscribeFrom(t, "/v1/rooms/"+room.ID+"/stream", list.Position)
	eventually(t, "what was posted in between", func() bool {
		return len(inRoom.received()) == 1 && len(byRooms.received()) == 1 && len(everywhere.received()) == 2
	})
}

// TestForeignPositionsAreUnknown holds that positions tell nothing about what the viewer cannot see.
func TestForeignPositionsAreUnknown(t *testing.T) {
	s := startServer(t, t.TempDir())
	operator := s.operator(t)
	clinic := s.member(t, operator, "clinic", "clinic", "en")
	room, own, foreign := operator.room("mine", clinic), operator.room("mine too", clinic), operator.room("foreign")
	operator.post(room.ID, "hello")
	var note handlers.Message
	operator.must("POST", "/v1/rooms/"+room.ID+"/messages", `{"type":"note","text":"internal"}`, http.StatusCreated, &note)
	for position, want := range map[string]bool{
		note.ID: true, operator.post(foreign.ID, "elsewhere").ID: true, operator.post(own.ID, "mine").ID: false,
	} {
		var page handlers.EventPage
		clinic.must("GET", "/v1/events?after="+position, nil, http.StatusOK, &page)
		stream := clinic.subscribeFrom(t, "/v1/rooms/"+room.ID+"/stream", position).ready()
		if page.Resync != want || (stream.count("resync") == 1) != want {
			t.Errorf("after %s: poll resync %t, stream resync %d, want %t", position, page.Resync, stream.count("resync"), want)
		}
	}
}

// TestEventsAreAsDescribed causes every event and holds its data against the API's description.
func TestEventsAreAsDescribed(t *testing.T) {
	s := startServer(t, t.TempDir(), "DENTALK_HEARTBEAT=200ms")
	operator := s.operator(t)
	clinic, lab := s.member(t, operator, "clinic", "clinic", "en"), s.member(t, operator, "lab", "lab", "ko")
	outside := operator.room("there already", lab)
	streams := []*subscriber{clinic.subscribe(t, "/v1/stream").ready(), operator.subscribe(t, "/v1/stream").ready()}
	unknown := clinic.subscribeFrom(t, "/v1/stream", "unknown").ready()
	room := operator.room("events", clinic)
	path := "/v1/rooms/" + room.ID
	clinic.post(room.ID, "The zirconia crown is late.")
	operator.must("POST", path+"/participants", map[string]string{"userId": lab.user.ID}, http.StatusCreated, nil)
	lab.must("PUT", path+"/read", `{"seq":1}`, http.StatusNoContent, nil)
	lab.must("POST", path+"/typing", nil, http.StatusAccepted, nil)
	operator.must("PATCH", path, map[string]string{"name": "new", "assigneeId": operator.user.ID}, http.StatusOK, nil)
	operator.must("DELETE", path+"/participants/"+lab.user.ID, nil, http.StatusNoContent, nil)
	operator.must("GET", "/v1/rooms/"+outside.ID, nil, http.StatusOK, nil)
	for _, stream := range streams {
		for _, event := range []string{
			"ready", "room.created", "message.created", "message.enriched", "participant.joined", "receipt.read", "typing",
			"room.updated", "participant.left", "ping",
		} {
			checkEvent(t, stream, event)
		}
	}
	checkEvent(t, unknown, "resync")
	clinic.must("POST", "/v1/auth/logout", nil, http.StatusNoContent, nil)
	checkEvent(t, streams[0], "goodbye")
}

func checkEvent(t *testing.T, stream *subscriber, event string) {
	t.Helper()
	eventually(t, event, func() bool { return stream.count(event) > 0 })
	var data any
	if err := stream.last(event, &data); err != nil {
		t.Fatal(err)
	}
	if err := checkSchema("Events", event, data); err != nil {
		t.Errorf("%s is not as described: %v", event, err)
	}
}

// TestMembershipTakesEffectAtOnce adds and removes a participant while streams are open.
func TestMembershipTakesEffectAtOnce(t *testing.T) {
	s := startServer(t, t.TempDir())
	operator := s.operator(t)
	clinic, lab := s.member(t, operator, "clinic", "clinic", "en"), s.member(t, operator, "lab", "lab", "ko")
	everything := lab.subscribe(t, "/v1/stream").ready()
	room := operator.room("members", clinic)
	operator.post(room.ID, "before the lab came")
	operator.must("POST", "/v1/rooms/"+room.ID+"/participants", map[string]string{"userId": lab.user.ID}, http.StatusCreated, nil)
	operator.must("POST", "/v1/rooms/"+room.ID+"/participants", map[string]string{"userId": lab.user.ID}, http.StatusOK, nil)
	operator.post(room.ID, "welcome")
	eventually(t, "the message after joining", func() bool {
		got := everything.received()
		return len(got) > 0 && got[len(got)-1].Content.Text == "welcome" && everything.count("participant.joined") == 1
	})
	inRoom := lab.subscribe(t, "/v1/rooms/"+room.ID+"/stream").ready()
	typing := clinic.subscribe(t, "/v1/rooms/"+room.ID+"/stream").ready()
	lab.must("POST", "/v1/rooms/"+room.ID+"/typing", nil, http.StatusAccepted, nil)
	eventually(t, "typing at the other", func() bool { return typing.count("typing") == 1 })
	operator.must("DELETE", "/v1/rooms/"+room.ID+"/participants/"+lab.user.ID, nil, http.StatusNoContent, nil)
	operator.post(room.ID, "not for the lab any more")
	operator.refused("DELETE", "/v1/rooms/"+room.ID+"/participants/"+lab.user.ID, nil, http.StatusNotFound, "participant_not_found")
	lab.refused("GET", "/v1/rooms/"+room.ID, nil, http.StatusNotFound, "room_not_found")
	second := operator.room("members-2", lab)
	operator.post(second.ID, "for the lab")
	eventually(t, "the stream of everything goes on", func() bool {
		got := everything.received()
		return got[len(got)-1].Content.Text == "for the lab"
	})
	for _, stream := range []*subscriber{everything, inRoom} {
		for _, message := range stream.received() {
			if message.Content.Text == "not for the lab any more" {
				t.Error("a removed participant got a message")
			}
		}
	}
	if inRoom.count("typing") != 0 {
		t.Error("the typist's own stream got typing")
	}
}

// TestTail follows a room in the terminal, over a restart of the server.
func TestTail(t *testing.T) {
	dir := t.TempDir()
	first := startServer(t, dir)
	operator := first.operator(t)
	room := operator.room("tail")
	var out, notes lockedBuffer
	tail := exec.CommandContext(t.Context(), binary, "tail", "--server", first.url, "--room", room.ID, "--username", "operator", "--password", operatorPassword,
		"--since", strings.Repeat("0", 24))
	tail.Env = []string{}
	tail.Stdout, tail.Stderr = &out, &notes
	if err := tail.Start(); err != nil {
		t.Fatal(err)
	}
	operator.post(room.ID, "first")
	eventually(t, "the first message", func() bool { return strings.Contains(out.String(), ": first\n") })
	first.kill(t)
	second := startServerAt(t, first.addr, dir)
	second.operator(t).post(room.ID, "second")
	eventually(t, "the second message", func() bool { return strings.Contains(out.String(), ": second\n") })
	if err := tail.Process.Signal(exitSignal); err != nil {
		t.Fatal(err)
	}
	if err := tail.Wait(); err != nil {
		t.Errorf("tail ended with %v: %s", err, notes.String())
	}
	if strings.Count(out.String(), ": first\n") != 1 || strings.Count(out.String(), ": second\n") != 1 {
		t.Errorf("got:\n%s", out.String())
	}
	lost := exec.CommandContext(t.Context(), binary, "tail", "--server", second.url, "--room", strings.Repeat("a", 24), "--token", operator.token)
	lost.Env = []string{}
	if output, err := lost.CombinedOutput(); err == nil || !strings.Contains(string(output), "room_not_found") {
		t.Errorf("a room that does not exist: %v: %s", err, output)
	}
}

// TestDemo plays the conversations against a running server.
func TestDemo(t *testing.T) {
	s := startServer(t, t.TempDir())
	demo := exec.CommandContext(t.Context(), binary, "demo", "--server", s.url, "--password", operatorPassword, "--order", "ORD-24117")
	demo.Env = []string{}
	output, err := demo.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	for _, want := range []string{"36/36", "지르코니아", "COMPLAINT"} {
		if !strings.Contains(string(output), want) {
			t.Errorf("the demo does not show %s:\n%s", want, output)
		}
	}
}

// TestTailGivesUp ends when coming back cannot help.
func TestTailGivesUp(t *testing.T) {
	s := startServer(t, t.TempDir())
	room := s.operator(t).room("tail")
	for _, credentials := range [][]string{{"--username", "operator", "--password", "a wrong guess"}, {"--token", "forged"}} {
		tail := exec.CommandContext(t.Context(), binary, append([]string{"tail", "--server", s.url, "--room", room.ID}, credentials...)...)
		tail.Env = []string{}
		if output, err := tail.CombinedOutput(); err == nil || !strings.Contains(string(output), "does not let us follow") {
			t.Errorf("%v: %v: %s", credentials, err, output)
		}
	}
}
