package redisbroker_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dentalk/domain"
	"dentalk/streams/redisbroker"
	"dentalk/streams/streamstest"
)

// pair publishes at one instance and subscribes at another.
type pair struct {
	domain.Broker
	publisher domain.Broker
}

func (p pair) Publish(ctx context.Context, events ...domain.Event) error {
	return p.publisher.Publish(ctx, events...)
}

func TestBrokerBetweenInstances(t *testing.T) {
	server := newServer(t)
	streamstest.RunBroker(t, func() domain.Broker {
		one, other := newPair(t, server.url())
		return pair{one, other}
	})
}

// On a cluster the order holds within a topic.
func TestInstancesHearEachOtherOnCluster(t *testing.T) {
	const rooms, each = 40, 50
	url, nodes := newCluster(t)
	one, other := newPair(t, url)
	e := subscribe(t, other)
	want := make(map[domain.ID][]int64)
	for seq := int64(1); seq <= each; seq++ {
		for n := range rooms {
			room := domain.ID(fmt.Sprint(n))
			want[room] = append(want[room], seq)
			e.watch(domain.RoomTopic(room))
		}
	}
	for seq := int64(1); seq <= each; seq++ {
		for n := range rooms {
			if err := one.Publish(t.Context(), created(domain.ID(fmt.Sprint(n)), seq)); err != nil {
				t.Fatal(err)
			}
		}
	}
	eventually(t, "every event arrives", func() bool { return len(e.events()) == rooms*each })
	got := make(map[domain.ID][]int64)
	for _, event := range e.events() {
		got[event.RoomID] = append(got[event.RoomID], event.Message.Seq)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if n := one.metric(t, "dentalk_broker_receivers_total"); n != rooms*each {
		t.Errorf("%v receivers, want one for each of %d events", n, rooms*each)
	}
	for _, node := range nodes {
		if statistics := node.do("INFO", "commandstats"); strings.Contains(statistics, "cmdstat_publish:") || !strings.Contains(statistics, "cmdstat_spublish:") {
			t.Errorf("events were not published to one shard alone: %s", statistics)
		}
	}
}

func TestEventOfTwoTopicsArrivesOnceFromOneClusterNodeOrTwo(t *testing.T) {
	url, _ := newCluster(t)
	one, other := newPair(t, url)
	e := listen(t, other, domain.TopicEveryRoom, domain.TopicSessions)
	for n := range 2 * redisbroker.Partitions {
		room := domain.ID(fmt.Sprint(n))
		e.watch(domain.RoomTopic(room))
		if err := one.Publish(t.Context(), created(room, 1)); err != nil {
			t.Fatal(err)
		}
	}
	// Both copies of each event have been answered for once Redis took it; a second message to each
	// room follows the first on both ways.
	for n := range 2 * redisbroker.Partitions {
		if err := one.Publish(t.Context(), created(domain.ID(fmt.Sprint(n)), 2)); err != nil {
			t.Fatal(err)
		}
	}
	eventually(t, "every copy has come", func() bool { return one.metric(t, "dentalk_broker_receivers_total") == 8*redisbroker.Partitions })
	eventually(t, "every event arrives", func() bool { return len(e.events()) >= 4*redisbroker.Partitions })
	e.waitFor(one, "last")
	if n := len(e.events()); n != 4*redisbroker.Partitions+1 {
		t.Errorf("%d events arrived, want %d", n, 4*redisbroker.Partitions+1)
	}
}

func TestOwnEventsAreImmediateAlsoWithoutRedis(t *testing.T) {
	server := newServer(t)
	one := newBroker(t, server.url())
	e := listen(t, one, domain.TopicSessions)
	server.kill()
	eventually(t, "the subscription knows", func() bool { return !e.Healthy() })
	if err := one.Publish(t.Context(), ended("s")); err != nil {
		t.Fatal(err)
	}
	if !e.has("s") {
		t.Error("the event is not there when Publish returns")
	}
	eventually(t, "the event is given up for the others", func() bool {
		return one.metric(t, "dentalk_broker_events_dropped_total{unreachable}") == 1
	})
}

func TestOwnEventsAreDeliveredOnce(t *testing.T) {
	one, other := newPair(t, newServer(t).url())
	e := listen(t, one, domain.TopicSessions)
	if err := one.Publish(t.Context(), ended("s")); err != nil {
		t.Fatal(err)
	}
	eventually(t, "Redis has sent it back", func() bool { return one.metric(t, "dentalk_broker_receivers_total") == 1 })
	e.waitFor(other, "last")
	if events := e.events(); len(events) != 2 {
		t.Errorf("%d events were delivered, want 2", len(events))
	}
}

func TestPublishTellsWhatFindsNoRoom(t *testing.T) {
	one := newBroker(t, newServer(t).url())
	events := make([]domain.Event, redisbroker.QueueEvents+5)
	for i := range events {
		events[i] = ended("s")
	}
	if err := one.Publish(t.Context(), events...); err == nil {
		t.Error("Publish told nothing")
	}
	if n := one.metric(t, "dentalk_broker_events_dropped_total{queue_full}"); n != 5 {
		t.Errorf("%v events were dropped, want 5", n)
	}
	eventually(t, "the others are published", func() bool {
		return one.metric(t, "dentalk_broker_events_published_total") == redisbroker.QueueEvents
	})
}

func TestWhatIsQueuedIsSentAtClose(t *testing.T) {
	server := newServer(t)
	one, other := newPair(t, server.url())
	e := listen(t, other, domain.TopicSessions)
	for range 1000 {
		if err := one.Publish(t.Context(), ended("s")); err != nil {
			t.Fatal(err)
		}
	}
	one.Close()
	if err := one.Publish(t.Context(), ended("s")); err == nil {
		t.Error("a closed broker takes events")
	}
	eventually(t, "everything arrives", func() bool { return len(e.events()) == 1000 })
}

func TestGarbageIsCounted(t *testing.T) {
	server := newServer(t)
	one, other := newPair(t, server.url())
	e := listen(t, other, domain.TopicSessions)
	channel := server.client.PubSubChannels(t.Context(), "*:sessions").Val()[0]
	server.do("PUBLISH", channel, "nonsense")
	server.do("PUBLISH", channel, `{"v":99}`)
	e.waitFor(one, "after")
	for _, reason := range []string{"malformed", "version"} {
		if n := other.metric(t, "dentalk_broker_events_dropped_total{"+reason+"}"); n != 1 {
			t.Errorf("%v were %s, want 1", n, reason)
		}
	}
	if n := other.metric(t, "dentalk_broker_events_received_total"); n != 1 {
		t.Errorf("%v events were received, want 1", n)
	}
	if n := other.metric(t, "dentalk_broker_healthy"); n != 1 {
		t.Errorf("healthy is %v", n)
	}
	if sent, came := other.metric(t, "dentalk_broker_probes_sent_total"), other.metric(t, "dentalk_broker_probes_received_total"); sent == 0 || came == 0 {
		t.Errorf("%v probes were sent and %v came back", sent, came)
	}
}

func TestAddresses(t *testing.T) {
	for _, url := range []string{"", "http://localhost", "redis://user:secret@local host", "redis://localhost?nonsense=1", "redis+cluster://localhost?addr=x"} {
		if _, err := redisbroker.New(redisbroker.Options{URL: url}); err == nil {
			t.Errorf("%s: no error", url)
		} else {
			t.Log(err)
		}
	}
}
