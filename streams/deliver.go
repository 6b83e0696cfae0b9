package streams

import (
	"dentalk/domain"
)

// deliver is called by the broker. It never waits: not for a store, not for a reader.
func (h *Hub) deliver(event domain.Event) {
	h.metrics.event(event.Name)
	e := h.encoding(event, h.position(event))
	switch event.Name {
	case domain.EventSessionEnded:
		h.endSession(event.SessionID)
		return
	case domain.EventPresence:
		h.deliverPresence(e)
		return
	case domain.EventMessageEnriched, domain.EventMessageErased:
		if h.outdated(event.Message) {
			return
		}
		if !h.exact || event.Name == domain.EventMessageErased {
			h.toldAlready(event.Message)
		}
	case domain.EventParticipantLeft:
		h.left(e)
	}
	if h.exact {
		// Operators get what an exact broker brings, in its order. No state of a room comes
		// between: it could be younger than a message that is committed and not yet published.
		h.fanOut(e, *h.operators.Load())
	}
	h.toRoom(e)
	h.admitNew(e)
}

// admitNew adds the room to the streams of those who have joined it. It comes after the room has
// handed the event on: else a stream that follows quickly would get it from there once more.
func (h *Hub) admitNew(e *encoding) {
	switch e.event.Name {
	case domain.EventRoomCreated:
		for _, participant := range e.event.Room.Participants {
			h.joined(e, participant.UserID)
		}
	case domain.EventParticipantJoined:
		h.joined(e, e.event.Participant.UserID)
	}
}

// toRoom hands the event to its room, if somebody here needs it.
func (h *Hub) toRoom(e *encoding) {
	for {
		r := h.roomFor(e.event.RoomID)
		if r == nil {
			return
		}
		if r.handle(e) {
			return
		} // else the room was let go of between the two; look again
	}
}

// roomFor gives the room's state. Where operators watch everything and the broker is not exact, a
// room comes to life with its first event.
func (h *Hub) roomFor(id domain.ID) *room {
	h.mu.RLock()
	r := h.rooms[id]
	h.mu.RUnlock()
	if r != nil || h.exact || len(*h.operators.Load()) == 0 {
		return r
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.awaken(id)
}

// awaken makes the state of a room that operators need; h.mu is held. An earlier message of the
// room may have been lost, so it starts with a repair.
func (h *Hub) awaken(id domain.ID) *room {
	r := h.rooms[id]
	if r == nil && len(*h.operators.Load()) > 0 {
		r = newRoom(h, id)
		h.rooms[id] = r
		r.repair()
	}
	return r
}

// fanOut pushes the event to those of the connections that may see it. The bytes are made once
// for each audience.
func (h *Hub) fanOut(e *encoding, connections []*connection) {
	pushed := 0
	for _, c := range connections {
		if !c.sees(e.event) {
			continue
		}
		if f := e.frame(c.request.Operator); f != nil {
			c.queue.push(f)
			pushed++
		}
	}
	h.metrics.deliveries.Add(float64(pushed))
}

// position is up to where a stream of everything is complete when it gets this event. It is the
// one place where that is decided.
//
// With an exact broker everything committed earlier was dispatched earlier, so it is the message's
// own ID; unless a room is under repair, whose messages come late: then positions stand still. A
// broker that can lose or reorder may have let an older message of another room through: there the
// position lags to the newest one at which a sweep has found every room complete. A resume then
// repeats a few messages, and loses none.
func (h *Hub) position(event domain.Event) domain.ID {
	switch {
	case event.Name != domain.EventMessageCreated:
		return ""
	case !h.exact:
		return h.sweeps.complete()
	case h.repairing.Load() > 0:
		return ""
	default:
		return event.Message.ID
	}
}

// encoding makes the frames of one event when somebody needs them. It is used by one goroutine.
type encoding struct {
	hub      *Hub
	event    domain.Event
	position domain.ID
	frames   [2]*frame // for others, for operators
	failed   [2]bool
}

func (h *Hub) encoding(event domain.Event, position domain.ID) *encoding {
	return &encoding{hub: h, event: event, position: position}
}

// frame gives the frame for an audience; nil when the event cannot be encoded.
func (e *encoding) frame(operator bool) *frame {
	audience := 0
	if operator {
		audience = 1
	}
	if e.frames[audience] != nil || e.failed[audience] {
		return e.frames[audience]
	}
	data, err := e.hub.config.Encode(e.event, operator)
	if err != nil {
		e.failed[audience] = true
		e.hub.config.Log.Error("an event cannot be encoded", "event", e.event.Name, "room", e.event.RoomID, "error", err)
		return nil
	}
	e.frames[audience] = newFrame(e.event, data)
	e.frames[audience].position = e.position
	return e.frames[audience]
}
