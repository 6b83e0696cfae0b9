package streams

import (
	"context"

	"dentalk/domain"
)

func (r *room) isKnown() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.known
}

// start finds the seq from which on the room dispatches. It is the newest one in the store, read
// after the room is watched: what is older is in the store for everybody who joins later. heads
// may hold it already.
func (r *room) start(ctx context.Context, heads map[domain.ID]int64) error {
	r.starting.Lock()
	defer r.starting.Unlock()
	if r.isKnown() {
		return nil
	}
	last, listed := heads[r.id]
	if !listed {
		newest, err := r.hub.newestOf(ctx, r.id, domain.Viewer{Notes: true})
		if err != nil {
			return err
		}
		last = newest.Seq
	}
	last, err := r.owedToOperators(ctx, last)
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.known, r.last = true, last
	if r.highest > r.last {
		r.repairLocked()
	} else if !r.repairs {
		r.dispatchHeld()
	}
	return nil
}

// owedToOperators moves last back before the first message that operators may have missed: with a
// broker that loses, nobody knows what came before the first event of a room that was not watched
// for itself.
func (r *room) owedToOperators(ctx context.Context, last int64) (int64, error) {
	if r.hub.exact || len(*r.hub.operators.Load()) == 0 {
		return last, nil
	}
	ctx, cancel := reading(ctx)
	defer cancel()
	page, err := r.hub.config.Store.MessagesAfter(ctx, domain.Replay{
		Viewer: domain.Viewer{Notes: true}, Rooms: []domain.ID{r.id}, After: r.hub.owedSince(), Limit: 1,
	})
	if err != nil || len(page) == 0 {
		return last, err
	}
	r.mu.Lock()
	r.highest = max(r.highest, last)
	r.mu.Unlock()
	return min(last, page[0].Seq-1), nil
}

// owedSince is the position from which on operators may have missed something.
func (h *Hub) owedSince() domain.ID {
	since := h.sweeps.complete()
	if begun := h.operatorsSince.Load(); begun != nil {
		since = max(since, *begun)
	}
	return since
}

// newestOf gives the newest message of the room that the viewer may see; the zero Message when
// there is none.
func (h *Hub) newestOf(ctx context.Context, id domain.ID, viewer domain.Viewer) (domain.Message, error) {
	ctx, cancel := reading(ctx)
	defer cancel()
	page, err := h.config.Store.Messages(ctx, domain.HistoryQuery{Viewer: viewer, RoomID: id, Limit: 1})
	if err != nil || len(page.Messages) == 0 {
		return domain.Message{}, err
	}
	return page.Messages[len(page.Messages)-1], nil
}
