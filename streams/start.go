package streams

import (
	"context"
	"time"

	"dentalk/domain"
)

const (
	// tooFarBehind is how many missed messages a stream replays at most.
	tooFarBehind = 5000
	// enrichmentOverlap is how long before the position's message enrichments are repeated from:
	// longer than the time between the store's clock being read and the commit.
	enrichmentOverlap = 10 * time.Second
)

// The reasons of a resync.
const (
	resyncUnknown = "unknown_position"
	resyncTooFar  = "too_far_behind"
)

// start is where a stream begins.
type start struct {
	position domain.ID
	resumed  bool
	resync   string    // why the client's own position cannot be used; empty when it can, or gave none
	since    time.Time // enrichments saved since then may be unknown to the client
}

// begins finds the position from which the stream goes on. The connection is subscribed already,
// so that everything that comes after the position is either in the queue or in the store.
func (c *connection) begins(ctx context.Context) (start, error) {
	s, err := c.locate(ctx)
	c.begin, c.after, c.position = s.position, s.position, s.position
	return s, err
}

func (c *connection) locate(ctx context.Context) (start, error) {
	if c.resumes == "" {
		return c.newest(ctx, "")
	}
	id, ok := domain.ParseID(c.resumes)
	if !ok {
		return c.newest(ctx, resyncUnknown)
	}
	position, err := c.find(ctx, id)
	if domain.KindOf(err) == domain.KindNotFound {
		return c.newest(ctx, resyncUnknown)
	}
	if err != nil {
		return start{}, err
	}
	missed, err := c.countAfter(ctx, id)
	if err != nil {
		return start{}, err
	}
	if missed > tooFarBehind {
		return c.newest(ctx, resyncTooFar)
	}
	if position.RoomID != "" {
		c.replayed[position.RoomID] = position.Seq
	}
	return start{position: id, resumed: true, since: position.CreatedAt.Add(-c.hub.enrichedBefore())}, nil
}

// find locates the message at the position; before the first one there is none. A message that the
// viewer must not see is none either: whoever guesses an ID learns nothing from the answer.
func (c *connection) find(ctx context.Context, id domain.ID) (domain.Position, error) {
	if id == domain.ZeroID {
		return domain.Position{MessageID: id}, nil
	}
	ctx, cancel := reading(ctx)
	defer cancel()
	store, viewer := c.hub.config.Store, c.request.Viewer
	position, err := store.Locate(ctx, id, viewer)
	if err != nil || c.request.AllRooms || position.RoomID == c.request.Room {
		return position, err
	}
	access, err := store.RoomAccess(ctx, position.RoomID, viewer.UserID)
	if err == nil && !access.Participant {
		err = domain.NotFound("message")
	}
	return position, err
}

func (c *connection) countAfter(ctx context.Context, id domain.ID) (int, error) {
	ctx, cancel := reading(ctx)
	defer cancel()
	return c.hub.config.Store.CountAfter(ctx, c.replay(id, 0), tooFarBehind+1)
}

// newest begins at the newest message that the viewer may see. In one room its seq also tells what
// of the queue is older.
func (c *connection) newest(ctx context.Context, resync string) (start, error) {
	s := start{resync: resync, since: c.hub.config.Now().Add(-c.hub.enrichedBefore())}
	if c.request.Room != "" {
		message, err := c.hub.newestOf(ctx, c.request.Room, c.request.Viewer)
		s.position = message.ID
		if message.ID == "" {
			s.position = domain.ZeroID
		}
		c.replayed[c.request.Room] = message.Seq
		return s, err
	}
	ctx, cancel := reading(ctx)
	defer cancel()
	if err := c.skipOlder(ctx); err != nil {
		return s, err
	}
	var err error
	s.position, err = c.hub.config.Store.NewestPosition(ctx, c.replay("", 0))
	return s, err
}

// skipOlder keeps an operator's stream from what the sweeps look at once more because of the
// store's ReplayOverlap. The streams of others know the seq of each of their rooms. It comes before
// the position is read, so that nothing newer than the position is skipped.
func (c *connection) skipOlder(ctx context.Context) error {
	if c.hub.exact || !c.request.everyRoom() {
		return nil
	}
	newest, err := c.hub.config.Store.NewestPosition(ctx, c.replay("", 0))
	if err != nil {
		return err
	}
	heads, err := c.hub.config.Store.RoomHeads(ctx, newest)
	for _, head := range heads {
		c.replayed[head.RoomID] = head.LastSeq
	}
	return err
}
