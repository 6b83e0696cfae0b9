package domain

import (
	"context"
	"fmt"
	"slices"
)

// CreateRoom makes the room of an order, or gives the one that the order has and tells false.
func (c *Chat) CreateRoom(ctx context.Context, caller Caller, request NewRoom) (RoomView, bool, error) {
	if caller.IsService() && !caller.HasScope(ScopeRoomsWrite) {
		return RoomView{}, false, ErrScope(ScopeRoomsWrite)
	}
	if !caller.IsOperator() && !caller.IsService() {
		return RoomView{}, false, errOperatorsOnly
	}
	request, err := request.Check()
	if err != nil {
		return RoomView{}, false, err
	}
	users, err := c.participants(ctx, request.ParticipantIDs)
	if err != nil {
		return RoomView{}, false, err
	}
	now := Milliseconds(c.Now())
	room := Room{ID: c.IDs.Next(now), OrderID: request.OrderID, Name: request.Name, Status: RoomOpen, CreatedAt: now, UpdatedAt: now}
	for _, user := range users {
		room.Participants = append(room.Participants, user.Participant())
		room.join(user.Role, user.OrganizationID)
	}
	room, created, err := c.Store.CreateRoom(ctx, room)
	if err != nil {
		return RoomView{}, false, fmt.Errorf("create room: %w", err)
	}
	view, err := c.Store.RoomView(ctx, room.ID, caller.Viewer())
	return view, created, err
}

// join gives the room the side that it lacks.
func (r *Room) join(role Role, organization ID) {
	switch {
	case role == RoleClinic && r.ClinicID == "":
		r.ClinicID = organization
	case role == RoleLab && r.LabID == "":
		r.LabID = organization
	}
}

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

// RoomPage is a page of rooms.
type RoomPage struct {
	Rooms []RoomView
	// Position, read before the page, is where a stream of everything continues with nothing missed.
	Position ID
	// Next is the Before of the page that follows, and AsOf its AsOf; empty when there is none.
	Next ID
	AsOf ID
}

// Rooms lists the caller's rooms, latest activity first. Operators and services see all rooms.
func (c *Chat) Rooms(ctx context.Context, caller Caller, query RoomQuery) (RoomPage, error) {
	if caller.IsService() && !caller.HasScope(ScopeOpsRead) && !caller.HasScope(ScopeRoomsWrite) {
		return RoomPage{}, ErrScope(ScopeOpsRead)
	}
	query.Viewer, query.All = caller.Viewer(), caller.IsOperator() || caller.IsService()
	replay, err := c.everything(ctx, caller)
	if err != nil {
		return RoomPage{}, err
	}
	position, err := c.Store.NewestPosition(ctx, replay)
	if err != nil {
		return RoomPage{}, fmt.Errorf("read position: %w", err)
	}
	limit := query.Limit
	query.Limit++ // one more tells whether a page follows
	rooms, err := c.Store.RoomViews(ctx, query)
	if err != nil {
		return RoomPage{}, fmt.Errorf("list rooms: %w", err)
	}
	page := RoomPage{Rooms: rooms, Position: position}
	if len(rooms) > limit {
		page.Rooms = rooms[:limit]
		page.Next, page.AsOf = rooms[limit-1].Activity, query.AsOf
		if page.AsOf == "" {
			page.AsOf = rooms[0].Activity
		}
	}
	return page, nil
}

// everything is what the caller may see, as a replay selects it.
func (c *Chat) everything(ctx context.Context, caller Caller) (Replay, error) {
	replay := Replay{Viewer: caller.Viewer(), All: caller.IsOperator() || caller.IsService()}
	if replay.All {
		return replay, nil
	}
	rooms, err := c.Store.RoomIDs(ctx, caller.UserID)
	if err != nil {
		return Replay{}, fmt.Errorf("list the caller's rooms: %w", err)
	}
	replay.Rooms = rooms
	return replay, nil
}

// Room gives one room.
func (c *Chat) Room(ctx context.Context, caller Caller, roomID ID) (RoomView, error) {
	if err := c.seeWith(ctx, caller, roomID, ScopeOpsRead, ScopeRoomsWrite); err != nil {
		return RoomView{}, err
	}
	return c.Store.RoomView(ctx, roomID, caller.Viewer())
}

// UpdateRoom changes a room, for operators.
func (c *Chat) UpdateRoom(ctx context.Context, caller Caller, roomID ID, change RoomChange) (RoomView, error) {
	if err := c.manage(ctx, caller, roomID, ""); err != nil {
		return RoomView{}, err
	}
	if err := change.Check(); err != nil {
		return RoomView{}, err
	}
	if err := c.checkReferences(ctx, change); err != nil {
		return RoomView{}, err
	}
	if _, err := c.Store.UpdateRoom(ctx, roomID, change, Milliseconds(c.Now())); err != nil {
		return RoomView{}, fmt.Errorf("update room: %w", err)
	}
	return c.Store.RoomView(ctx, roomID, caller.Viewer())
}

func (c *Chat) checkReferences(ctx context.Context, change RoomChange) error {
	if change.AssigneeID != nil && *change.AssigneeID != "" {
		user, err := c.Store.User(ctx, *change.AssigneeID)
		if KindOf(err) == KindNotFound || err == nil && (user.Role != RoleOperator || user.Disabled) {
			return InvalidField("assigneeId", "not_found", "there is no such operator")
		}
		if err != nil {
			return fmt.Errorf("read assignee: %w", err)
		}
	}
	if change.LabID != nil && *change.LabID != "" {
		organization, err := c.Store.Organization(ctx, *change.LabID)
		if KindOf(err) == KindNotFound || err == nil && organization.Kind != OrganizationLab {
			return InvalidField("labId", "not_found", "there is no such lab")
		}
		if err != nil {
			return fmt.Errorf("read lab: %w", err)
		}
	}
	return nil
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
	view, err := c.Store.RoomView(ctx, roomID, caller.Viewer())
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
	return nil
}
