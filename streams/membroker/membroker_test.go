package membroker_test

import (
	"testing"

	"go.uber.org/goleak"

	"dentalk/domain"
	"dentalk/streams/membroker"
	"dentalk/streams/streamstest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestBroker(t *testing.T) {
	streamstest.RunBroker(t, func() domain.Broker { return membroker.New() })
}

func TestSharedBrokerDeliversAndPromisesNothing(t *testing.T) {
	broker := membroker.Shared()
	heard := 0
	subscription := broker.Subscribe(func(domain.Event) { heard++ })
	defer subscription.Close()
	if err := subscription.Watch(t.Context(), domain.TopicSessions); err != nil {
		t.Fatal(err)
	}
	if err := broker.Publish(t.Context(), domain.Event{Name: domain.EventSessionEnded, SessionID: "s"}); err != nil {
		t.Fatal(err)
	}
	if exact := subscription.(interface{ Exact() bool }).Exact(); heard != 1 || exact || subscription.Healthy() {
		t.Errorf("heard %d events, exact %t, healthy %t; want 1, false, false", heard, exact, subscription.Healthy())
	}
}

func TestPublishReturnsAfterTheDelivery(t *testing.T) {
	broker := membroker.New()
	heard := 0
	subscription := broker.Subscribe(func(domain.Event) { heard++ })
	defer subscription.Close()
	if err := subscription.Watch(t.Context(), domain.TopicSessions); err != nil {
		t.Fatal(err)
	}
	event := domain.Event{Name: domain.EventSessionEnded, SessionID: "s"}
	if err := broker.Publish(t.Context(), event, event); err != nil {
		t.Fatal(err)
	}
	if heard != 2 {
		t.Errorf("heard %d events, want 2", heard)
	}
}
