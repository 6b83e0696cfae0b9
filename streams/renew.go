package streams

import (
	"context"

	"dentalk/domain"
)

// renew reads again which rooms a stream of everything shows, as a new connection would: while a
// poll lingers the broker may lose that the viewer has joined or left a room.
func (c *connection) renew(ctx context.Context) error {
	if c.request.Room != "" || c.request.AllRooms {
		return nil
	}
	c.mu.Lock()
	clear(c.membership) // what the events told before is in the store; what they tell now counts
	c.mu.Unlock()
	ids, err := c.ownRooms(ctx)
	if err != nil {
		return err
	}
	c.keepOnly(ids)
	return c.follow(ctx, ids...)
}

// keepOnly ends the flow of the events of other rooms, and drops what came of them, unless an event
// told meanwhile that the viewer takes part.
func (c *connection) keepOnly(ids []domain.ID) {
	own := make(map[domain.ID]struct{}, len(ids))
	for _, id := range ids {
		own[id] = struct{}{}
	}
	var others []*room
	c.mu.Lock()
	for id, r := range c.rooms {
		if _, found := own[id]; !found && !c.membership[id] {
			c.membership[id] = false
			delete(c.rooms, id)
			others = append(others, r)
		}
	}
	c.mu.Unlock()
	for _, r := range others {
		r.leave(c)
		c.mu.Lock()
		if !c.membership[r.id] { // else the viewer has joined it just now
			c.queue.forget(r.id)
		}
		c.mu.Unlock()
	}
}
