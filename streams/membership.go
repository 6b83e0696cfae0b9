package streams

import (
	"context"
	"slices"

	"dentalk/domain"
)

// joined adds the room to the user's streams of everything. The event itself is pushed here,
// since the room does not know those connections yet; they follow it from that place in their
// queue on.
func (h *Hub) joined(e *encoding, user domain.ID) {
	for _, c := range h.connections.ofUser(user) {
		if c.request.Room != "" || c.request.AllRooms || !c.wants(e.event.RoomID) {
			continue
		}
		if !c.admit(e.event.RoomID) {
			continue
		}
		if f := e.frame(false); f != nil {
			c.queue.push(f)
			h.metrics.deliveries.Inc()
		}
		c.queue.follow(&frame{room: e.event.RoomID, follow: true})
	}
}

// left takes the room away from the user's streams. When it returns, nothing that happens later
// reaches them. An operator goes on to see every room.
func (h *Hub) left(e *encoding) {
	for _, c := range h.connections.ofUser(e.event.Participant.UserID) {
		if c.request.AllRooms || !c.expel(e.event.RoomID) {
			continue
		}
		f := e.frame(false)
		switch {
		case c.request.Room == e.event.RoomID:
			c.queue.finish(&ending{last: f})
			h.lingering.look()
		case c.request.Room == "" && f != nil:
			c.queue.push(f)
			h.metrics.deliveries.Inc()
		}
	}
}

// admit notes that the viewer takes part. False means that the room is followed already.
func (c *connection) admit(id domain.ID) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.membership[id] = true
	return c.rooms[id] == nil
}

// expel notes that the viewer no longer takes part, and ends the flow of the room's events. False
// means that this connection has nothing to do with the room.
func (c *connection) expel(id domain.ID) bool {
	if c.request.Room != "" && c.request.Room != id || !c.wants(id) {
		return false
	}
	c.mu.Lock()
	r := c.rooms[id]
	told := c.membership[id]
	delete(c.rooms, id)
	c.membership[id] = false
	c.mu.Unlock()
	if r != nil {
		r.leave(c)
	}
	return r != nil || told || c.request.Room != ""
}

// enter notes that the room pushes its events; the room's lock is held. False means that the
// viewer has left it meanwhile.
func (c *connection) enter(r *room) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if takesPart, told := c.membership[r.id]; told && !takesPart {
		return false
	}
	c.rooms[r.id] = r
	return true
}

// allowed tells whether what was read of the room may still be written.
func (c *connection) allowed(id domain.ID) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	takesPart, told := c.membership[id]
	return !told || takesPart
}

// addOperator makes c one of those that get every room's events. Where the broker may lose some,
// the position is read from which on the first of them is owed everything: after watching, and
// before c counts, so that its own replay covers what lies before.
func (h *Hub) addOperator(ctx context.Context, c *connection) error {
	c.watch(ctx, domain.TopicEveryRoom)
	if !h.exact && len(*h.operators.Load()) == 0 {
		newest, err := newestAnywhere(ctx, h.config.Store)
		if err != nil {
			return err
		}
		h.mu.Lock()
		if len(*h.operators.Load()) == 0 {
			h.operatorsSince.Store(&newest)
		}
		h.mu.Unlock()
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	operators := append(slices.Clone(*h.operators.Load()), c)
	h.operators.Store(&operators)
	return nil
}

// removeOperator is the opposite; with the last operator go the states of the rooms that only
// operators needed.
func (h *Hub) removeOperator(c *connection) {
	if !c.request.everyRoom() {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	operators := slices.Clone(*h.operators.Load())
	if i := slices.Index(operators, c); i >= 0 {
		operators = slices.Delete(operators, i, i+1)
	}
	h.operators.Store(&operators)
	if len(operators) > 0 {
		return
	}
	for _, r := range h.rooms {
		if r.refs == 0 {
			h.letGo(r)
		}
	}
}
