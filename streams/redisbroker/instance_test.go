package redisbroker_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"dentalk/domain"
	"dentalk/streams"
	"dentalk/streams/streamstest"
)

// instance is a hub and a publishing store with a broker of their own, on a store that several
// instances share.
type instance struct {
	t      *testing.T
	broker broker
	store  *streams.Store
	hub    *streams.Hub
	server *httptest.Server
}

func newInstances(t *testing.T, n int, url string) (instances []*instance, memory *streamstest.Store) {
	t.Helper()
	memory = streamstest.NewStore()
	prefix := fmt.Sprintf("test-%d:", brokers.Add(1))
	for range n {
		instances = append(instances, newInstance(t, memory, newBrokerAt(t, url, prefix)))
	}
	return instances, memory
}

func newInstance(t *testing.T, memory *streamstest.Store, broker broker) *instance {
	t.Helper()
	i := &instance{t: t, broker: broker, store: streams.NewStore(memory, broker, slog.New(slog.DiscardHandler))}
	encode := func(event domain.Event, _ bool) ([]byte, error) { return json.Marshal(event.Message) }
	hub, err := streams.NewHub(t.Context(), streams.Config{Store: memory, Broker: broker, Encode: encode, Heartbeat: time.Hour, Metrics: broker.registry})
	if err != nil {
		t.Fatal(err)
	}
	i.hub = hub
	i.server = httptest.NewServer(http.HandlerFunc(i.serve))
	t.Cleanup(func() {
		hub.Close()
		i.server.Close()
		if err := i.store.Close(); err != nil {
			t.Error(err)
		}
	})
	return i
}

func (i *instance) serve(w http.ResponseWriter, r *http.Request) {
	room := domain.ID(r.URL.Query().Get("room"))
	request := streams.Request{Viewer: domain.Viewer{UserID: "ann", Notes: true}, Operator: true, AllRooms: true, Room: room}
	if err := i.hub.Serve(r.Context(), w, request); err != nil {
		http.Error(w, err.Error(), http.StatusNotFound)
	}
}

func newRoom(t *testing.T, memory *streamstest.Store) domain.ID {
	t.Helper()
	id := memory.NewID()
	if _, _, err := memory.CreateRoom(t.Context(), domain.Room{ID: id, OrderID: string(id), Status: domain.RoomOpen}); err != nil {
		t.Fatal(err)
	}
	return id
}

// open opens a stream, of one room or, with an empty room, of all.
func (i *instance) open(room domain.ID) *streamstest.Reader {
	i.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	i.t.Cleanup(cancel)
	reader, err := streamstest.Open(ctx, i.server.Client(), i.server.URL+"/?room="+string(room), "")
	if err != nil {
		i.t.Fatal(err)
	}
	i.t.Cleanup(func() { reader.Close() })
	if _, err := reader.Until("ready"); err != nil {
		i.t.Fatal(err)
	}
	return reader
}

func (i *instance) post(room domain.ID, text string) {
	i.t.Helper()
	appended, err := i.store.AppendMessages(i.t.Context(), []domain.Draft{{
		RoomID: room, UserID: "bob", Role: domain.RoleLab, Type: domain.MessageText, Text: text, State: domain.EnrichmentOff,
	}})
	if err != nil || appended[0].Err != nil {
		i.t.Fatal(err, appended)
	}
}

// wantSeqs reads n messages of one room, which must be all of them in order.
func wantSeqs(t *testing.T, reader *streamstest.Reader, n int) {
	t.Helper()
	for want := int64(1); want <= int64(n); want++ {
		event, err := reader.Until("message.created")
		if err != nil {
			t.Fatalf("waiting for message %d: %v", want, err)
		}
		var message domain.Message
		if err := event.Decode(&message); err != nil || message.Seq != want {
			t.Fatalf("got message %d, want %d (%v)", message.Seq, want, err)
		}
	}
}
