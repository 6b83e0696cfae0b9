package redisbroker_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/goleak"

	"dentalk/domain"
	"dentalk/streams/redisbroker"
	"dentalk/streams/streamstest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestBroker(t *testing.T) {
	server := newServer(t)
	streamstest.RunBroker(t, func() domain.Broker { return newBroker(t, server.url()).Broker })
}

func TestBrokerOnCluster(t *testing.T) {
	url, _ := newCluster(t)
	streamstest.RunBroker(t, func() domain.Broker { return newBroker(t, url).Broker })
}

var brokers atomic.Int64

// broker is a Broker with its metrics.
type broker struct {
	*redisbroker.Broker
	registry *prometheus.Registry
}

// newBroker makes a broker that shares its channels with nobody.
func newBroker(t testing.TB, url string) broker {
	t.Helper()
	return newBrokerAt(t, url, fmt.Sprintf("test-%d:", brokers.Add(1)))
}

func newBrokerAt(t testing.TB, url, prefix string) broker {
	t.Helper()
	registry := prometheus.NewRegistry()
	return makeBroker(t, registry, redisbroker.Options{URL: url, Instance: "one", Prefix: prefix, Metrics: registry})
}

func makeBroker(t testing.TB, registry *prometheus.Registry, options redisbroker.Options) broker {
	t.Helper()
	made, err := redisbroker.New(options)
	if err != nil {
		t.Fatalf("New: %v", err)
	}
	t.Cleanup(made.Close)
	return broker{made, registry}
}

// newPair makes two instances that hear each other.
func newPair(t testing.TB, url string) (one, other broker) {
	t.Helper()
	prefix := fmt.Sprintf("test-%d:", brokers.Add(1))
	return newBrokerAt(t, url, prefix), newBrokerAt(t, url, prefix)
}

// ear collects what a subscription delivers.
type ear struct {
	domain.Subscription
	t     testing.TB
	mu    sync.Mutex
	heard []domain.Event
}

func subscribe(t testing.TB, broker domain.Broker) *ear {
	e := &ear{t: t}
	e.Subscription = broker.Subscribe(func(event domain.Event) {
		e.mu.Lock()
		defer e.mu.Unlock()
		e.heard = append(e.heard, event)
	})
	t.Cleanup(e.Close)
	return e
}

func listen(t testing.TB, broker domain.Broker, topics ...domain.Topic) *ear {
	t.Helper()
	e := subscribe(t, broker)
	e.watch(topics...)
	return e
}

func (e *ear) watch(topics ...domain.Topic) {
	e.t.Helper()
	ctx, cancel := context.WithTimeout(e.t.Context(), patience)
	defer cancel()
	if err := e.Watch(ctx, topics...); err != nil {
		e.t.Fatalf("Watch: %v", err)
	}
}

func (e *ear) events() []domain.Event {
	e.mu.Lock()
	defer e.mu.Unlock()
	return append([]domain.Event(nil), e.heard...)
}

func (e *ear) has(session domain.ID) bool {
	for _, event := range e.events() {
		if event.SessionID == session {
			return true
		}
	}
	return false
}

// waitFor publishes once and waits for it.
func (e *ear) waitFor(from domain.Broker, session domain.ID) {
	e.t.Helper()
	if err := from.Publish(e.t.Context(), ended(session)); err != nil {
		e.t.Fatalf("Publish: %v", err)
	}
	eventually(e.t, string(session)+" arrives", func() bool { return e.has(session) })
}

func ended(session domain.ID) domain.Event {
	return domain.Event{Name: domain.EventSessionEnded, SessionID: session}
}

func created(room domain.ID, seq int64) domain.Event {
	at := time.Date(2026, 3, 4, 5, 6, 7, 8e6, time.UTC)
	return domain.Event{Name: domain.EventMessageCreated, RoomID: room, Message: &domain.Message{
		ID: domain.ID(fmt.Sprintf("%024x", seq)), RoomID: room, Seq: seq, Type: domain.MessageText, CreatedAt: at, UpdatedAt: at,
		Text: "The margin of the crown on tooth 26 is open by half a millimetre; please make it again.",
	}}
}

// metric reads one number; a label is given as its value, such as name{version}.
func (b broker) metric(t testing.TB, name string) float64 {
	t.Helper()
	families, err := b.registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	name, labels, _ := strings.Cut(name, "{")
	for _, family := range families {
		for _, one := range family.GetMetric() {
			if family.GetName() != name || len(one.GetLabel()) > 0 && one.GetLabel()[0].GetValue()+"}" != labels {
				continue
			}
			return one.GetCounter().GetValue() + one.GetGauge().GetValue()
		}
	}
	t.Fatalf("there is no metric %s", name)
	return 0
}
