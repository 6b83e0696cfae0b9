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

// round is one reading of everything that a stream of everything has missed, page by page.
type round struct {
	read domain.ID // the newest message that was read; empty at the beginning
	// stable is up to where no other writer commits a message any more. Behind it each page begins
	// there anew, and is larger: a message that was committed meanwhile may be older than what the
	// page before has ended with, and must not be missing ahead of the next one of its room.
	stable domain.ID
	limit  int
}

// missedPage gives the frames of the next page of what the stream has missed, and whether it was
// the last one. In one room it reads on by seq, which is exact. Otherwise it reads on by ID, and
// some messages may come again; replayed tells them.
func (c *connection) missedPage(ctx context.Context, limit int) (frames []*frame, last bool, err error) {
	ctx, cancel := reading(ctx)
	defer cancel()
	if seq, known := c.replayed[c.request.Room]; known && c.request.Room != "" {
		page, err := c.hub.config.Store.Messages(ctx, domain.HistoryQuery{
			Viewer: c.request.Viewer, RoomID: c.request.Room, After: &seq, Limit: limit,
		})
		return c.missedFrames(page.Messages), len(page.Messages) < limit, err
	}
	replay, err := c.nextPage(ctx, limit)
	if err != nil {
		return nil, false, err
	}
	messages, err := c.hub.config.Store.MessagesAfter(ctx, replay)
	if err != nil {
		return nil, false, err
	}
	if n := len(messages); n > 0 {
		c.round.read = max(c.round.read, messages[n-1].ID)
	}
	if last = len(messages) < replay.Limit; last {
		c.round = round{}
	}
	return c.missedFrames(messages), last, nil
}

// nextPage tells where the round goes on.
func (c *connection) nextPage(ctx context.Context, limit int) (domain.Replay, error) {
	replay := c.replay(c.after, limit)
	switch r := &c.round; {
	case r.read != "" && (c.hub.exact || r.read < r.stable):
		replay.After, replay.Strict = r.read, true
	case r.read != "":
		r.limit = 2 * max(r.limit, limit)
		replay.After, replay.Strict, replay.Limit = r.stable, true, r.limit
	case !c.hub.exact:
		newest, err := newestAnywhere(ctx, c.hub.config.Store)
		if err != nil {
			return replay, err
		}
		r.stable = domain.FloorID(newest.Time().Add(-domain.ReplayOverlap))
	}
	return replay, nil
}

// missedFrames leaves out repetitions, and rooms that the viewer has left since the page was read:
// what was read before that is older than the leaving.
func (c *connection) missedFrames(messages []domain.Message) []*frame {
	frames := make([]*frame, 0, len(messages))
	for i := range messages {
		m := &messages[i]
		c.after = max(c.after, m.ID)
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

// eachEnriched repeats the enrichments and erasures of messages up to the position that were saved
// since then, a page at a time.
func (c *connection) eachEnriched(ctx context.Context, position domain.ID, since time.Time, write func([]*frame) error) error {
	pages := newSaves(since)
	for range enrichedPages {
		messages, err := c.readEnriched(ctx, position, pages)
		if err != nil {
			return err
		}
		fresh, more := pages.take(messages)
		if frames := c.savedFrames(fresh); len(frames) > 0 {
			if err := write(frames); err != nil {
				return err
			}
		}
		if !more {
			return nil
		}
	}
	return nil
}

func (c *connection) readEnriched(ctx context.Context, position domain.ID, pages *saves) ([]domain.Message, error) {
	ctx, cancel := reading(ctx)
	defer cancel()
	return c.hub.config.Store.EnrichedSince(ctx, c.replay(position, pages.limit), pages.since)
}

// savedFrames leaves out rooms that the viewer has left since the messages were read.
func (c *connection) savedFrames(messages []*domain.Message) (frames []*frame) {
	for _, m := range messages {
		if !c.allowed(m.RoomID) {
			continue
		}
		if f := c.frameOf(messageSaved(m)); f != nil {
			frames = append(frames, f)
		}
	}
	return frames
}
