package enrichment

import (
	"maps"
	"sync"
	"time"
)

// underway remembers the calls that were left by a batch which saved without them, for the next
// claim of their messages to join. It holds an entry until it is taken or a little longer than the
// call can last, in case another instance has claimed the message.
type underway struct {
	mu    sync.Mutex
	calls map[part]*call
}

func newUnderway() *underway { return &underway{calls: map[part]*call{}} }

// leave puts down the calls that are to bring these parts of the work. The message may be claimed
// again only after this.
func (u *underway) leave(w work, parts []string, now time.Time) {
	u.mu.Lock()
	defer u.mu.Unlock()
	maps.DeleteFunc(u.calls, func(_ part, c *call) bool { return now.After(c.expires) })
	for _, target := range parts {
		u.calls[part{w.task.Message.ID, target}] = w.calls[target]
	}
}

// take gives the call that is to bring the part, once; nil when there is none.
func (u *underway) take(key part) *call {
	u.mu.Lock()
	defer u.mu.Unlock()
	c := u.calls[key]
	delete(u.calls, key)
	return c
}
