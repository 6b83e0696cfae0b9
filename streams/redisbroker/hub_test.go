package redisbroker_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

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
	request := streams.Request{Viewer: domain.Viewer{UserID: "ann", Notes: true}, Operator: true, Room: room}
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

// Whatever the number of instances, Redis sends an event to those alone that need it: here to one
// of four. The numbers are Redis's own.
func TestRedisSendsAnEventToTheInstancesOfItsZoneAlone(t *testing.T) {
	const perInstance, each = 5, 40
	server := newServer(t)
	instances, memory := newInstances(t, 4, server.url())
	rooms, readers := map[domain.ID]int{}, map[domain.ID]*streamstest.Reader{}
	for n, one := range instances {
		for range perInstance {
			room := newRoom(t, memory)
			rooms[room], readers[room] = n, one.open(room)
		}
	}
	for channel, subscribers := range watchers(server) {
		if subscribers != 1 && strings.Contains(channel, "room:") {
			t.Errorf("%d instances watch %s", subscribers, channel)
		}
	}
	before, text := server.sent(), strings.Repeat("x", 3000)
	for k := range each {
		for room := range rooms {
			instances[k%len(instances)].post(room, text)
		}
	}
	for _, reader := range readers {
		wantSeqs(t, reader, each)
	}
	messages := float64(len(rooms) * each)
	eventually(t, "everything is published", func() bool { return sum(t, instances, "dentalk_broker_events_published_total") == messages })
	if receivers := sum(t, instances, "dentalk_broker_receivers_total"); receivers != messages {
		t.Errorf("Redis sent %v messages to %v receivers", messages, receivers)
	}
	if sent := float64(server.sent()-before) / messages; sent < 3000 || sent > 2*3000 {
		t.Errorf("Redis sent %.0f bytes for a message with a text of 3000", sent)
	}
	t.Logf("%v messages, %v receivers, %d bytes sent, %v deliveries", messages, sum(t, instances, "dentalk_broker_receivers_total"),
		server.sent()-before, sum(t, instances, "dentalk_stream_deliveries_total"))
}

// watchers gives how many instances watch each channel.
func watchers(s *redisServer) map[string]int64 {
	s.t.Helper()
	channels, err := s.client.PubSubChannels(s.t.Context(), "*").Result()
	if err != nil {
		s.t.Fatal(err)
	}
	numbers, err := s.client.PubSubNumSub(s.t.Context(), channels...).Result()
	if err != nil {
		s.t.Fatal(err)
	}
	return numbers
}

// sent gives the bytes that Redis has sent to all clients so far.
func (s *redisServer) sent() int {
	s.t.Helper()
	_, rest, _ := strings.Cut(s.do("INFO", "stats"), "total_net_output_bytes:")
	number, _, _ := strings.Cut(rest, "\r\n")
	sent, err := strconv.Atoi(number)
	if err != nil {
		s.t.Fatal(err)
	}
	return sent
}

func sum(t *testing.T, instances []*instance, metric string) (sum float64) {
	t.Helper()
	for _, one := range instances {
		sum += one.broker.metric(t, metric)
	}
	return sum
}

func TestEveryMetricIsDescribed(t *testing.T) {
	described, err := os.ReadFile("../../docs/metrics.md")
	if err != nil {
		t.Fatal(err)
	}
	instances, _ := newInstances(t, 1, newServer(t).url())
	families, err := instances[0].broker.registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, family := range families {
		if !strings.Contains(string(described), "`"+family.GetName()) {
			t.Errorf("docs/metrics.md does not tell of %s", family.GetName())
		}
	}
}

func TestStreamsMissNothingWhileRedisComesAndGoes(t *testing.T) {
	const each = 30
	server := newServer(t)
	instances, memory := newInstances(t, 2, server.url())
	room, others := newRoom(t, memory), newRoom(t, memory)
	reader, everything := instances[1].open(room), instances[1].open("")
	phase := func() {
		var group sync.WaitGroup
		for _, one := range instances {
			group.Go(func() {
				for range each {
					one.post(room, "x")
					one.post(others, "x")
				}
			})
		}
		group.Wait()
	}
	phase()
	server.kill()
	phase()
	wantSeqs(t, reader, 4*each) // while Redis is down
	server.start()
	phase()
	phase()
	got := make(map[domain.ID][]int64)
	for range 16 * each {
		event, err := everything.Until("message.created")
		if err != nil {
			t.Fatal(err)
		}
		var message domain.Message
		if err := event.Decode(&message); err != nil {
			t.Fatal(err)
		}
		got[message.RoomID] = append(got[message.RoomID], message.Seq)
	}
	var want []int64
	for seq := range int64(8 * each) {
		want = append(want, seq+1)
	}
	if diff := cmp.Diff(map[domain.ID][]int64{room: want, others: want}, got); diff != "" {
		t.Error(diff)
	}
}
