package volatilestore

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/sony/gobreaker/v2"

	"dentalk/domain"
)

const (
	redisTimeout = 250 * time.Millisecond // of one call
	clearTimeout = 30 * time.Second       // of a look through the whole cache
	maxFailures  = 3                      // in a row, after which Redis is left alone
	retryAfter   = time.Second            // after which one call tries it again
)

// Guarded asks Redis, and the memory of this process while Redis fails. What the two hold differs
// during and after an outage: the price is a few tries more for whoever is limited, caches that fill
// again, and a presence that is put right by the next renewal. It is safe for concurrent use.
type Guarded struct {
	redis, memory domain.VolatileStore
	breaker       *gobreaker.TwoStepCircuitBreaker[struct{}]
	log           *slog.Logger
	out           atomic.Bool
	cause         atomic.Pointer[error] // of the last failure
}

var _ domain.VolatileStore = (*Guarded)(nil)

// errCallerGone ends a call that says nothing about Redis.
var errCallerGone = errors.New("the caller's context ended")

// NewGuarded guards redis by memory.
func NewGuarded(redis, memory domain.VolatileStore, log *slog.Logger) *Guarded {
	g := &Guarded{redis: redis, memory: memory, log: log}
	g.breaker = gobreaker.NewTwoStepCircuitBreaker[struct{}](gobreaker.Settings{
		Name: "redis", Timeout: retryAfter,
		ReadyToTrip:   func(counts gobreaker.Counts) bool { return counts.ConsecutiveFailures >= maxFailures },
		IsExcluded:    func(err error) bool { return errors.Is(err, errCallerGone) },
		OnStateChange: g.changed,
	})
	return g
}

// changed writes one line at the beginning of an outage and one at its end, not one for each try.
func (g *Guarded) changed(_ string, _, to gobreaker.State) {
	switch {
	case to == gobreaker.StateOpen && !g.out.Swap(true):
		g.log.Warn("Redis fails; what instances share is kept in this process", "error", *g.cause.Load())
	case to == gobreaker.StateClosed && g.out.Swap(false):
		g.log.Info("Redis answers again; instances share what they did before")
	}
}

// ask calls Redis within its time, and the memory when that fails or Redis is left alone.
func ask[T any](ctx context.Context, g *Guarded, call func(context.Context, domain.VolatileStore) (T, error)) (T, error) {
	done, err := g.breaker.Allow()
	if err != nil {
		return call(ctx, g.memory)
	}
	bounded, cancel := context.WithTimeout(ctx, redisTimeout)
	defer cancel()
	result, err := call(bounded, g.redis)
	if err != nil && ctx.Err() != nil {
		done(errCallerGone)
		return result, ctx.Err()
	}
	if err != nil {
		g.cause.Store(&err)
	}
	done(err)
	if err != nil {
		return call(ctx, g.memory)
	}
	return result, nil
}

// tell is ask for calls without a result.
func tell(ctx context.Context, g *Guarded, call func(context.Context, domain.VolatileStore) error) error {
	_, err := ask(ctx, g, func(ctx context.Context, store domain.VolatileStore) (struct{}, error) {
		return struct{}{}, call(ctx, store)
	})
	return err
}

// Close closes both.
func (g *Guarded) Close() error { return errors.Join(g.redis.Close(), g.memory.Close()) }
