package streams_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"dentalk/domain"
	"dentalk/streams"
	"dentalk/streams/membroker"
	"dentalk/streams/streamstest"
)

// patience is how long a test waits for something that must happen.
const patience = 60 * time.Second

// world is one instance: a store in memory, a broker, a hub and a server over real sockets.
type world struct {
	t       testing.TB
	memory  *streamstest.Store
	store   *streams.Store
	broker  domain.Broker
	hub     *streams.Hub
	server  *httptest.Server
	encodes atomic.Int64
	pads    string      // put into each frame, to make it large
	small   atomic.Bool // the kernel holds little for connections that come now
}

func newWorld(t testing.TB, change ...func(*streams.Config)) *world {
	t.Helper()
	w := &world{t: t, memory: streamstest.NewStore()}
	config := streams.Config{Store: w.memory, Broker: membroker.New(), Encode: w.encode, Instance: "one", Heartbeat: time.Hour}
	for _, one := range change {
		one(&config)
	}
	w.broker = config.Broker
	w.store = streams.NewStore(w.memory, w.broker, slog.New(slog.DiscardHandler))
	hub, err := streams.NewHub(t.Context(), config)
	if err != nil {
		t.Fatalf("NewHub: %v", err)
	}
	w.hub = hub
	w.server = httptest.NewUnstartedServer(http.HandlerFunc(w.serve))
	w.server.Config.WriteTimeout = 300 * time.Millisecond // streams must outlive it
	w.server.Config.ConnState = func(conn net.Conn, state http.ConnState) {
		if tcp, ok := conn.(*net.TCPConn); ok && state == http.StateNew && w.small.Load() {
			_ = tcp.SetWriteBuffer(16 << 10)
		}
	}
	w.server.Start()
	t.Cleanup(w.close)
	return w
}

func severalWriters(c *streams.Config) { c.Store.(*streamstest.Store).SeveralWriters() }

func (w *world) close() {
	w.hub.Close()
	w.server.Close()
	if err := w.store.Close(); err != nil {
		w.t.Errorf("Close: %v", err)
	}
}

func (w *world) serve(rw http.ResponseWriter, r *http.Request) {
	request := requestOf(r.URL.Query())
	request.LastEventID = r.Header.Get("Last-Event-ID")
	if err := w.hub.Serve(r.Context(), rw, request); err != nil {
		http.Error(rw, err.Error(), http.StatusNotFound)
	}
}

// requestOf reads a request out of a query such as who makes.
func requestOf(query url.Values) streams.Request {
	request := streams.Request{
		Viewer:   domain.Viewer{UserID: domain.ID(query.Get("user")), Notes: query.Has("operator")},
		Operator: query.Has("operator"), AllRooms: query.Has("operator") || query.Has("service"),
		SessionID: domain.ID(query.Get("session")), Room: domain.ID(query.Get("room")),
	}
	if query.Has("only") {
		for _, id := range strings.Split(query.Get("only"), ",") {
			request.Only = append(request.Only, domain.ID(id))
		}
	}
	return request
}

// payload is the data of every event in these tests.
type payload struct {
	RoomID   domain.ID `json:"roomId"`
	ID       domain.ID `json:"id,omitempty"`
	Seq      int64     `json:"seq,omitempty"`
	Text     string    `json:"text,omitempty"`
	UserID   domain.ID `json:"userId,omitempty"`
	State    string    `json:"state,omitempty"`
	Operator bool      `json:"operator"`
	Pads     string    `json:"pads,omitempty"`
}

func (w *world) encode(event domain.Event, operator bool) ([]byte, error) {
	w.encodes.Add(1)
	data := payload{RoomID: event.RoomID, Operator: operator, Pads: w.pads}
	if m := event.Message; m != nil {
		data.ID, data.Seq, data.Text, data.State = m.ID, m.Seq, m.Text, string(m.Enrichment.State)
	}
	if p := event.Participant; p != nil {
		data.UserID = p.UserID
	}
	if p := event.Presence; p != nil && p.Connected {
		data.State = "connected"
	}
	if r := event.Receipt; r != nil {
		data.UserID, data.Seq = r.UserID, r.Seq
	}
	return json.Marshal(data)
}

func lab(id domain.ID) domain.Participant {
	return domain.Participant{UserID: id, Username: "lab-" + string(id), Role: domain.RoleLab, Language: "ko"}
}

