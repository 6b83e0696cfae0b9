// Package expiring keeps what a provider tells of itself, such as its languages, for a while.
package expiring

import (
	"context"
	"time"
)

// pause is how long a value that could not be loaded again serves on before the next attempt.
const pause = time.Minute

// Value is loaded when it is first asked for, and again after its life. It is safe for concurrent
// use.
type Value[T any] struct {
	life  time.Duration
	load  func(context.Context) (T, error)
	place chan struct{} // of the one that reads or loads: waiting for it can be given up

	value   T
	known   bool
	expires time.Time
}

// New makes a value that is not loaded yet.
func New[T any](life time.Duration, load func(context.Context) (T, error)) *Value[T] {
	return &Value[T]{life: life, load: load, place: make(chan struct{}, 1)}
}

// Get gives the value and loads it before, if need be: one load at a time. When it cannot be loaded
// again the old one serves on.
func (v *Value[T]) Get(ctx context.Context) (T, error) {
	select {
	case v.place <- struct{}{}:
		defer func() { <-v.place }()
	case <-ctx.Done():
		var none T
		return none, ctx.Err()
	}
	if v.known && time.Now().Before(v.expires) {
		return v.value, nil
	}
	value, err := v.load(ctx)
	switch {
	case err == nil:
		v.value, v.known, v.expires = value, true, time.Now().Add(v.life)
	case v.known:
		v.expires = time.Now().Add(pause)
	default:
		return value, err
	}
	return v.value, nil
}
