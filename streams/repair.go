package streams

import (
	"context"
	"time"

	"dentalk/domain"
)

const (
	repairPage     = 200
	repairPatience = 5 // empty pages in a row, after which a seq that was seen is given up
	repairWaitMin  = 20 * time.Millisecond
	repairWaitMax  = 2 * time.Second
)

// repair starts the goroutine that reads what the room has missed.
func (r *room) repair() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.repairLocked()
}

// repairLocked is repair with r.mu held. There is at most one such goroutine for each room, it
// ends with the hub, and the hub waits for it.
func (r *room) repairLocked() {
	if r.repairs || r.gone || r.hub.running.Err() != nil {
		return
	}
	r.repairs = true
	r.hub.repairing.Add(1)
	r.hub.group.Go(r.catchUp)
}

func (r *room) repairUnlessKnown() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.known {
		r.repairLocked()
	}
}

// catchUp reads and dispatches until the room has passed the highest seq seen.
func (r *room) catchUp() {
	defer r.hub.repairing.Add(-1)
	ctx, wait, empty := r.hub.running, repairWaitMin, 0
	for {
		found, err := r.readMissing(ctx)
		switch {
		case err == nil && found > 0:
			wait, empty = repairWaitMin, 0
		case err == nil:
			empty++
		}
		if r.repaired(ctx, empty >= repairPatience) {
			return
		}
		if err == nil && found > 0 {
			continue
		}
		if !pause(ctx, wait) {
			continue // the hub ends; repaired says so
		}
		wait = min(2*wait, repairWaitMax)
	}
}

// readMissing dispatches one page of what follows the last message. Few rooms read at once.
func (r *room) readMissing(ctx context.Context) (found int, err error) {
	select {
	case r.hub.repairSlot <- struct{}{}:
		defer func() { <-r.hub.repairSlot }()
	case <-ctx.Done():
		return 0, ctx.Err()
	}
	if err := r.start(ctx, nil); err != nil {
		return 0, err
	}
	last, needed := r.missing()
	if !needed {
		return 0, nil
	}
	ctx, cancel := reading(ctx)
	defer cancel()
	page, err := r.hub.config.Store.Messages(ctx, domain.HistoryQuery{
		Viewer: domain.Viewer{Notes: true}, RoomID: r.id, After: &last, Limit: repairPage,
	})
	if err != nil {
		return 0, err
	}
	return len(page.Messages), r.dispatchPage(page.Messages)
}

func (r *room) missing() (last int64, needed bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.last, !r.gone && r.last < r.highest
}

func (r *room) dispatchPage(messages []domain.Message) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range messages {
		if messages[i].Seq != r.last+1 {
			continue
		}
		event := messageCreated(&messages[i])
		// An exact broker's position stands still during a repair; the other's is the sweep's.
		r.dispatch(r.hub.encoding(event, r.hub.position(event)))
		r.hub.metrics.repaired.Inc()
	}
	return nil
}

// repaired ends the repair when nothing is missing any more, or nobody needs it, or the store does
// not have what was announced: then the sweep finds it, if it ever comes.
func (r *room) repaired(ctx context.Context, giveUp bool) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.known && giveUp {
		r.highest = r.last
	}
	ended := r.gone || ctx.Err() != nil
	if !ended && (!r.known || r.last < r.highest) {
		return false
	}
	r.repairs = false
	if !ended {
		r.dispatchHeld()
	}
	return true
}

// dispatchHeld dispatches what was kept back; r.mu is held.
func (r *room) dispatchHeld() {
	held := r.held
	r.held = nil
	for _, event := range held {
		e := r.hub.encoding(event, "")
		r.hub.fanOut(e, r.members)
		r.hub.fanOut(e, r.operators())
	}
}

// pause waits; false means that the context has ended.
func pause(ctx context.Context, wait time.Duration) bool {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