func (w *world) room(users ...domain.ID) domain.ID {
	w.t.Helper()
	at := time.Now().UTC()
	room := domain.Room{ID: w.memory.NewID(), Status: domain.RoomOpen, CreatedAt: at, UpdatedAt: at}
	room.OrderID, room.Name = string(room.ID), string(room.ID)
	for _, user := range users {
		room.Participants = append(room.Participants, lab(user))
	}
	if _, _, err := w.store.CreateRoom(w.t.Context(), room); err != nil {
		w.t.Fatalf("CreateRoom: %v", err)
	}
	return room.ID
}

func draft(room domain.ID, text string) domain.Draft {
	return domain.Draft{RoomID: room, UserID: "writer", UserName: "writer", Role: domain.RoleClinic, Type: domain.MessageText, Text: text, Language: "en", State: domain.EnrichmentOff}
}

func (w *world) post(room domain.ID, texts ...string) []domain.Message {
	w.t.Helper()
	drafts := make([]domain.Draft, len(texts))
	for i, text := range texts {
		drafts[i] = draft(room, text)
	}
	return w.append(drafts...)
}

func (w *world) note(room domain.ID, text string) domain.Message {
	w.t.Helper()
	d := draft(room, text)
	d.Type = domain.MessageNote
	return w.append(d)[0]
}

func (w *world) append(drafts ...domain.Draft) []domain.Message {
	w.t.Helper()
	appended, err := w.store.AppendMessages(w.t.Context(), drafts)
	if err != nil {
		w.t.Fatalf("AppendMessages: %v", err)
	}
	messages := make([]domain.Message, len(appended))
	for i, one := range appended {
		if one.Err != nil {
			w.t.Fatalf("AppendMessages: %v", one.Err)
		}
		messages[i] = one.Message
	}
	// The answer comes before the publishing; a second append waits for it.
	if _, err := w.store.AppendMessages(w.t.Context(), nil); err != nil {
		w.t.Fatalf("AppendMessages: %v", err)
	}
	return messages
}

func (w *world) enrich(m domain.Message) {
	w.t.Helper()
	result := domain.EnrichmentResult{RoomID: m.RoomID, MessageID: m.ID, Enrichment: domain.Enrichment{State: domain.EnrichmentDone}}
	if _, err := w.store.SaveEnrichments(w.t.Context(), []domain.EnrichmentResult{result}); err != nil {
		w.t.Fatalf("SaveEnrichments: %v", err)
	}
}

// who is a stream's query, such as user=a&room=b.
func who(pairs ...string) url.Values {
	values := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		values.Set(pairs[i], pairs[i+1])
	}
	return values
}

func (w *world) open(query url.Values, last string) *streamstest.Reader {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	w.t.Cleanup(cancel)
	reader, err := streamstest.Open(ctx, w.server.Client(), w.server.URL+"/?"+query.Encode(), last)
	if err != nil {
		w.t.Fatalf("open stream: %v", err)
	}
	w.t.Cleanup(func() { reader.Close() })
	return reader
}

// opened opens a stream and reads up to its ready.
func (w *world) opened(query url.Values, last string) (*streamstest.Reader, streamstest.Event) {
	w.t.Helper()
	reader := w.open(query, last)
	ready := want(w.t, reader, "ready")
	// What comes between ready and the end of the replay may overtake what is in the queue.
	eventually(w.t, "the streams are live", func() bool { return w.hub.Waiting() >= w.hub.Connections() })
	return reader, ready
}

// want reads one event, which must have this name.
func want(t testing.TB, reader *streamstest.Reader, name string) streamstest.Event {
	t.Helper()
	event, err := reader.Next()
	if err != nil {
		t.Fatalf("waiting for %s: %v", name, err)
	}
	if event.Name != name {
		t.Fatalf("got %s %s, want %s", event.Name, event.Data, name)
	}
	return event
}

func decode(t testing.TB, event streamstest.Event) (data payload) {
	t.Helper()
	if err := event.Decode(&data); err != nil {
		t.Fatalf("decode %q: %v", event.Data, err)
	}
	return data
}

// wantText reads a message with this text.
func wantText(t testing.TB, reader *streamstest.Reader, text string) payload {
	t.Helper()
	data := decode(t, want(t, reader, "message.created"))
	if data.Text != text {
		t.Fatalf("got message %q, want %q", data.Text, text)
	}
	return data
}

// eventually waits for a condition.
func eventually(t testing.TB, what string, condition func() bool) {
	t.Helper()
	ticker := time.NewTicker(time.Millisecond)
	defer ticker.Stop()
	deadline := time.After(patience)
	for !condition() {
		select {
		case <-ticker.C:
		case <-deadline:
			t.Fatalf("never happened: %s", what)
		}
	}
}

func texts(from, to int) (texts []string) {
	for i := from; i <= to; i++ {
		texts = append(texts, fmt.Sprint(i))
	}
	return texts
}
