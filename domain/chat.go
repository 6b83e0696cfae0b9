package domain

import (
	"context"
	"time"
)

// Chat are the use cases around rooms and messages: who may do what, and the rules. It is safe
// for concurrent use.
type Chat struct {
	Store interface {
		AccountStore
		RoomStore
		MessageStore
		ReplayStore
		EnrichmentStore
	}
	Broker    Broker
	Presences PresenceStore
	IDs       *IDSource
	Now       func() time.Time
	// Language tells the language of a text; the profile is the sender's.
	Language func(text, profile string) string
	// Enrich is false when no provider is set: messages are then born with enrichment off.
	Enrich bool
}

var errRoomNotFound = NotFound("room")

// access checks that the caller may see the room at all. For anybody who may not, the room does
// not exist.
func (c *Chat) access(ctx context.Context, caller Caller, roomID ID) (RoomAccess, error) {
	access, err := c.Store.RoomAccess(ctx, roomID, caller.UserID)
	if err != nil {
		return RoomAccess{}, err
	}
	if !access.Participant && !caller.IsOperator() && caller.Role != RoleService {
		return RoomAccess{}, errRoomNotFound
	}
	return access, nil
}

// participate checks that the caller takes part in the room.
func (c *Chat) participate(ctx context.Context, caller Caller, roomID ID) error {
	access, err := c.access(ctx, caller, roomID)
	if err != nil {
		return err
	}
	if !access.Participant {
		return Forbidden("Only participants of the room may do this.")
	}
	return nil
}

// See checks that the caller may read the room: what every read of it, also a stream, begins with.
func (c *Chat) See(ctx context.Context, caller Caller, roomID ID) error {
	_, err := c.access(ctx, caller, roomID)
	return err
}

// manage checks that the caller may change the room.
func (c *Chat) manage(ctx context.Context, caller Caller, roomID ID, scope string) error {
	if err := c.See(ctx, caller, roomID); err != nil {
		return err
	}
	if !caller.IsOperator() && (scope == "" || !caller.HasScope(scope)) {
		return errOperatorsOnly
	}
	return nil
}
