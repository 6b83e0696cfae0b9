package redisbroker_test

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"syscall"
	"testing"

	"dentalk/domain"
	"dentalk/streams/redisbroker"
)

func TestSubscriptionsComeBackAfterRedisWasKilled(t *testing.T) {
	server := newServer(t)
	one, other := newPair(t, server.url())
	e := listen(t, other, domain.TopicSessions)
	e.waitFor(one, "before")
	server.kill()
	eventually(t, "the subscription knows", func() bool { return !e.Healthy() })
	server.start()
	eventually(t, "the subscription is healthy", e.Healthy)
	e.waitFor(one, "after")
	if n := other.metric(t, "dentalk_broker_resubscriptions_total"); n != 1 {
		t.Errorf("%v resubscriptions, want 1", n)
	}
}

func TestSubscriptionsComeBackAfterRedisStoodStill(t *testing.T) {
	server := newServer(t)
	one, other := newPair(t, server.url())
	e := listen(t, other, domain.TopicSessions)
	server.signal(syscall.SIGSTOP)
	eventually(t, "the subscription knows", func() bool { return !e.Healthy() })
	server.signal(syscall.SIGCONT)
	eventually(t, "the subscription is healthy", e.Healthy)
	e.waitFor(one, "after")
}

func TestSubscriptionsComeBackAfterTheirConnectionsWereKilled(t *testing.T) {
	server := newServer(t)
	one, other := newPair(t, server.url())
	e := listen(t, other, domain.TopicSessions)
	if killed := server.do("CLIENT", "KILL", "TYPE", "pubsub"); killed == "0" {
		t.Fatal("no connection was killed")
	}
	eventually(t, "the subscription knows", func() bool { return !e.Healthy() })
	eventually(t, "the subscription is healthy", e.Healthy)
	e.waitFor(one, "after")
}

// Commands work all the time; only what Redis sends to the subscriber is lost.
func TestSubscriptionThatDiesSilentlyIsNoticed(t *testing.T) {
	server := newServer(t)
	proxy := newProxy(t, server.address)
	one, other := newPair(t, "redis://"+proxy.address())
	e := listen(t, other, domain.TopicSessions)
	e.waitFor(one, "before")
	proxy.swallow()
	eventually(t, "the subscription knows", func() bool { return !e.Healthy() })
	eventually(t, "the subscription is healthy", e.Healthy)
	e.waitFor(one, "after")
	if n := one.metric(t, "dentalk_broker_events_dropped_total{unreachable}"); n != 0 {
		t.Errorf("%v events did not reach Redis", n)
	}
}

func TestRedisMayBeAbsentAtTheStart(t *testing.T) {
	server := newServer(t)
	server.kill()
	one, other := newPair(t, server.url())
	e := subscribe(t, other)
	if err := e.Watch(t.Context(), domain.TopicSessions); err == nil {
		t.Error("Watch succeeded without Redis")
	}
	if e.Healthy() {
		t.Error("healthy without Redis")
	}
	server.start()
	eventually(t, "the subscription is healthy", e.Healthy)
	e.waitFor(one, "after")
}

func TestAnOutageIsLoggedWhenItBeginsAndWhenItEnds(t *testing.T) {
	server := newServer(t)
	logged := &lines{}
	one := makeBroker(t, nil, redisbroker.Options{URL: server.url(), Log: slog.New(slog.NewTextHandler(logged, nil))})
	e := listen(t, one, domain.TopicSessions)
	server.kill()
	publishUntil := func(text string) {
		eventually(t, text, func() bool {
			_ = one.Publish(t.Context(), ended("s")) // Redis is away
			return logged.count(text) > 0
		})
	}
	publishUntil("events do not reach Redis")
	eventually(t, "the subscription knows", func() bool { return !e.Healthy() })
	server.start()
	publishUntil("events reach Redis again")
	eventually(t, "the subscription is healthy", e.Healthy)
	for _, text := range []string{"events do not reach Redis", "events reach Redis again", "events of other instances do not arrive", "events of other instances arrive again"} {
		if n := logged.count(text); n != 1 {
			t.Errorf("%d lines say that %s", n, text)
		}
	}
}

// lines is a log in memory.
type lines struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *lines) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(line)
}

func (l *lines) count(text string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Count(l.text.String(), text)
}

func TestWatchEndsWithItsContext(t *testing.T) {
	server := newServer(t)
	server.signal(syscall.SIGSTOP)
	defer server.signal(syscall.SIGCONT)
	one := newBroker(t, server.url())
	e := subscribe(t, one)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := e.Watch(ctx, domain.TopicSessions); err == nil {
		t.Error("Watch succeeded without Redis")
	}
}

func TestTopicsThatCameAndWentDuringAnOutageAreRight(t *testing.T) {
	server := newServer(t)
	one, other := newPair(t, server.url())
	e := listen(t, other, domain.TopicSessions, domain.RoomTopic("old"))
	server.kill()
	eventually(t, "the subscription knows", func() bool { return !e.Healthy() })
	e.Unwatch(domain.RoomTopic("old"))
	if err := e.Watch(t.Context(), domain.RoomTopic("new")); err == nil {
		t.Error("Watch succeeded without Redis")
	}
	server.start()
	eventually(t, "the subscription is healthy", e.Healthy)
	if channels := server.do("PUBSUB", "CHANNELS"); strings.Contains(channels, "room:old") || !strings.Contains(channels, "room:new") {
		t.Errorf("Redis knows %s", channels)
	}
	if err := one.Publish(t.Context(), created("old", 1), created("new", 2)); err != nil {
		t.Fatal(err)
	}
	e.waitFor(one, "after")
	if events := e.events(); len(events) != 2 || events[0].RoomID != "new" {
		t.Errorf("heard %v", events)
	}
}

func TestClusterLosesOneShardAndGetsItBack(t *testing.T) {
	url, nodes := newCluster(t)
	one, other := newPair(t, url)
	e := listen(t, other, domain.TopicSessions)
	eventually(t, "the subscription is healthy", e.Healthy)
	nodes[2].kill()
	eventually(t, "the subscription knows", func() bool { return !e.Healthy() })
	nodes[2].start()
	eventually(t, "the subscription is healthy", e.Healthy)
	e.waitFor(one, "after")
}

func TestSubscriptionsFollowASlotToAnotherShard(t *testing.T) {
	url, nodes := newCluster(t)
	one, other := newPair(t, url)
	e := listen(t, other, domain.TopicSessions)
	e.waitFor(one, "before")
	var from, to *redisServer
	var channel string
	for _, node := range nodes {
		if channels := node.client.PubSubShardChannels(t.Context(), "*:sessions").Val(); len(channels) > 0 {
			from, channel = node, channels[0]
		} else {
			to = node
		}
	}
	slot := from.do("CLUSTER", "KEYSLOT", channel)
	for _, node := range append([]*redisServer{to, from}, nodes...) {
		node.do("CLUSTER", "SETSLOT", slot, "NODE", to.do("CLUSTER", "MYID"))
	}
	eventually(t, "the new shard has the subscriber", func() bool {
		return len(to.client.PubSubShardChannels(t.Context(), channel).Val()) == 1
	})
	eventually(t, "the subscription is healthy", e.Healthy)
	e.waitFor(one, "after")
}
