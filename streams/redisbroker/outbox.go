package redisbroker

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"dentalk/domain"
)

const (
	queueEvents    = 8192
	pipelineEvents = 256                    // sent at once
	afterFailure   = 250 * time.Millisecond // until Redis is tried again
	// calm is how long nothing must have failed before an outage is called over: on a cluster one
	// shard may fail while the others work.
	calm = 3 * time.Second
)

// outbox holds the events that Redis has not got yet and sends them in order, many at once. While
// Redis fails it throws them away: a late hint is worth nothing, the hubs have looked at the store.
type outbox struct {
	server  *server
	metrics *metrics
	log     *slog.Logger
	from    string
	wake    chan struct{} // of capacity 1
	closing chan struct{}

	mu     sync.Mutex
	closed bool
	last   uint64 // number of the last event
	queued []numbered

	// These belong to run.
	outage   bool
	failedAt time.Time
}

type numbered struct {
	n     uint64
	event domain.Event
}

func newOutbox(b *Broker) *outbox {
	return &outbox{
		server: b.server, metrics: b.metrics, log: b.log, from: b.from,
		wake: make(chan struct{}, 1), closing: make(chan struct{}),
	}
}

// put queues the events and tells how many of them found no room.
func (o *outbox) put(events []domain.Event) (dropped int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	room := queueEvents - len(o.queued)
	if o.closed {
		room = 0
	}
	fitting := events[:min(room, len(events))]
	for _, event := range fitting {
		o.last++
		o.queued = append(o.queued, numbered{o.last, event})
	}
	select {
	case o.wake <- struct{}{}:
	default:
	}
	return len(events) - len(fitting)
}

func (o *outbox) close() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.closed {
		o.closed = true
		close(o.closing)
	}
}

// take empties the queue. spare becomes its new space.
func (o *outbox) take(spare []numbered) []numbered {
	o.mu.Lock()
	defer o.mu.Unlock()
	taken := o.queued
	o.queued = spare[:0]
	return taken
}

// run sends until close, and then what is left, up to the first failure.
func (o *outbox) run() {
	var spare []numbered
	for {
		events := o.take(spare)
		failed := !o.sendAll(events)
		clear(events)
		spare = events
		select {
		case <-o.closing:
			if rest := o.take(nil); !failed {
				o.sendAll(rest)
			}
			return
		default:
		}
		if failed {
			o.rest()
		}
		select {
		case <-o.wake:
		case <-o.closing:
		}
	}
}

// sendAll tells false when Redis took nothing; then everything that waits is thrown away.
func (o *outbox) sendAll(events []numbered) bool {
	for len(events) > 0 {
		n := min(len(events), pipelineEvents)
		if o.send(events[:n]) {
			events = events[n:]
			continue
		}
		o.metrics.droppedUnreachable.Add(float64(len(events) - n + len(o.take(nil))))
		return false
	}
	return true
}

// rest waits a little before Redis is tried again.
func (o *outbox) rest() {
	timer := time.NewTimer(afterFailure/2 + rand.N(afterFailure)) // #nosec G404 -- spreads load, keeps no secret
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-o.closing:
	}
}

// send publishes the events in one pipeline and tells whether Redis took any of them.
func (o *outbox) send(events []numbered) bool {
	ctx, cancel := context.WithTimeout(context.Background(), callTimeout)
	defer cancel()
	pipeline := o.server.client.Pipeline()
	ends := make([]int, 0, len(events)) // of each event's commands
	for _, one := range events {
		if o.add(ctx, pipeline, one) {
			ends = append(ends, pipeline.Len())
		}
	}
	if pipeline.Len() == 0 {
		return true
	}
	commands, err := pipeline.Exec(ctx)
	sent := o.count(commands, ends)
	o.metrics.published.Add(float64(sent))
	o.metrics.droppedUnreachable.Add(float64(len(ends) - sent))
	o.note(err)
	return sent > 0
}

func (o *outbox) add(ctx context.Context, pipeline redis.Pipeliner, one numbered) bool {
	payload, err := encode(o.from, one.n, one.event)
	if err != nil {
		o.metrics.droppedMalformed.Inc()
		o.log.Error("an event was not published", "event", one.event.Name, "room", one.event.RoomID, "error", err)
		return false
	}
	for _, topic := range one.event.Topics() {
		o.server.publish(ctx, pipeline, o.server.channel(topic), payload)
	}
	return true
}

// count gives the number of events all of whose commands Redis took.
func (o *outbox) count(commands []redis.Cmder, ends []int) (sent int) {
	start, receivers := 0, int64(0)
	for _, end := range ends {
		whole := true
		for _, command := range commands[start:end] {
			whole = whole && command.Err() == nil
			if published, ok := command.(*redis.IntCmd); ok {
				receivers += published.Val()
			}
		}
		if whole {
			sent++
		}
		start = end
	}
	o.metrics.receivers.Add(float64(receivers))
	return sent
}

// note logs the beginning and the end of an outage.
func (o *outbox) note(err error) {
	switch {
	case err != nil:
		o.failedAt = time.Now()
		if !o.outage {
			o.outage = true
			o.log.Warn("events do not reach Redis; other instances catch up from the store", "error", err)
		}
	case o.outage && time.Since(o.failedAt) >= calm:
		o.outage = false
		o.log.Info("events reach Redis again")
	}
}
