package redisbroker

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"dentalk/domain"
)

var (
	errLost   = errors.New("no connection to Redis")
	errClosed = errors.New("the subscription is closed")
)

// subscription hears what is published here at once and everything else through its links, one for
// each partition of the server.
type subscription struct {
	broker  *Broker
	deliver func(domain.Event)
	recent  *recent
	links   []*link
	running context.Context
	stop    context.CancelFunc
	group   sync.WaitGroup // the links' goroutines

	// mu is held for reading during deliveries, so that Close waits for those under way.
	mu     sync.RWMutex
	topics map[domain.Topic]struct{}

	health   sync.Mutex
	sick     int  // links that are not healthy
	complain bool // the next link that fails is worth a line in the log
}

func newSubscription(b *Broker, deliver func(domain.Event)) *subscription {
	s := &subscription{
		broker: b, deliver: deliver, recent: newRecent(), topics: make(map[domain.Topic]struct{}),
		sick: b.server.partitions(), complain: true,
	}
	s.running, s.stop = context.WithCancel(context.Background())
	for partition := range b.server.partitions() {
		s.links = append(s.links, newLink(s, partition))
	}
	return s
}

func (s *subscription) start() {
	for _, one := range s.links {
		s.group.Go(func() { one.run(s.running) })
	}
}

// Watch returns when Redis has confirmed every topic. It waits for a connection only at the
// beginning; afterwards a missing one is an error at once, and the topics are taken up when it is
// there again.
func (s *subscription) Watch(ctx context.Context, topics ...domain.Topic) error {
	channels := s.want(topics)
	for _, one := range s.links {
		if err := one.waitTried(ctx); err != nil {
			return fmt.Errorf("connect to Redis: %w", err)
		}
	}
	for i, topic := range topics {
		if err := s.linkOf(topic).waitConfirmed(ctx, channels[i]); err != nil {
			return fmt.Errorf("watch %d topics: %w", len(topics), err)
		}
	}
	return nil
}

func (s *subscription) want(topics []domain.Topic) []*channel {
	s.mu.Lock()
	defer s.mu.Unlock()
	channels := make([]*channel, len(topics))
	for i, topic := range topics {
		if s.running.Err() == nil {
			s.topics[topic] = struct{}{}
		}
		channels[i] = s.linkOf(topic).want(topic)
	}
	return channels
}

// Unwatch takes effect at once here and a little later at Redis.
func (s *subscription) Unwatch(topics ...domain.Topic) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, topic := range topics {
		delete(s.topics, topic)
		s.linkOf(topic).unwant(topic)
	}
}

func (s *subscription) linkOf(topic domain.Topic) *link {
	return s.links[s.broker.server.partition(topic)]
}

// Healthy tells whether every topic is confirmed and every connection has proved lately that what
// is published comes back.
func (s *subscription) Healthy() bool {
	s.health.Lock()
	defer s.health.Unlock()
	return s.sick == 0
}

// Close ends the deliveries and the connections, and waits for both.
func (s *subscription) Close() {
	s.mu.Lock()
	s.stop()
	clear(s.topics)
	s.mu.Unlock()
	s.group.Wait()
	s.broker.forget(s)
}

// deliverTo hands the event on once when one of the topics is watched.
func (s *subscription) deliverTo(event domain.Event, topics ...domain.Topic) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, topic := range topics {
		if _, watched := s.topics[topic]; watched {
			s.deliver(event)
			return true
		}
	}
	return false
}

// heard takes what Redis has sent to a topic's channel.
func (s *subscription) heard(topic domain.Topic, payload string) {
	if strings.HasPrefix(payload, s.broker.own) {
		return // delivered by Publish
	}
	e, err := decode([]byte(payload))
	switch {
	case errors.Is(err, errVersion):
		s.broker.metrics.droppedVersion.Inc()
	case err != nil:
		s.broker.metrics.droppedMalformed.Inc()
	case s.watches(topic) && s.recent.first(e.From, e.N) && s.deliverTo(e.Event, topic):
		s.broker.metrics.received.Inc()
	}
}

// watches is asked before an event counts as heard: a copy that comes of another topic may be the
// one to deliver.
func (s *subscription) watches(topic domain.Topic) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	_, watched := s.topics[topic]
	return watched
}

func (s *subscription) recovered() {
	s.health.Lock()
	defer s.health.Unlock()
	s.sick--
	if s.sick == 0 && !s.complain {
		s.complain = true
		s.broker.log.Info("events of other instances arrive again")
	}
}

// failed notes that a link has no connection; wasHealthy tells whether it is the first time since
// recovered.
func (s *subscription) failed(wasHealthy bool, err error) {
	s.health.Lock()
	defer s.health.Unlock()
	if wasHealthy {
		s.sick++
	}
	if s.complain {
		s.complain = false
		s.broker.log.Warn("events of other instances do not arrive; streams catch up from the store", "error", err)
	}
}
