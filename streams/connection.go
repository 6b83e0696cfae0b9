package streams

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"slices"
	"sync"

	"dentalk/domain"
)

// connection is one stream or poll. Its fields without a lock belong to the goroutine that serves
// the request.
type connection struct {
	hub     *Hub
	name    string // random; clients see it in ready
	request Request
	queue   *queue
	slot    int  // of the registry
	parked  bool // does not count as open; guarded by the registry

	mu    sync.Mutex
	rooms map[domain.ID]*room // those whose events are pushed
	// membership is what the events told about the viewer and a room, the latest one counts.
	// Whatever is read from the store may be older, and does not overwrite it.
	membership map[domain.ID]bool

	held   map[domain.ID]*room // to be released at the end
	topics []domain.Topic      // to be released at the end
	// replayed holds up to which seq the rooms have been replayed: what the queue brings up to
	// there is a repetition.
	replayed map[domain.ID]int64
	// begin is where the stream began. With an exact broker nothing up to it is owed any more.
	begin    domain.ID
	resumes  string    // the position as the client sent it; each poll sends its own
	after    domain.ID // up to where the history was read
	round    round
	position domain.ID // everything up to here has been written
	// ahead is a message that was written and is newer than the position; see reach.
	ahead domain.ID
}

func (h *Hub) newConnection(request Request) *connection {
	var random [8]byte
	rand.Read(random[:]) // never fails
	return &connection{
		hub:        h,
		name:       hex.EncodeToString(random[:]),
		request:    request,
		resumes:    request.LastEventID,
		queue:      newQueue(h.config.QueueEvents, h.config.QueueBytes),
		rooms:      make(map[domain.ID]*room),
		membership: make(map[domain.ID]bool),
		held:       make(map[domain.ID]*room),
		replayed:   make(map[domain.ID]int64),
	}
}

// sees tells whether the event is for this viewer at all.
func (c *connection) sees(event domain.Event) bool {
	if event.IsNote() && !c.request.Viewer.Notes {
		return false
	}
	ownKnown := event.Name == domain.EventTyping || event.Name == domain.EventPresence
	return !ownKnown || event.Participant.UserID != c.request.Viewer.UserID
}

// subscribe makes events flow into the queue. From here on close must follow.
func (c *connection) subscribe(ctx context.Context) error {
	switch {
	case c.request.Room != "":
		return c.follow(ctx, c.request.Room)
	case c.request.everyRoom():
		return c.hub.addOperator(ctx, c)
	case c.request.AllRooms:
		return c.follow(ctx, c.request.Only...)
	}
	c.watch(ctx, domain.UserTopic(c.request.Viewer.UserID))
	ids, err := c.ownRooms(ctx)
	if err != nil {
		return err
	}
	return c.follow(ctx, ids...)
}

// ownRooms reads which rooms a stream of everything shows.
func (c *connection) ownRooms(ctx context.Context) ([]domain.ID, error) {
	ids, err := c.hub.roomIDs(ctx, c.request.Viewer.UserID)
	return slices.DeleteFunc(ids, func(id domain.ID) bool { return !c.wants(id) }), err
}

func (c *connection) watch(ctx context.Context, topics ...domain.Topic) {
	c.topics = append(c.topics, topics...)
	c.hub.zone.acquire(ctx, topics...)
}

// wants tells whether a stream of everything is not narrowed to other rooms.
func (c *connection) wants(id domain.ID) bool {
	return len(c.request.Only) == 0 || slices.Contains(c.request.Only, id)
}

// follow makes the connection a member of the rooms that it does not follow yet.
func (c *connection) follow(ctx context.Context, ids ...domain.ID) error {
	var needed []domain.ID
	for _, id := range ids {
		if c.held[id] == nil && !slices.Contains(needed, id) {
			needed = append(needed, id)
		}
	}
	rooms, err := c.hub.acquireRooms(ctx, c.request.Viewer, needed)
	for _, r := range rooms {
		c.held[r.id] = r
	}
	if err != nil {
		return err
	}
	for _, id := range ids {
		c.held[id].join(c)
	}
	return nil
}

// close ends the flow and releases everything.
func (c *connection) close() {
	c.hub.removeOperator(c)
	for _, r := range c.held {
		r.leave(c)
		c.hub.releaseRoom(r)
	}
	c.hub.zone.release(c.topics...)
	c.hub.connections.remove(c)
}

// replay is what the stream shows, for the queries of the store.
func (c *connection) replay(after domain.ID, limit int) domain.Replay {
	replay := domain.Replay{Viewer: c.request.Viewer, All: c.request.everyRoom(), After: after, Limit: limit}
	c.mu.Lock()
	defer c.mu.Unlock()
	for id := range c.rooms {
		replay.Rooms = append(replay.Rooms, id)
	}
	return replay
}
