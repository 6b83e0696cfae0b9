package handlers

import (
	"context"
	"sync"
	"time"
)

// turns lets only so many with the same key go at once, on this instance. It is safe for concurrent
// use.
type turns struct {
	atOnce   int
	most     int           // who go or wait
	patience time.Duration // of those who wait

	mu   sync.Mutex
	keys map[string]*turn
}

func newTurns(atOnce, most int, patience time.Duration) *turns {
	return &turns{atOnce: atOnce, most: most, patience: patience, keys: make(map[string]*turn)}
}

type turn struct {
	taken chan struct{} // holds one for each who has a turn
	users int           // who have one or wait for one; guarded by the lock of turns
}

// take waits for a turn of the key, which then lasts until ctx ends. It gives false when too many wait
// already, it takes too long or ctx ends first.
func (t *turns) take(ctx context.Context, key string) bool {
	one := t.join(key)
	if one == nil {
		return false
	}
	tooLong := time.NewTimer(t.patience)
	defer tooLong.Stop()
	select {
	case one.taken <- struct{}{}:
		context.AfterFunc(ctx, func() {
			<-one.taken
			t.leave(key, one)
		})
		return true
	case <-tooLong.C:
	case <-ctx.Done():
	}
	t.leave(key, one)
	return false
}

func (t *turns) join(key string) *turn {
	t.mu.Lock()
	defer t.mu.Unlock()
	one := t.keys[key]
	if one == nil {
		one = &turn{taken: make(chan struct{}, t.atOnce)}
		t.keys[key] = one
	}
	if one.users >= t.most {
		return nil
	}
	one.users++
	return one
}

// leave forgets a key that nobody uses any more.
func (t *turns) leave(key string, one *turn) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if one.users--; one.users == 0 {
		delete(t.keys, key)
	}
}
