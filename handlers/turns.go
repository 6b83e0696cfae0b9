package handlers

import (
	"context"
	"sync"
)

// maxTurns is how many may wait for one key.
const maxTurns = 64

// turns lets those with the same key go one after the other, on this instance. The zero value is
// ready. It is safe for concurrent use.
type turns struct {
	mu   sync.Mutex
	keys map[string]*turn
}

type turn struct {
	taken chan struct{} // holds one while somebody has the turn
	users int           // who have it or wait for it; guarded by the lock of turns
}

// take waits for the key's turn, which then lasts until ctx ends. It gives false when too many wait
// already or ctx ends first.
func (t *turns) take(ctx context.Context, key string) bool {
	one := t.join(key)
	if one == nil {
		return false
	}
	select {
	case one.taken <- struct{}{}:
		context.AfterFunc(ctx, func() {
			<-one.taken
			t.leave(key, one)
		})
		return true
	case <-ctx.Done():
		t.leave(key, one)
		return false
	}
}

func (t *turns) join(key string) *turn {
	t.mu.Lock()
	defer t.mu.Unlock()
	one := t.keys[key]
	if one == nil {
		one = &turn{taken: make(chan struct{}, 1)}
		if t.keys == nil {
			t.keys = make(map[string]*turn)
		}
		t.keys[key] = one
	}
	if one.users >= maxTurns {
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
