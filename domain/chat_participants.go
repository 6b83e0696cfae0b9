package domain

import (
	"context"
	"fmt"
	"slices"
)

// Participant is the user as it appears in rooms.
func (u User) Participant() Participant {
	return Participant{UserID: u.ID, Username: u.Username, Role: u.Role, Language: u.Language}
}

// participants reads the users in the order of ids, each once.
func (c *Chat) participants(ctx context.Context, ids []ID) ([]User, error) {
	found, err := c.Store.UsersByID(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("read participants: %w", err)
	}
	byID := make(map[ID]User, len(found))
	for _, user := range found {
		byID[user.ID] = user
	}
	var users []User
	var v validation
	for i, id := range ids {
		user, ok := byID[id]
		if !ok || user.Disabled {
			v.add(fmt.Sprintf("participantIds[%d]", i), "not_found", "there is no such user, or the account is disabled")
			continue
		}
		if !slices.ContainsFunc(users, func(u User) bool { return u.ID == id }) {
			users = append(users, user)
		}
	}
	return users, v.err()
}

// AddParticipant lets a user take part. It tells the room and whether it was changed.
func (c *Chat) AddParticipant(ctx context.Context, caller Caller, roomID, userID ID) (RoomView, bool, error) {
	if err := c.manage(ctx, caller, roomID, ScopeRoomsWrite); err != nil {
		return RoomView{}, false, err
	}
	user, err := c.Store.User(ctx, userID)
	if KindOf(err) == KindNotFound || err == nil && user.Disabled {
		return RoomView{}, false, InvalidField("userId", "not_found", "there is no such user, or the account is disabled")
	}
	if err != nil {
		return RoomView{}, false, fmt.Errorf("read user: %w", err)
	}
	_, added, err := c.Store.AddParticipant(ctx, roomID, user.Participant(), user.OrganizationID, Milliseconds(c.Now()))
	if err != nil {
		return RoomView{}, false, fmt.Errorf("add participant: %w", err)
	}
	if added {
		if err := c.Audit.Record(ctx, caller, AuditEntry{Action: AuditParticipantAdded, RoomID: roomID, UserID: userID}); err != nil {
			return RoomView{}, false, err
		}
	}
	view, err := c.roomView(ctx, caller, roomID)
	return view, added, err
}

// RemoveParticipant ends a user's part in a room. KindNotFound when the user has none.
func (c *Chat) RemoveParticipant(ctx context.Context, caller Caller, roomID, userID ID) error {
	if err := c.manage(ctx, caller, roomID, ScopeRoomsWrite); err != nil {
		return err
	}
	_, left, err := c.Store.RemoveParticipant(ctx, roomID, userID, Milliseconds(c.Now()))
	if err != nil {
		return fmt.Errorf("remove participant: %w", err)
	}
	if left == nil {
		return NotFound("participant")
	}
	return c.Audit.Record(ctx, caller, AuditEntry{Action: AuditParticipantLeft, RoomID: roomID, UserID: userID})
}
