package redisbroker

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"dentalk/domain"
)

const (
	betweenProbes = time.Second
	probePatience = 3 * time.Second // without a probe, after which a connection counts as dead
	// probesToTrust have to come through a connection that replaces a lost one before it is healthy,
	// so that whoever looks at Healthy every two seconds sees the outage, however short.
	probesToTrust = 3
	longestRest   = time.Second // between two attempts to connect
)

// link keeps one connection of a subscription: it makes a new one whenever one is lost, and
// subscribes that to everything wanted.
type link struct {
	subscription *subscription
	partition    int
	changed      chan struct{} // of capacity 1: something is to be asked of Redis

	mu       sync.Mutex
	channels channels
	up       bool // connected, with nothing owed and a probe come back
	healthy  bool
	lostOnce bool
	probes   int           // that came through this connection
	tried    chan struct{} // closed when the first attempt to connect has ended
	wasTried bool
	down     chan struct{} // closed while not up, once tried
}

func newLink(s *subscription, partition int) *link {
	return &link{
		subscription: s, partition: partition, changed: make(chan struct{}, 1),
		channels: channels{byName: make(map[string]*channel)},
		tried:    make(chan struct{}), down: make(chan struct{}),
	}
}

func (l *link) want(topic domain.Topic) *channel { return l.set(topic, true) }
func (l *link) unwant(topic domain.Topic)        { l.set(topic, false) }

func (l *link) set(topic domain.Topic, wanted bool) *channel {
	l.mu.Lock()
	defer l.mu.Unlock()
	one := l.channels.set(l.server().channel(topic), topic, wanted)
	l.signal()
	return one
}

func (l *link) signal() {
	select {
	case l.changed <- struct{}{}:
	default:
	}
}

func (l *link) server() *server { return l.subscription.broker.server }

func (l *link) waitTried(ctx context.Context) error {
	select {
	case <-l.tried:
		return nil
	case <-l.subscription.running.Done():
		return errClosed
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (l *link) waitConfirmed(ctx context.Context, one *channel) error {
	l.mu.Lock()
	confirmed, down := one.confirmed, l.down
	l.mu.Unlock()
	select { // what is confirmed stays so, whatever else is true
	case <-confirmed:
		return nil
	default:
	}
	select {
	case <-confirmed:
		return nil
	case <-down:
		return errLost
	case <-l.subscription.running.Done():
		return errClosed
	case <-ctx.Done():
		return fmt.Errorf("wait for Redis: %w", ctx.Err())
	}
}

// run connects again and again until the context ends.
func (l *link) run(ctx context.Context) {
	wait := longestRest / 32
	for ctx.Err() == nil {
		err := l.connect(ctx)
		if ctx.Err() != nil {
			return
		}
		if l.lost(err) {
			wait = longestRest / 32
		}
		l.server().lookAgain(ctx)
		rest(ctx, wait/2+rand.N(wait/2)) // #nosec G404 -- spreads load, keeps no secret
		wait = min(2*wait, longestRest)
	}
}

func rest(ctx context.Context, wait time.Duration) {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// lost notes the end of a connection, or that there was none, and tells whether it was up.
func (l *link) lost(err error) (wasUp bool) {
	l.mu.Lock()
	wasUp, wasHealthy := l.up, l.healthy
	l.up, l.healthy, l.lostOnce, l.probes = false, false, true, 0
	l.channels.reset()
	if wasUp || !l.wasTried {
		close(l.down)
	}
	l.triedNow()
	l.mu.Unlock()
	l.subscription.failed(wasHealthy, err)
	return wasUp
}

func (l *link) triedNow() {
	if !l.wasTried {
		l.wasTried = true
		close(l.tried)
	}
}

// probed notes that a probe has come through the connection.
func (l *link) probed() {
	l.subscription.broker.metrics.probesReceived.Inc()
	l.mu.Lock()
	l.probes++
	l.mu.Unlock()
	l.look()
}

// look finds out whether the connection is up and healthy by now.
func (l *link) look() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.channels.owed > 0 || l.probes == 0 {
		return
	}
	if !l.up {
		l.up = true
		if l.lostOnce {
			l.down = make(chan struct{})
			l.subscription.broker.metrics.resubscriptions.Inc()
		}
	}
	if !l.healthy && (!l.lostOnce || l.probes >= probesToTrust) {
		l.healthy = true
		l.subscription.recovered()
	}
	l.triedNow() // last: whoever waits for it finds the subscription healthy
}
