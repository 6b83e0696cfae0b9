package mongostore

import (
	"context"
	"slices"
	"time"

	"dentalk/domain"
)

var errRoomFull = domain.Conflict("room_full", "The room has as many participants as a room can have.")

// AddParticipant lets a user take part in a room.
func (s *Store) AddParticipant(ctx context.Context, roomID domain.ID, participant domain.Participant, organizationID domain.ID, now time.Time) (domain.Room, bool, error) {
	var added bool
	changed, err := change(ctx, s.rooms, "room", roomID, func(d *roomDocument) (bool, error) {
		room := d.room()
		if added = !room.HasParticipant(participant.UserID); !added {
			return false, nil
		}
		if len(room.Participants) >= domain.MaxParticipants {
			return false, errRoomFull
		}
		room.Participants = append(room.Participants, participant)
		room.UpdatedAt = now
		setSide(&room, participant.Role, organizationID)
		d.set(room)
		return true, nil
	})
	if err != nil {
		return domain.Room{}, false, fail("add participant", err)
	}
	return changed.room(), added, nil
}

// setSide gives the room the clinic or lab that it lacks.
func setSide(room *domain.Room, role domain.Role, organizationID domain.ID) {
	switch {
	case role == domain.RoleClinic && room.ClinicID == "":
		room.ClinicID = organizationID
	case role == domain.RoleLab && room.LabID == "":
		room.LabID = organizationID
	}
}

// RemoveParticipant ends a user's part in a room.
func (s *Store) RemoveParticipant(ctx context.Context, roomID, userID domain.ID, now time.Time) (domain.Room, *domain.Participant, error) {
	var left *domain.Participant
	changed, err := change(ctx, s.rooms, "room", roomID, func(d *roomDocument) (bool, error) {
		at := d.participant(userID)
		if left = nil; at < 0 {
			return false, nil
		}
		gone := d.Participants[at].participant()
		left = &gone
		d.Participants = slices.Delete(d.Participants, at, at+1)
		d.UpdatedAt = domain.Milliseconds(now)
		return true, nil
	})
	if err != nil {
		return domain.Room{}, nil, fail("remove participant", err)
	}
	return changed.room(), left, nil
}
