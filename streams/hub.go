package streams

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"dentalk/domain"
)

const (
	storeTimeout  = 5 * time.Second // of one call of the store
	brokerTimeout = 2 * time.Second // of one call of the broker
	repairsAtOnce = 8               // rooms that are read from the store at once
	rememberPolls = 4096            // positions of polls whose enrichments are remembered
)

// Hub fans the events of the broker out to the streams and polls of one instance. It is safe for
// concurrent use.
type Hub struct {
	config       Config
	subscription domain.Subscription
	// exact says that the broker loses, doubles and reorders nothing; see exactSubscription.
	exact       bool
	zone        *zone
	buffers     sync.Pool
	connections *registry
	polls       *lru.Cache[pollKey, *handedOut]
	told        *lru.Cache[domain.ID, save] // the newest that was told of each message
	lingering   *lingering

	mu    sync.RWMutex // guards the set of rooms and the references to each
	rooms map[domain.ID]*room
	// operators are the connections that get every room; the slice is replaced, never changed.
	operators atomic.Pointer[[]*connection]
	// operatorsSince is the position from which on operators are owed every message.
	operatorsSince atomic.Pointer[domain.ID]

	repairing  atomic.Int64  // rooms under repair
	repairSlot chan struct{} // holds a token for each room that is being read
	sweeps     sweeps
	metrics    *metrics

	// running ends when Close begins; group holds the goroutines that Close waits for.
	running context.Context
	stop    context.CancelFunc
	group   sync.WaitGroup
}

// exactSubscription is what the subscription of a broker that delivers every event exactly once
// and in order tells about itself. With any other broker the hub assumes the worst.
type exactSubscription interface{ Exact() bool }

// NewHub subscribes at the broker and starts the hub's goroutines, which Close ends. The context
// bounds the start alone. An error means that the store does not answer.
func NewHub(ctx context.Context, config Config) (*Hub, error) {
	h := &Hub{
		config:      config.withDefaults(),
		connections: newRegistry(config.MaxConnections, config.MaxPerUser),
		rooms:       make(map[domain.ID]*room),
		repairSlot:  make(chan struct{}, repairsAtOnce),
	}
	h.operators.Store(new([]*connection))
	h.metrics = newMetrics(h.config.Metrics, h.connections.count)
	polls, err := lru.New[pollKey, *handedOut](rememberPolls)
	if err != nil {
		return nil, fmt.Errorf("make the memory of polls: %w", err)
	}
	h.polls = polls
	if h.told, err = lru.New[domain.ID, save](toldEnrichments); err != nil {
		return nil, fmt.Errorf("make the memory of enrichments: %w", err)
	}
	if h.lingering, err = newLingering(h.config.PollLinger); err != nil {
		return nil, fmt.Errorf("make the set of lingering polls: %w", err)
	}
	if err := h.sweeps.begin(ctx, h.config.Store); err != nil {
		return nil, fmt.Errorf("read the newest position: %w", err)
	}
	h.running, h.stop = context.WithCancel(context.WithoutCancel(ctx))
	h.subscription = h.config.Broker.Subscribe(h.deliver)
	if exact, ok := h.subscription.(exactSubscription); ok {
		h.exact = exact.Exact()
	}
	h.zone = newZone(h.subscription, h.config.Log)
	h.zone.acquire(ctx, domain.TopicSessions)
	h.sweeps.last, h.sweeps.memberships, h.sweeps.enriched = time.Now(), h.config.Now(), h.config.Now()
	h.group.Go(func() { h.every(min(h.config.SweepUnhealthy, h.config.SweepHealthy), h.sweepTick) })
	h.group.Go(func() { h.every(h.config.SessionSweep, h.endDeadSessions) })
	h.group.Go(func() { h.every(h.betweenBeats(), h.beat()) })
	h.group.Go(func() { h.lingering.run(h.running) })
	h.startPresences(ctx)
	return h, nil
}

// Connections is the number of streams and polls that are open.
func (h *Hub) Connections() int { return h.connections.count() }

// Close ends what Drain has left open and waits for it and for every goroutine of the hub.
func (h *Hub) Close() {
	idle := h.connections.drain()
	h.lingering.close()
	for _, c := range h.connections.all() {
		c.queue.finish(&ending{reason: reasonDraining})
	}
	<-idle
	h.stop()
	h.subscription.Close()
	h.group.Wait()
}

// every runs a task at each interval until Close begins.
func (h *Hub) every(interval time.Duration, task func(context.Context)) {
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		select {
		case <-h.running.Done():
			return
		case <-ticker.C:
			task(h.running)
		}
	}
}

// reading gives a context for one call of the store.
func reading(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, storeTimeout)
}
