package streams

import (
	"context"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

// lingerAtMost is how many connections linger at most; the oldest makes room.
const lingerAtMost = 4096

// lingering holds the connections of polls that were answered. They stay subscribed for a short
// time, so that the next poll of the same stream gets the events that happen between the two. They
// do not count as open: nobody waits for them, and they take nobody's place.
//
// mu is taken before the locks of the registry and of a queue, and with no other lock held.
type lingering struct {
	time    time.Duration
	looks   chan struct{} // of capacity 1
	closing sync.Mutex    // held while connections are closed, so that close returns after the last

	mu     sync.Mutex
	closed bool
	parked *simplelru.LRU[streamKey, parkedPoll] // the oldest first, since nothing is looked up twice
}

type parkedPoll struct {
	c     *connection
	until time.Time
}

func newLingering(time time.Duration) (*lingering, error) {
	parked, err := simplelru.NewLRU[streamKey, parkedPoll](lingerAtMost, nil)
	return &lingering{time: time, looks: make(chan struct{}, 1), parked: parked}, err
}

// take gives the connection that lingers for the stream to one poll, which owns it from then on;
// nil when there is none. One that has ended meanwhile is of no use.
func (l *lingering) take(key streamKey) *connection {
	l.mu.Lock()
	defer l.mu.Unlock()
	one, found := l.parked.Peek(key)
	if !found || one.c.queue.ended() || one.c.hub.connections.unpark(one.c) != "" {
		return nil
	}
	l.parked.Remove(key)
	one.c.queue.resume()
	return one.c
}

// keep lets the connection of a poll that was answered linger, or closes it. Others that must go
// for it are closed before it stops to count, so that a hub that closes waits for that.
func (l *lingering) keep(c *connection) {
	key := c.request.streamKey()
	for !key.anonymous() {
		displaced, kept := l.put(key, c)
		if kept {
			return
		}
		if displaced == nil {
			break
		}
		displaced.close()
	}
	c.close()
}

// put parks c, unless another connection must go first, or c is not wanted any more.
func (l *lingering) put(key streamKey, c *connection) (displaced *connection, kept bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed || c.queue.ended() {
		return nil, false
	}
	if older, found := l.parked.Peek(key); found {
		l.parked.Remove(key)
		return older.c, false
	}
	if l.parked.Len() >= lingerAtMost {
		_, oldest, _ := l.parked.RemoveOldest()
		return oldest.c, false
	}
	if !c.hub.connections.park(c) {
		return nil, false
	}
	c.queue.linger()
	l.parked.Add(key, parkedPoll{c: c, until: time.Now().Add(l.time)})
	if c.queue.ended() { // after the first question, and the look may have come before c
		l.look()
	}
	return nil, true
}

// look asks for those that have ended to be closed. It never waits: the broker may be calling.
func (l *lingering) look() {
	select {
	case l.looks <- struct{}{}:
	default:
	}
}

// run closes what has ended or lingered for its time, until the hub closes.
func (l *lingering) run(ctx context.Context) {
	ticker := time.NewTicker(max(l.time/4, time.Millisecond))
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		case <-l.looks:
		}
		now := time.Now()
		l.closeThose(func(one parkedPoll) bool { return now.After(one.until) || one.c.queue.ended() })
	}
}

// close closes all of them, and every one that comes later.
func (l *lingering) close() {
	l.mu.Lock()
	l.closed = true
	l.mu.Unlock()
	l.closeThose(func(parkedPoll) bool { return true })
}

func (l *lingering) closeThose(over func(parkedPoll) bool) {
	l.closing.Lock()
	defer l.closing.Unlock()
	for _, c := range l.remove(over) {
		c.close()
	}
}

func (l *lingering) remove(over func(parkedPoll) bool) (removed []*connection) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, key := range l.parked.Keys() {
		if one, _ := l.parked.Peek(key); over(one) {
			l.parked.Remove(key)
			removed = append(removed, one.c)
		}
	}
	return removed
}
