package redisbroker_test

import (
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dentalk/domain"
	"dentalk/streams/streamstest"
)

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
