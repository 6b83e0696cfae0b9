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
// With one it gives what was missed, or else waits for the next events, at most for wait.
func (h *Hub) Poll(ctx context.Context, request Request, wait time.Duration) (Poll, error) {
	c := h.newConnection(request)
	if reason := h.connections.add(c); reason != "" {
		return Poll{}, domain.Unavailable("This instance takes no more connections now.")
	}
	defer c.close()
	if err := c.subscribe(ctx); err != nil {
		return Poll{}, err
	}
	if err := c.stillAllowed(ctx); err != nil {
		return Poll{}, err
	}
	begin, err := c.begins(ctx)
	if err != nil {
		return Poll{}, err
	}
	if !begin.resumed {
		return Poll{Items: []Item{}, Last: begin.position, Resync: begin.resync != ""}, nil
	}
	p := &poll{c: c, items: []Item{}, memory: h.recall(c.pollKey(begin.position), begin.since)}
	if err := p.collect(ctx, wait); err != nil {
		return Poll{}, err
	}
	h.polls.Add(c.pollKey(c.after), p.memory)
	return Poll{Items: p.items, Last: c.after}, nil
}

// stillAllowed looks once more whether the viewer takes part in the room: if it has left after the
// caller's check, no event may have told.
func (c *connection) stillAllowed(ctx context.Context) error {
	if c.request.Room == "" || c.request.Operator {
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

// poll gathers the items of one poll. Messages are always read from the store, in its order; the
// queue only tells that there are some. So the position is exact whatever the broker does.
type poll struct {
	c      *connection
	items  []Item
	memory *handedOut
}

func (p *poll) collect(ctx context.Context, wait time.Duration) error {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	for {
		if err := p.missed(ctx); err != nil {
			return err
		}
		if len(p.items) > 0 || wait <= 0 || p.c.queue.ended() {
			return nil
		}
		if !p.c.queue.goLive() {
			continue // what was thrown away is in the store
		}
		more, err := p.wait(ctx, timer.C)
		if err != nil || !more {
			return err
		}
	}
}

// missed reads what follows the position, and the enrichments that finished meanwhile.
func (p *poll) missed(ctx context.Context) error {
	for {
		frames, last, err := p.c.missedPage(ctx, pollPage)
		if err != nil {
			return err
		}
		p.add(frames)
		if last || len(p.items) > 0 {
			break
		}
	}
	return p.c.eachEnriched(ctx, p.c.after, p.memory.since, func(frames []*frame) error {
		p.add(frames)
		return nil
	})
}

// wait takes what comes from the queue. It tells whether to read the store again.
func (p *poll) wait(ctx context.Context, timeout <-chan time.Time) (more bool, err error) {
	for {
		t := p.c.queue.take(nil)
		again, err := p.take(ctx, t.frames)
		if err != nil {
			return false, err
		}
		if t.ending != nil {
			if t.ending.last != nil {
				p.add([]*frame{t.ending.last})
			}
			return false, nil
		}
		if again || len(p.items) > 0 {
			return again, nil
		}
		select {
		case <-p.c.queue.wake:
		case <-timeout:
			return false, nil
		case <-ctx.Done():
			return false, nil
		}
	}
}

// take adds the events other than messages and tells whether there are messages to be read.
func (p *poll) take(ctx context.Context, frames []*frame) (again bool, err error) {
	for _, f := range frames {
		switch {
		case f.follow:
			if err := p.c.follow(ctx, f.room); err != nil {
				return false, err
			}
			again = true
		case f.seq > 0:
			again = again || p.c.fresh(f)
		default:
			p.add([]*frame{f})
		}
	}
	return again, nil
}

// add leaves out what an earlier poll has handed out for the same position.
func (p *poll) add(frames []*frame) {
	frames = slices.DeleteFunc(slices.Clone(frames), p.memory.has)
	for _, f := range frames {
		p.items = append(p.items, Item{Event: f.event, ID: f.id, Data: f.json()})
	}
	p.memory = p.memory.with(frames)
}
