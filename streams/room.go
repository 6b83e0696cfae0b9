package streams

import (
	"slices"
	"sync"

	"dentalk/domain"
)

// heldEvents bounds what a room under repair keeps back until its messages are complete.
const heldEvents = 1024

// room is the state of one room that somebody on this instance follows. It dispatches messages in
// the order of seq, without a gap and without a repetition.
type room struct {
	hub  *Hub
	id   domain.ID
	refs int // connections that need it; guarded by Hub.mu

	starting sync.Mutex // held while the newest seq is read

	mu      sync.Mutex
	gone    bool // no longer among the hub's rooms
	known   bool // last is valid
	repairs bool // a goroutine reads what is missing
	last    int64
	highest int64     // the highest seq seen
	newest  domain.ID // of the message dispatched last; empty when none was
	sweep   uint64    // in which it was dispatched
	members []*connection
	held    []domain.Event // events other than messages, kept back during a repair
}

func newRoom(h *Hub, id domain.ID) *room { return &room{hub: h, id: id} }

// handle takes one event of the broker. False means that the room is gone.
func (r *room) handle(e *encoding) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.gone {
		return false
	}
	if e.event.Name == domain.EventMessageCreated {
		r.message(e)
	} else {
		r.other(e)
	}
	return true
}

// message dispatches the next message. One that was seen is dropped; a gap is repaired, and until
// then only remembered: the repair reads it from the store.
func (r *room) message(e *encoding) {
	seq := e.event.Message.Seq
	r.highest = max(r.highest, seq)
	switch {
	case !r.known, r.repairs, seq <= r.last:
	case seq == r.last+1:
		r.dispatch(e)
	default:
		r.repairLocked()
	}
}

// other dispatches an event that is not a new message, but never ahead of the messages before it: an
// enrichment or an erasure must not reach a client earlier than its message. Typing is worth nothing
// later.
func (r *room) other(e *encoding) {
	if e.event.Message != nil && r.known && e.event.Message.Seq > r.last {
		r.highest = max(r.highest, e.event.Message.Seq)
		r.repairLocked()
	}
	switch {
	case r.known && !r.repairs:
		r.hub.fanOut(e, r.members)
		r.hub.fanOut(e, r.operators())
	case e.event.Name != domain.EventTyping:
		r.hold(e.event)
	}
}

// hold keeps an event back during a repair. What was kept of a message goes with its erasure.
func (r *room) hold(event domain.Event) {
	if event.Name == domain.EventMessageErased {
		r.held = slices.DeleteFunc(r.held, func(other domain.Event) bool {
			return other.Message != nil && other.Message.ID == event.Message.ID
		})
	}
	if len(r.held) < heldEvents {
		r.held = append(r.held, event)
	} else if event.Message != nil {
		r.hub.told.Remove(event.Message.ID) // so that a sweep tells it
	}
}

func (r *room) dispatch(e *encoding) {
	r.last = e.event.Message.Seq
	r.highest = max(r.highest, r.last)
	r.newest, r.sweep = e.event.Message.ID, r.hub.sweeps.number()
	r.hub.fanOut(e, r.members)
	r.hub.fanOut(e, r.operators())
}

// operators are those to whom the room dispatches; with an exact broker they are served directly.
func (r *room) operators() []*connection {
	if r.hub.exact {
		return nil
	}
	return *r.hub.operators.Load()
}

// seen remembers that the store has messages up to seq, and repairs the room when it is behind.
// It tells whether it is.
func (r *room) seen(seq int64) (behind bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.gone {
		return false
	}
	r.highest = max(r.highest, seq)
	if r.known && r.last >= seq {
		return false
	}
	r.repairLocked()
	return true
}

// reached tells whether everything up to seq was dispatched, or nobody needs it any more.
func (r *room) reached(seq int64) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.gone || (r.known && r.last >= seq)
}

// join makes c a member from the next event on, unless the viewer has left meanwhile.
func (r *room) join(c *connection) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !c.enter(r) {
		return false
	}
	if !slices.Contains(r.members, c) {
		r.members = append(r.members, c)
	}
	return true
}

// leave ends the membership of c: nothing is pushed to it afterwards.
func (r *room) leave(c *connection) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if i := slices.Index(r.members, c); i >= 0 {
		r.members[i] = r.members[len(r.members)-1]
		r.members[len(r.members)-1] = nil
		r.members = r.members[:len(r.members)-1]
	}
}
