package domain

import (
	"sync"
	"time"
)

// touchesRemembered bounds what a touchThrottle holds; what it has forgotten is touched again.
const touchesRemembered = 10_000

// touchThrottle lets the last use of a session or key be noted once in a while, also while a cache
// in front of the store still shows the one before. The zero value is ready. It is safe for
// concurrent use.
type touchThrottle struct {
	mu   sync.Mutex
	last map[ID]time.Time
}

// allow tells whether the interval has passed since it last allowed this id.
func (t *touchThrottle) allow(id ID, now time.Time, interval time.Duration) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if at, known := t.last[id]; known && now.Sub(at) < interval {
		return false
	}
	if t.last == nil || len(t.last) >= touchesRemembered {
		t.last = make(map[ID]time.Time)
	}
	t.last[id] = now
	return true
}
