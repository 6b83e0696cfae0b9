package redisbroker

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"log/slog"
	"sync"

	"github.com/prometheus/client_golang/prometheus"

	"dentalk/domain"
)

// Options is what a Broker is made of. URL is required; every other field has a default.
type Options struct {
	// URL is redis://[user:password@]host:port, or rediss:// for TLS. redis+cluster:// and
	// rediss+cluster:// are a Redis Cluster, and so is a URL with more addresses
	// (?addr=host:port&addr=host:port). Other parameters are those of go-redis. A cluster that is
	// given as one plain Redis works too, but then every node of it handles every event.
	URL string
	// Instance is the name of this instance; it makes the traffic readable.
	Instance string
	// Prefix begins the name of each channel, so that several installations can share a Redis;
	// "dentalk:".
	Prefix  string
	Log     *slog.Logger          // nil: nothing is logged
	Metrics prometheus.Registerer // of this broker alone; nil: nothing is registered
}

// Broker is a domain.Broker on Redis. It is safe for concurrent use; a deliver function must not
// call it.
type Broker struct {
	server  *server
	from    string // unique for each Broker there ever was
	own     string // how the events that this one has published begin on the wire
	log     *slog.Logger
	metrics *metrics
	outbox  *outbox
	group   sync.WaitGroup // the outbox's goroutine

	mu            sync.RWMutex // held for reading during the deliveries of Publish
	subscriptions map[*subscription]struct{}
}

var _ domain.Broker = (*Broker)(nil)

// New makes a broker and starts its goroutine, which Close ends. It does not wait for Redis and
// succeeds without it; an error means that the options are wrong.
func New(options Options) (*Broker, error) {
	if options.Prefix == "" {
		options.Prefix = "dentalk:"
	}
	if options.Log == nil {
		options.Log = slog.New(slog.DiscardHandler)
	}
	server, err := newServer(options.URL, options.Prefix)
	if err != nil {
		return nil, fmt.Errorf("read the address of Redis: %w", err)
	}
	var random [8]byte
	rand.Read(random[:]) // never fails
	b := &Broker{
		server: server, from: options.Instance + "/" + hex.EncodeToString(random[:]),
		log: options.Log, subscriptions: make(map[*subscription]struct{}),
	}
	b.own = beginning(b.from)
	b.metrics = newMetrics(options.Metrics, b.healthy)
	b.outbox = newOutbox(b)
	b.group.Go(b.outbox.run)
	return b, nil
}

// Publish delivers the events to the subscriptions of this broker and queues them for Redis. It
// waits for neither. An error tells how many found no room in the queue; what is lost later is
// counted and logged.
func (b *Broker) Publish(_ context.Context, events ...domain.Event) error {
	b.loopBack(events)
	if dropped := b.outbox.put(events); dropped > 0 {
		b.metrics.droppedFull.Add(float64(dropped))
		return fmt.Errorf("queue events for Redis: no room for %d of %d", dropped, len(events))
	}
	return nil
}

func (b *Broker) loopBack(events []domain.Event) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	for _, event := range events {
		topics := event.Topics()
		for one := range b.subscriptions {
			one.deliverTo(event, topics...)
		}
	}
}

// Subscribe makes a subscription and begins to connect it.
func (b *Broker) Subscribe(deliver func(domain.Event)) domain.Subscription {
	s := newSubscription(b, deliver)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.subscriptions[s] = struct{}{}
	s.start()
	return s
}

// healthy tells whether every subscription is.
func (b *Broker) healthy() bool {
	b.mu.RLock()
	defer b.mu.RUnlock()
	for one := range b.subscriptions {
		if !one.Healthy() {
			return false
		}
	}
	return true
}

// Close closes the subscriptions that are open, sends what is queued as long as Redis takes it
// without delay, and waits for every goroutine of the broker.
func (b *Broker) Close() {
	for _, one := range b.open() {
		one.Close()
	}
	b.outbox.close()
	b.group.Wait()
	if err := b.server.client.Close(); err != nil {
		b.log.Warn("the connections to Redis were not closed in order", "error", err)
	}
}

func (b *Broker) open() (open []*subscription) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	for one := range b.subscriptions {
		open = append(open, one)
	}
	return open
}

func (b *Broker) forget(one *subscription) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.subscriptions, one)
}
