package streams

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"dentalk/domain"
)

// zone is what this instance watches at the broker: each topic for as long as somebody needs it.
// A broker that fails to watch costs time, not messages: the sweeps compare with the store more
// often and try again.
type zone struct {
	subscription domain.Subscription
	log          *slog.Logger

	mu      sync.Mutex
	topics  map[domain.Topic]*watch
	missing int  // topics that are needed and not watched
	failed  bool // the last attempt to watch
}

// retryTimeout is short, since the sweeps wait for it.
const retryTimeout = 500 * time.Millisecond

type watch struct {
	needs   int
	watched bool
}

func newZone(subscription domain.Subscription, log *slog.Logger) *zone {
	return &zone{subscription: subscription, log: log, topics: make(map[domain.Topic]*watch)}
}

// acquire watches the topics; release must follow. The broker is called without the lock: two
// callers may watch a topic twice, which changes nothing.
func (z *zone) acquire(ctx context.Context, topics ...domain.Topic) {
	z.watch(ctx, z.need(topics), brokerTimeout)
}

func (z *zone) need(topics []domain.Topic) (unwatched []domain.Topic) {
	z.mu.Lock()
	defer z.mu.Unlock()
	for _, topic := range topics {
		if z.topics[topic] == nil {
			z.topics[topic] = &watch{}
			z.missing++
		}
		z.topics[topic].needs++
		if !z.topics[topic].watched {
			unwatched = append(unwatched, topic)
		}
	}
	return unwatched
}

func (z *zone) watch(ctx context.Context, topics []domain.Topic, within time.Duration) {
	if len(topics) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	err := z.subscription.Watch(ctx, topics...)
	z.mu.Lock()
	defer z.mu.Unlock()
	failed := z.failed
	if z.failed = err != nil; err != nil {
		if !failed { // once an outage
			z.log.Warn("topics are not watched; streams catch up from the store", "topics", len(topics), "error", err)
		}
		return
	}
	for _, topic := range topics {
		switch one := z.topics[topic]; {
		case one == nil: // released meanwhile
			z.subscription.Unwatch(topic)
		case !one.watched:
			one.watched = true
			z.missing--
		}
	}
}

// release ends the need for the topics. Unwatch is called under the lock, so that it cannot
// overtake the Watch of somebody who needs the topic again.
func (z *zone) release(topics ...domain.Topic) {
	z.mu.Lock()
	defer z.mu.Unlock()
	for _, topic := range topics {
		one := z.topics[topic]
		if one.needs--; one.needs > 0 {
			continue
		}
		delete(z.topics, topic)
		if !one.watched {
			z.missing--
		}
		z.subscription.Unwatch(topic)
	}
}

// retry watches what could not be watched before.
func (z *zone) retry(ctx context.Context) {
	z.mu.Lock()
	var unwatched []domain.Topic
	if z.missing > 0 {
		for topic, one := range z.topics {
			if !one.watched {
				unwatched = append(unwatched, topic)
			}
		}
	}
	z.mu.Unlock()
	z.watch(ctx, unwatched, retryTimeout)
}

// healthy tells whether events of all the topics are expected to arrive.
func (z *zone) healthy() bool {
	z.mu.Lock()
	missing := z.missing
	z.mu.Unlock()
	return missing == 0 && z.subscription.Healthy()
}
