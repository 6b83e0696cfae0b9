package domain

import (
	"context"
	"slices"
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
		UploadStore
	}
	Broker    Broker
	Presences PresenceStore
	Audit     *AuditLog
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
	if !access.Participant && !caller.IsOperator() && !caller.IsService() {
		return RoomAccess{}, errRoomNotFound
	}
	return access, nil
}

// participate checks that the caller takes part in the room.
func (c *Chat) participate(ctx context.Context, caller Caller, roomID ID) error {
	if caller.IsService() {
		return errParticipantsOnly
	}
	access, err := c.access(ctx, caller, roomID)
	if err != nil {
		return err
	}
	if !access.Participant {
		return errParticipantsOnly
	}
	return nil
}

var errParticipantsOnly = Forbidden("Only participants of the room may do this.")

// See checks that the caller may read the room: what every read of it, also a stream, begins with.
func (c *Chat) See(ctx context.Context, caller Caller, roomID ID) error {
	return c.seeWith(ctx, caller, roomID, ScopeOpsRead)
}

// seeWith is See for services with any one of the scopes. Those who see the room because of what they
// are, and not because they take part in it, leave a trace.
func (c *Chat) seeWith(ctx context.Context, caller Caller, roomID ID, scopes ...string) error {
	if caller.IsService() && !slices.ContainsFunc(scopes, caller.HasScope) {
		return ErrScope(scopes[0])
	}
	if _, err := c.access(ctx, caller, roomID); err != nil {
		return err
	}
	return c.traceRoom(ctx, caller, roomID)
}

// manage checks that the caller may change the room: operators, and services with the scope unless it
// is empty.
func (c *Chat) manage(ctx context.Context, caller Caller, roomID ID, scope string) error {
	if caller.IsService() && scope == "" {
		return errOperatorsOnly
	}
	if err := c.seeWith(ctx, caller, roomID, scope); err != nil {
		return err
	}
	if !caller.IsOperator() && !caller.IsService() {
		return errOperatorsOnly
	}
	return nil
}
