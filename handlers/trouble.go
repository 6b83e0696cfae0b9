package handlers

import (
	"log/slog"
	"sync/atomic"
	"time"
)

const (
	// countTimeout bounds what a request waits for a count that it can do without.
	countTimeout = time.Second
	// troubleEvery is how often the same trouble is worth a line in the log.
	troubleEvery = time.Minute
)

// trouble logs once in a while that something failed without which requests go on. It is safe for
// concurrent use.
type trouble struct {
	log  *slog.Logger
	now  func() time.Time
	last atomic.Int64 // when a line was written, in nanoseconds
}

func (t *trouble) report(what string, err error) {
	now, last := t.now().UnixNano(), t.last.Load()
	if last != 0 && now-last < int64(troubleEvery) || !t.last.CompareAndSwap(last, now) {
		return
	}
	t.log.Warn(what, "error", err)
}
