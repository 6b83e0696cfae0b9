// Package membroker is the broker inside one process: it loses, doubles and reorders nothing of what
// is published in that process.
package membroker

import (
	"context"
	"sync"

	"dentalk/domain"
)

// Broker delivers synchronously: when Publish returns, every subscription has handled the events.
// It owns no goroutine, and the zero number of subscriptions costs nothing. It is safe for
// concurrent use; events of concurrent calls of Publish may interleave.
type Broker struct {
	// mu is held for reading during deliveries, so that Watch, Unwatch and Close wait for those
	// under way. A subscription must therefore not call the broker from its deliver function.
	mu     sync.RWMutex
	topics map[domain.Topic]map[*subscription]struct{}
	shared bool // other processes write to the same store
}

var _ domain.Broker = (*Broker)(nil)

// New makes a broker without subscriptions, for the only process that writes to its store.
func New() *Broker {
	return &Broker{topics: make(map[domain.Topic]map[*subscription]struct{})}
}

// Shared makes a broker for a process that is not the only one on its store. Its subscriptions hear
// nothing of the others, and say so, so that hubs compare with the store often.
func Shared() *Broker {
	b := New()
	b.shared = true
	return b
}

// Publish hands the events in order to every subscription that watches one of their topics, once
// for each event. It never fails.
func (b *Broker) Publish(_ context.Context, events ...domain.Event) error {
	b.mu.RLock()
	defer b.mu.RUnlock()
	for _, event := range events {
		b.deliver(event)
	}
	return nil
}

func (b *Broker) deliver(event domain.Event) {
	topics := event.Topics()
	for i, topic := range topics {
		for one := range b.topics[topic] {
			if !b.watchesAny(one, topics[:i]) {
				one.deliver(event)
			}
		}
	}
}

// watchesAny tells whether one had the event already under an earlier topic.
func (b *Broker) watchesAny(one *subscription, topics []domain.Topic) bool {
	for _, topic := range topics {
		if _, found := b.topics[topic][one]; found {
			return true
		}
	}
	return false
}

// Subscribe makes a subscription that watches nothing yet.
func (b *Broker) Subscribe(deliver func(domain.Event)) domain.Subscription {
	return &subscription{broker: b, deliver: deliver}
}

type subscription struct {
	broker  *Broker
	deliver func(domain.Event)
	closed  bool // guarded by broker.mu
}

// Watch adds topics; watching one again changes nothing.
func (s *subscription) Watch(_ context.Context, topics ...domain.Topic) error {
	s.broker.mu.Lock()
	defer s.broker.mu.Unlock()
	if s.closed {
		return nil
	}
	for _, topic := range topics {
		if s.broker.topics[topic] == nil {
			s.broker.topics[topic] = make(map[*subscription]struct{})
		}
		s.broker.topics[topic][s] = struct{}{}
	}
	return nil
}

// Unwatch takes topics away.
func (s *subscription) Unwatch(topics ...domain.Topic) {
	s.broker.mu.Lock()
	defer s.broker.mu.Unlock()
	for _, topic := range topics {
		s.broker.remove(topic, s)
	}
}

func (b *Broker) remove(topic domain.Topic, one *subscription) {
	delete(b.topics[topic], one)
	if len(b.topics[topic]) == 0 {
		delete(b.topics, topic)
	}
}

// Healthy tells whether all events there are can arrive, which is so unless the broker is Shared.
func (s *subscription) Healthy() bool { return !s.broker.shared }

// Exact tells the hub that events arrive exactly once and in the order in which they were
// published. As long as one store publishes, that is the order of the commits.
func (s *subscription) Exact() bool { return !s.broker.shared }

// Close ends the deliveries and waits for those under way.
func (s *subscription) Close() {
	s.broker.mu.Lock()
	defer s.broker.mu.Unlock()
	s.closed = true
	for topic := range s.broker.topics {
		s.broker.remove(topic, s)
	}
}
