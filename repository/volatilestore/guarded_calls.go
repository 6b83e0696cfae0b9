package volatilestore

import (
	"context"
	"errors"
	"time"

	"dentalk/domain"
)

// CacheGet fails only with the context.
func (g *Guarded) CacheGet(ctx context.Context, keys ...string) (map[string][]byte, error) {
	return ask(ctx, g, func(ctx context.Context, store domain.VolatileStore) (map[string][]byte, error) {
		return store.CacheGet(ctx, keys...)
	})
}

// CacheSet fails only with the context.
func (g *Guarded) CacheSet(ctx context.Context, life time.Duration, values map[string][]byte) error {
	return tell(ctx, g, func(ctx context.Context, store domain.VolatileStore) error {
		return store.CacheSet(ctx, life, values)
	})
}

// CacheDelete fails only with the context. While Redis fails, what it holds stays there for its life.
func (g *Guarded) CacheDelete(ctx context.Context, keys ...string) error {
	return tell(ctx, g, func(ctx context.Context, store domain.VolatileStore) error {
		return store.CacheDelete(ctx, keys...)
	})
}

// CacheClear clears both, since an outage has left its part in the memory. Unlike the other calls it
// fails when Redis does, also while Redis is left alone: what was not cleared must not be taken as
// gone. It may take longer than they do.
func (g *Guarded) CacheClear(ctx context.Context, prefix string) error {
	ctx, cancel := context.WithTimeout(ctx, clearTimeout)
	defer cancel()
	return errors.Join(g.redis.CacheClear(ctx, prefix), g.memory.CacheClear(ctx, prefix))
}

// Failures fails only with the context.
func (g *Guarded) Failures(ctx context.Context, now time.Time, keys ...string) ([]domain.Failures, error) {
	return ask(ctx, g, func(ctx context.Context, store domain.VolatileStore) ([]domain.Failures, error) {
		return store.Failures(ctx, now, keys...)
	})
}

// AddFailure fails only with the context.
func (g *Guarded) AddFailure(ctx context.Context, now time.Time, life time.Duration, keys ...string) error {
	return tell(ctx, g, func(ctx context.Context, store domain.VolatileStore) error {
		return store.AddFailure(ctx, now, life, keys...)
	})
}

// ForgetFailures fails only with the context.
func (g *Guarded) ForgetFailures(ctx context.Context, key string) error {
	return tell(ctx, g, func(ctx context.Context, store domain.VolatileStore) error {
		return store.ForgetFailures(ctx, key)
	})
}

// Take fails only with the context.
func (g *Guarded) Take(ctx context.Context, now time.Time, key string, perMinute int) (domain.Allowance, error) {
	return ask(ctx, g, func(ctx context.Context, store domain.VolatileStore) (domain.Allowance, error) {
		return store.Take(ctx, now, key, perMinute)
	})
}

// Connect fails only with the context.
func (g *Guarded) Connect(ctx context.Context, now time.Time, life time.Duration, instance string, users ...domain.ID) ([]domain.ID, error) {
	return ask(ctx, g, func(ctx context.Context, store domain.VolatileStore) ([]domain.ID, error) {
		return store.Connect(ctx, now, life, instance, users...)
	})
}

// Disconnect fails only with the context.
func (g *Guarded) Disconnect(ctx context.Context, now time.Time, instance string, user domain.ID) (bool, error) {
	return ask(ctx, g, func(ctx context.Context, store domain.VolatileStore) (bool, error) {
		return store.Disconnect(ctx, now, instance, user)
	})
}

// Expired fails only with the context.
func (g *Guarded) Expired(ctx context.Context, now time.Time, limit int) ([]domain.Presence, error) {
	return ask(ctx, g, func(ctx context.Context, store domain.VolatileStore) ([]domain.Presence, error) {
		return store.Expired(ctx, now, limit)
	})
}

// Presences fails only with the context.
func (g *Guarded) Presences(ctx context.Context, now time.Time, users ...domain.ID) ([]domain.Presence, error) {
	return ask(ctx, g, func(ctx context.Context, store domain.VolatileStore) ([]domain.Presence, error) {
		return store.Presences(ctx, now, users...)
	})
}
