package domain

import (
	"context"
	"strings"
)

// SeeAll checks that the caller may follow everything that it may see at once: what every stream that
// is not narrowed to rooms begins with.
func (c *Chat) SeeAll(ctx context.Context, caller Caller) error {
	if caller.IsService() && !caller.HasScope(ScopeOpsRead) {
		return ErrScope(ScopeOpsRead)
	}
	return c.traceRooms(ctx, caller)
}

// traceRoom leaves a trace of who reads a room because of what they are. It costs a clinic or a lab
// nothing.
func (c *Chat) traceRoom(ctx context.Context, caller Caller, roomID ID) error {
	if !caller.IsOperator() && !caller.IsService() {
		return nil
	}
	return c.Audit.RecordOnce(ctx, caller, AuditEntry{Action: AuditRoomRead, RoomID: roomID})
}

// traceRooms is traceRoom for what shows all rooms.
func (c *Chat) traceRooms(ctx context.Context, caller Caller) error {
	if !caller.IsOperator() && !caller.IsService() {
		return nil
	}
	return c.Audit.RecordOnce(ctx, caller, AuditEntry{Action: AuditRoomsRead})
}

// traceChange leaves a trace of what the change made of the room, if anything.
func (c *Chat) traceChange(ctx context.Context, caller Caller, before Room, change RoomChange) error {
	detail := change.detail(before)
	if detail == nil {
		return nil
	}
	return c.Audit.Record(ctx, caller, AuditEntry{Action: AuditRoomUpdated, RoomID: before.ID, Detail: detail})
}

// detail names the fields that the change gives another value, and what the values were and are; but
// not of the name, in which a patient's may be. It is nil when the change changes nothing.
func (c RoomChange) detail(before Room) map[string]string {
	after := c.Apply(before)
	var names []string
	detail := map[string]string{}
	for _, field := range []struct{ name, formerName, former, now string }{
		{"status", "formerStatus", string(before.Status), string(after.Status)},
		{"assigneeId", "formerAssigneeId", string(before.AssigneeID), string(after.AssigneeID)},
		{"labId", "formerLabId", string(before.LabID), string(after.LabID)},
	} {
		if field.former != field.now {
			names = append(names, field.name)
			detail[field.formerName], detail[field.name] = field.former, field.now
		}
	}
	if before.Name != after.Name {
		names = append(names, "name")
	}
	if len(names) == 0 {
		return nil
	}
	detail["fields"] = strings.Join(names, " ")
	return detail
}

// participantsDetail names who takes part in a room from its beginning.
func participantsDetail(room Room) map[string]string {
	if len(room.Participants) == 0 {
		return nil
	}
	ids := make([]string, len(room.Participants))
	for i, participant := range room.Participants {
		ids[i] = string(participant.UserID)
	}
	return map[string]string{"participantIds": strings.Join(ids, " ")}
}
