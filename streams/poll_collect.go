package streams

import (
	"context"
	"slices"
	"time"

	"dentalk/domain"
)

// poll gathers the items of one poll. Messages, their enrichments and erasures are always read from
// the store, in its order; the queue only tells that there are some. So the position is exact whatever
// the broker does. Other events come from the queue, behind the messages that were committed
// before them.
type poll struct {
	c      *connection
	memory *handedOut // of the answers before
	next   *handedOut // with this answer

	again  []*frame // given once before
	news   []*frame
	others []*frame
	ended  bool
}

// collect returns when there is something new, or else after the wait.
func (p *poll) collect(ctx context.Context, wait time.Duration) error {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	for read := true; ; {
		more, err := p.take(ctx)
		if err != nil {
			return err
		}
		if read || more {
			if err := p.missed(ctx); err != nil {
				return err
			}
		}
		if len(p.news)+len(p.others) > 0 || p.ended || wait <= 0 {
			return nil
		}
		if read = !p.c.queue.goLive(); read {
			continue // what was thrown away is in the store
		}
		select {
		case <-p.c.queue.wake:
		case <-timer.C:
			return nil
		case <-ctx.Done():
			return nil
		}
	}
}

// take empties the queue and tells whether to read the store: also for the sake of the other
// events, so that none comes ahead of a message before it.
func (p *poll) take(ctx context.Context) (read bool, err error) {
	t := p.c.queue.take(nil)
	for _, f := range t.frames {
		switch {
		case f.follow:
			read = true
			if _, err := p.c.join(ctx, f.room); err != nil {
				return false, err
			}
		case f.seq > 0:
			read = read || p.c.fresh(f)
		case f.message != "":
			read = read || !p.memory.has(f) && !p.next.has(f)
		default:
			read = true
			p.others = append(p.others, f)
		}
	}
	if t.ending != nil {
		p.ended = true
		if t.ending.last != nil {
			p.others = append(p.others, t.ending.last)
		}
	}
	return read, nil
}

// missed reads what follows the position, and the enrichments that finished meanwhile.
func (p *poll) missed(ctx context.Context) error {
	p.c.round = round{}
	for {
		frames, last, err := p.c.missedPage(ctx, pollPage)
		if err != nil {
			return err
		}
		p.add(frames)
		if last || len(p.news) > 0 {
			break
		}
	}
	return p.c.eachEnriched(ctx, p.c.after, p.memory.since, func(frames []*frame) error {
		p.add(frames)
		return nil
	})
}

// add leaves out what is in this answer already, and what earlier polls have handed out for the
// same position often enough. What the store repeats because it is not newer than the position
// goes into the answer, and is no reason to answer.
func (p *poll) add(frames []*frame) {
	for _, f := range frames {
		if p.next.has(f) {
			continue
		}
		known := p.memory.has(f)
		p.next.put(f, known)
		if known || f.event == domain.EventMessageCreated && f.id <= p.c.begin {
			p.again = append(p.again, f)
		} else {
			p.news = append(p.news, f)
		}
	}
}

// items gives all of it, the oldest kind first: no enrichment comes ahead of its message.
func (p *poll) items() []Item {
	items := []Item{}
	for _, f := range slices.Concat(p.again, p.news, p.others) {
		items = append(items, Item{Event: f.event, ID: f.id, Data: f.json()})
	}
	return items
}
