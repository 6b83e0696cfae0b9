package sqlitestore

import (
	"context"
	"slices"
	"time"

	"dentalk/domain"
)

func scanParticipant(row scanner) (domain.Participant, error) {
	var p domain.Participant
	err := row.Scan(&p.UserID, &p.Username, &p.Role, &p.Language)
	return p, err
}

func participantsOf(ctx context.Context, c *connection, roomID domain.ID) ([]domain.Participant, error) {
	return all(ctx, c, scanParticipant,
		"SELECT user_id, username, role, language FROM participants WHERE room_id = ? ORDER BY number", roomID)
}

func insertParticipant(ctx context.Context, tx *transaction, roomID domain.ID, p domain.Participant) error {
	return tx.exec(ctx, "INSERT INTO participants (room_id, user_id, username, role, language) VALUES (?, ?, ?, ?, ?)",
		roomID, p.UserID, p.Username, p.Role, p.Language)
}

var errRoomFull = domain.Conflict("room_full", "The room has as many participants as a room can have.")

type joined struct {
	room  domain.Room
	added bool
}

// AddParticipant lets a user take part in a room.
func (s *Store) AddParticipant(ctx context.Context, roomID domain.ID, participant domain.Participant, organizationID domain.ID, now time.Time) (domain.Room, bool, error) {
	done, err := write(ctx, s, func(ctx context.Context, tx *transaction) (joined, error) {
		room, err := roomOf(ctx, tx.connection, roomID)
		if err != nil {
			return joined{}, err
		}
		if room.HasParticipant(participant.UserID) {
			return joined{room: room}, nil
		}
		if len(room.Participants) >= domain.MaxParticipants {
			return joined{}, errRoomFull
		}
		room.Participants = append(room.Participants, participant)
		room.UpdatedAt = domain.Milliseconds(now)
		setSide(&room, participant.Role, organizationID)
		if err := updateRoom(ctx, tx, room); err != nil {
			return joined{}, err
		}
		return joined{room: room, added: true}, insertParticipant(ctx, tx, roomID, participant)
	})
	return done.room, done.added, fail("add participant", err)
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

type parted struct {
	room domain.Room
	left *domain.Participant
}

// RemoveParticipant ends a user's part in a room.
func (s *Store) RemoveParticipant(ctx context.Context, roomID, userID domain.ID, now time.Time) (domain.Room, *domain.Participant, error) {
	done, err := write(ctx, s, func(ctx context.Context, tx *transaction) (parted, error) {
		room, err := roomOf(ctx, tx.connection, roomID)
		if err != nil {
			return parted{}, err
		}
		at := slices.IndexFunc(room.Participants, func(p domain.Participant) bool { return p.UserID == userID })
		if at < 0 {
			return parted{room: room}, nil
		}
		left := room.Participants[at]
		room.Participants = slices.Delete(room.Participants, at, at+1)
		room.UpdatedAt = domain.Milliseconds(now)
		if err := updateRoom(ctx, tx, room); err != nil {
			return parted{}, err
		}
		return parted{room: room, left: &left},
			tx.exec(ctx, "DELETE FROM participants WHERE room_id = ? AND user_id = ?", roomID, userID)
	})
	return done.room, done.left, fail("remove participant", err)
}
