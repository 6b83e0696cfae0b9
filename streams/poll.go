package streams

import (
	"context"
	"slices"
	"time"

	"dentalk/domain"
)

// pollPage is how many missed messages one poll gives at most.
const pollPage = 500

// Poll gives as JSON what Serve would write. Without a position it gives the newest one at once.
// With one it gives what was missed, or else waits for the next events, at most for wait. What
// happens until the next poll of the same stream is kept for it for a while; other events than
// messages, their enrichments and erasures are given once, so that an answer that is lost loses those.
// One poll too many is KindRateLimited when the user has too many, else KindUnavailable.
func (h *Hub) Poll(ctx context.Context, request Request, wait time.Duration) (Poll, error) {
	c := h.lingering.take(request.streamKey())
	lingered := c != nil
	if !lingered {
		c = h.newConnection(request)
		if refused := h.connections.add(c); refused != "" {
			h.metrics.refused[refused].Inc()
			return Poll{}, refused.problem(h.config.MaxPerUser)
		}
	}
	answered := false
	defer func() {
		if answered {
			h.lingering.keep(c)
		} else {
			c.close()
		}
	}()
	if err := c.prepare(ctx, request, lingered); err != nil {
		return Poll{}, err
	}
	answer, err := c.poll(ctx, wait)
	answered = err == nil
	return answer, err
}

// prepare subscribes, or goes on with what an earlier poll has subscribed.
func (c *connection) prepare(ctx context.Context, request Request, lingered bool) error {
	if !lingered {
		if err := c.subscribe(ctx); err != nil {
			return err
		}
		return c.stillAllowed(ctx)
	}
	c.resumes = request.LastEventID
	clear(c.replayed)
	if err := c.renew(ctx); err != nil {
		return err
	}
	return c.stillAllowed(ctx)
}

// stillAllowed looks once more whether the viewer takes part in the room: if it has left after the
// caller's check, no event may have told.
func (c *connection) stillAllowed(ctx context.Context) error {
	if c.request.Room == "" || c.request.AllRooms {
		return nil
	}
	ctx, cancel := reading(ctx)
	defer cancel()
	access, err := c.hub.config.Store.RoomAccess(ctx, c.request.Room, c.request.Viewer.UserID)
	if err == nil && !access.Participant {
		return domain.NotFound("room")
	}
	return err
}

func (c *connection) poll(ctx context.Context, wait time.Duration) (Poll, error) {
	begin, err := c.begins(ctx)
	if err != nil {
		return Poll{}, err
	}
	if !begin.resumed {
		return Poll{Items: []Item{}, Last: begin.position, Resync: begin.resync != ""}, nil
	}
	stream := c.request.streamKey()
	memory := c.hub.recall(pollKey{stream, begin.position}, begin.since)
	p := &poll{c: c, memory: memory, next: memory.settled()}
	if err := p.collect(ctx, wait); err != nil {
		return Poll{}, err
	}
	if ctx.Err() == nil { // else nobody gets the answer
		p.next.finish(c.after != begin.position)
		c.hub.polls.Add(pollKey{stream, c.after}, p.next)
	}
	return Poll{Items: p.items(), Last: c.after}, nil
}

// streamKey is one stream of one caller: polls of the same one follow each other.
type streamKey struct {
	session  domain.ID
	viewer   domain.Viewer
	operator bool
	allRooms bool
	rooms    string
}

func (r Request) streamKey() streamKey {
	key := streamKey{session: r.SessionID, viewer: r.Viewer, operator: r.Operator, allRooms: r.AllRooms, rooms: string(r.Room)}
	if r.Room == "" {
		only := slices.Clone(r.Only)
		slices.Sort(only)
		for _, id := range slices.Compact(only) {
			key.rooms += string(id) + ","
		}
	}
	return key
}

// anonymous tells that the key may be that of several callers.
func (k streamKey) anonymous() bool { return k.session == "" && k.viewer.UserID == "" }
