package streamstest

import (
	"context"
	"math/rand/v2"
	"sync"

	"dentalk/domain"
)

// Lossy wraps a broker so that it loses, doubles and reorders events, as a broker may. It draws
// from a seed: the same seed and the same calls give the same faults.
type Lossy struct {
	domain.Broker

	mu     sync.Mutex
	random *rand.Rand
	kept   []domain.Event // held back, to be published after later ones
	calm   bool
}

// NewLossy wraps inner.
func NewLossy(inner domain.Broker, seed uint64) *Lossy {
	return &Lossy{Broker: inner, random: rand.New(rand.NewPCG(seed, seed))}
}

// Publish loses one event in ten, doubles one in ten and holds one in ten back.
func (l *Lossy) Publish(ctx context.Context, events ...domain.Event) error {
	return l.Broker.Publish(ctx, l.spoil(events)...)
}

func (l *Lossy) spoil(events []domain.Event) (spoiled []domain.Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.calm {
		return events
	}
	for _, event := range events {
		switch l.random.IntN(10) {
		case 0: // lost
		case 1:
			spoiled = append(spoiled, event, event)
		case 2:
			l.kept = append(l.kept, event)
		default:
			spoiled = append(spoiled, event)
		}
	}
	if len(l.kept) > 0 && l.random.IntN(4) == 0 {
		l.random.Shuffle(len(l.kept), func(i, j int) { l.kept[i], l.kept[j] = l.kept[j], l.kept[i] })
		spoiled = append(spoiled, l.kept...)
		l.kept = nil
	}
	return spoiled
}

// Calm ends the faults, or begins them again.
func (l *Lossy) Calm(calm bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.calm = calm
}

// Subscribe hides what the inner subscription promises beyond the port.
func (l *Lossy) Subscribe(deliver func(domain.Event)) domain.Subscription {
	return &lossySubscription{l.Broker.Subscribe(deliver)}
}

type lossySubscription struct{ domain.Subscription }
