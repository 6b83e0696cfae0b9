package streams

import (
	"context"

	"dentalk/domain"
)

// addRoomMessages is how many messages of a room that was added to a stream of everything are
// replayed at most. It is far more than can be written between the event and the replay; what is
// older the client reads from the history, like that of every room that is new to it.
const addRoomMessages = 200

// addRoom follows a room from this place of the stream on. The room's messages after the stream's
// position are replayed, which covers those that came before it was followed. They do not move the
// position: messages of other rooms that are older than they are still wait in the queue.
func (c *connection) addRoom(ctx context.Context, out *stream, id domain.ID) error {
	messages, err := c.added(ctx, id)
	if err != nil {
		return err
	}
	frames := c.missedFrames(messages)
	for _, f := range frames {
		f.position = ""
	}
	return out.frames(c, frames, false)
}

// added subscribes to the room and reads what its stream has missed.
func (c *connection) added(ctx context.Context, id domain.ID) ([]domain.Message, error) {
	if joined, err := c.join(ctx, id); err != nil || !joined {
		return nil, err
	}
	ctx, cancel := reading(ctx)
	defer cancel()
	store, viewer := c.hub.config.Store, c.request.Viewer
	messages, err := store.MessagesAfter(ctx, domain.Replay{
		Viewer: viewer, Rooms: []domain.ID{id}, After: c.position, Limit: addRoomMessages + 1,
	})
	if err != nil || len(messages) <= addRoomMessages {
		return messages, err
	}
	page, err := store.Messages(ctx, domain.HistoryQuery{Viewer: viewer, RoomID: id, Limit: addRoomMessages})
	return page.Messages, err
}

// join follows a room that the viewer has joined. False means that it has left again, which a sweep
// that had read the room before may not have known.
func (c *connection) join(ctx context.Context, id domain.ID) (bool, error) {
	if err := c.follow(ctx, id); err != nil {
		return false, err
	}
	if !c.follows(id) || c.hub.exact {
		return c.follows(id), nil
	}
	ctx, cancel := reading(ctx)
	defer cancel()
	access, err := c.hub.config.Store.RoomAccess(ctx, id, c.request.Viewer.UserID)
	if err == nil && !access.Participant {
		c.expel(id)
	}
	return access.Participant, err
}

func (c *connection) follows(id domain.ID) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.rooms[id] != nil
}
