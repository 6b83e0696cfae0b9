package streams

import (
	"context"
	"time"

	"dentalk/domain"
)

const (
	replayPage   = 200
	enrichedPage = 500
	// enrichedPages bounds one repetition of enrichments.
	enrichedPages = 20
)

// missedPage gives the frames of the next page of what the stream has missed, and whether it was
// the last one. In one room it reads on by seq, which is exact. Otherwise it reads on by ID, where
// a store may give some messages again; replayed tells them.
func (c *connection) missedPage(ctx context.Context, limit int) (frames []*frame, last bool, err error) {
	for {
		messages, err := c.readMissed(ctx, limit)
		if err != nil {
			return nil, false, err
		}
		before := c.after
		for i := range messages {
			c.after = max(c.after, messages[i].ID)
		}
		frames = c.missedFrames(messages)
		if len(messages) < limit || len(frames) > 0 || c.after > before {
			return frames, len(messages) < limit, nil
		}
		limit *= 2 // the page held nothing but repetitions
	}
}

func (c *connection) readMissed(ctx context.Context, limit int) ([]domain.Message, error) {
	ctx, cancel := reading(ctx)
	defer cancel()
	if seq, known := c.replayed[c.request.Room]; known && c.request.Room != "" {
		page, err := c.hub.config.Store.Messages(ctx, domain.HistoryQuery{
			Viewer: c.request.Viewer, RoomID: c.request.Room, After: &seq, Limit: limit,
		})
		return page.Messages, err
	}
	return c.hub.config.Store.MessagesAfter(ctx, c.replay(c.after, limit))
}

// missedFrames leaves out repetitions, and rooms that the viewer has left since the page was read:
// what was read before that is older than the leaving.
func (c *connection) missedFrames(messages []domain.Message) []*frame {
	frames := make([]*frame, 0, len(messages))
	for i := range messages {
		m := &messages[i]
		if m.Seq <= c.replayed[m.RoomID] || !c.allowed(m.RoomID) {
			continue
		}
		c.replayed[m.RoomID] = m.Seq
		if f := c.frameOf(messageCreated(m)); f != nil {
			f.position = m.ID // the history is read in the order of IDs
			frames = append(frames, f)
		}
	}
	return frames
}

func (c *connection) frameOf(event domain.Event) *frame {
	return c.hub.encoding(event, "").frame(c.request.Operator)
}

// eachEnriched repeats the enrichments of messages up to the position that were saved since then,
// a page at a time.
func (c *connection) eachEnriched(ctx context.Context, position domain.ID, since time.Time, write func([]*frame) error) error {
	given := make(map[domain.ID]time.Time)
	for range enrichedPages {
		messages, err := c.readEnriched(ctx, position, since)
		if err != nil {
			return err
		}
		var frames []*frame
		for i := range messages {
			m := &messages[i]
			if saved, again := given[m.ID]; again && saved.Equal(m.UpdatedAt) || !c.allowed(m.RoomID) {
				continue
			}
			given[m.ID], since = m.UpdatedAt, m.UpdatedAt
			if f := c.frameOf(messageEnriched(m)); f != nil {
				frames = append(frames, f)
			}
		}
		if len(frames) > 0 {
			if err := write(frames); err != nil {
				return err
			}
		}
		if len(messages) < enrichedPage || len(frames) == 0 {
			return nil
		}
	}
	return nil
}

func (c *connection) readEnriched(ctx context.Context, position domain.ID, since time.Time) ([]domain.Message, error) {
	ctx, cancel := reading(ctx)
	defer cancel()
	return c.hub.config.Store.EnrichedSince(ctx, c.replay(position, enrichedPage), since)
}
