package domain

import (
	"context"
	"fmt"
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
	if created {
		err = c.Audit.Record(ctx, caller, AuditEntry{Action: AuditRoomCreated, RoomID: room.ID, Detail: participantsDetail(room)})
	} else {
		err = c.traceRoom(ctx, caller, room.ID)
	}
	if err != nil {
		return RoomView{}, false, err
	}
	view, err := c.roomView(ctx, caller, room.ID)
	return view, created, err
}

// roomView gives the room as the caller may see it. The caller's right to the room is checked before.
func (c *Chat) roomView(ctx context.Context, caller Caller, roomID ID) (RoomView, error) {
	view, err := c.Store.RoomView(ctx, roomID, caller.Viewer())
	return view.shownTo(caller), err
}

// shownTo leaves out what was written from a service that may see rooms and not read them.
func (v RoomView) shownTo(caller Caller) RoomView {
	if caller.IsService() && !caller.HasScope(ScopeOpsRead) {
		v.LastMessage = nil
	}
	return v
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
	if err := c.traceRooms(ctx, caller); err != nil {
		return RoomPage{}, err
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
	for i := range rooms {
		rooms[i] = rooms[i].shownTo(caller)
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
	return c.roomView(ctx, caller, roomID)
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
	before, err := c.Store.Room(ctx, roomID)
	if err != nil {
		return RoomView{}, fmt.Errorf("read room: %w", err)
	}
	if _, err := c.Store.UpdateRoom(ctx, roomID, change, Milliseconds(c.Now())); err != nil {
		return RoomView{}, fmt.Errorf("update room: %w", err)
	}
	if err := c.traceChange(ctx, caller, before, change); err != nil {
		return RoomView{}, err
	}
	return c.roomView(ctx, caller, roomID)
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
