package streams

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"dentalk/domain"
)

// sweeps finds what a broker lost silently, such as the last message of a burst. A sweep takes the
// newest position, asks the store which rooms have messages after the last complete position, and
// repairs those that are behind. Once all of them have caught up, its position is complete: every
// message up to it has been dispatched. It belongs to the goroutine of Hub.sweepRooms, except for
// the two atomic fields.
type sweeps struct {
	begun    atomic.Uint64             // the number of sweeps begun
	position atomic.Pointer[domain.ID] // the newest complete one
	settled  uint64                    // the sweep to which it belongs

	open    bool // a sweep waits for its rooms
	next    domain.ID
	targets map[*room]int64
	last    time.Time
	// memberships is up to when the participants of rooms have been compared with the store.
	memberships time.Time
	// enriched is up to when enrichments have been compared, by the store's clock, and enrichedAt
	// when that was done.
	enriched, enrichedAt time.Time
	wasHealthy           bool
	wasWell              bool
	complain             bool // the next failure is worth a line in the log
}

func (s *sweeps) begin(ctx context.Context, store domain.Store) error {
	newest, err := newestAnywhere(ctx, store)
	s.position.Store(&newest)
	s.wasWell, s.complain = true, true
	return err
}

func newestAnywhere(ctx context.Context, store domain.Store) (domain.ID, error) {
	ctx, cancel := reading(ctx)
	defer cancel()
	return store.NewestPosition(ctx, domain.Replay{Viewer: domain.Viewer{Notes: true}, All: true})
}

func (s *sweeps) number() uint64      { return s.begun.Load() }
func (s *sweeps) complete() domain.ID { return *s.position.Load() }

// sweepTick compares what is watched here with the store when it is time to.
func (h *Hub) sweepTick(ctx context.Context) {
	h.zone.retry(ctx)
	h.settle()
	if !h.sweepDue() {
		return
	}
	if err := errors.Join(h.sweep(ctx), h.sweepMemberships(ctx), h.sweepEnrichments(ctx)); err != nil {
		if h.sweeps.complain && ctx.Err() == nil {
			h.config.Log.Warn("streams cannot be compared with the store", "error", err)
		}
		h.sweeps.complain = false
		return
	}
	h.sweeps.complain = true
	h.evict()
}

// sweepDue tells whether to compare now: often while events may be missing, once more after that,
// and also while positions of streams wait for the sweeps.
func (h *Hub) sweepDue() bool {
	well := h.zone.healthy() && (h.exact || h.connections.count() == 0)
	due := !well || !h.sweeps.wasWell || time.Since(h.sweeps.last) >= h.config.SweepHealthy
	h.sweeps.wasWell = well
	return due
}

// sweep begins a new sweep, unless the one before still waits for its rooms: then those are
// reminded alone.
func (h *Hub) sweep(ctx context.Context) error {
	s := &h.sweeps
	s.last = time.Now()
	if s.open {
		for r, seq := range s.targets {
			r.seen(seq)
		}
		return nil
	}
	s.begun.Add(1)
	newest, err := newestAnywhere(ctx, h.config.Store)
	if err != nil {
		return err
	}
	ctx, cancel := reading(ctx)
	defer cancel()
	heads, err := h.config.Store.RoomHeads(ctx, s.complete())
	if err != nil {
		return err
	}
	s.open, s.next, s.targets = true, newest, h.behind(heads)
	h.settle()
	return nil
}

// behind starts the repair of the rooms that have not dispatched their head.
func (h *Hub) behind(heads []domain.RoomHead) map[*room]int64 {
	targets := make(map[*room]int64)
	for _, head := range heads {
		if r := h.roomFor(head.RoomID); r != nil && r.seen(head.LastSeq) {
			targets[r] = head.LastSeq
		}
	}
	return targets
}

// settle makes the position of the open sweep complete once all its rooms have caught up.
func (h *Hub) settle() {
	s := &h.sweeps
	if !s.open {
		return
	}
	for r, seq := range s.targets {
		if r.reached(seq) {
			delete(s.targets, r)
		}
	}
	if len(s.targets) > 0 {
		return
	}
	s.open, s.settled = false, s.begun.Load()
	if next := s.next; next > s.complete() {
		s.position.Store(&next)
	}
}

// evict lets go of the rooms that nobody but operators needs and that have been quiet for so long
// that no sweep asks for them any more.
func (h *Hub) evict() {
	h.mu.Lock()
	defer h.mu.Unlock()
	settled := h.sweeps.settled
	quiet := domain.FloorID(h.sweeps.complete().Time().Add(-domain.ReplayOverlap))
	for _, r := range h.rooms {
		if r.refs == 0 && r.idle(settled, quiet) {
			h.letGo(r)
		}
	}
}

func (r *room) idle(settled uint64, quiet domain.ID) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.known && !r.repairs && r.sweep < settled && r.newest < quiet
}
