package streams

import (
	"context"
	"math/rand/v2"
	"time"
)

// drainSteps is into how many parts a drain spreads its goodbyes.
const drainSteps = 50

// Drain refuses new connections, says goodbye to the open ones in random order, spread evenly over
// the window, so that the other instances are not met by all at once, and waits until the last one
// has gone. Polls that linger are closed at once: nobody reads from them. The end of the context
// ends it early.
func (h *Hub) Drain(ctx context.Context, window time.Duration) {
	idle := h.connections.drain()
	h.lingering.close()
	all := h.connections.all()
	rand.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	for step := range drainSteps {
		for _, c := range all[step*len(all)/drainSteps : (step+1)*len(all)/drainSteps] {
			c.queue.finish(&ending{reason: reasonDraining})
		}
		if !pauseUnless(ctx, window/drainSteps, idle) {
			return
		}
	}
	select {
	case <-idle:
	case <-ctx.Done():
	}
}

// pauseUnless waits; false means that there is nothing more to wait for.
func pauseUnless(ctx context.Context, wait time.Duration, idle <-chan struct{}) bool {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-idle:
		return false
	case <-ctx.Done():
		return false
	}
}
