package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"dentalk/domain"
)

const roomColumns = "r.id, r.order_id, r.name, r.clinic_id, r.lab_id, r.status, r.assignee_id, r.created_at, r.updated_at"

// scanRoom reads roomColumns and, behind them, others. The participants are in a table of their own.
func scanRoom(row scanner, more ...any) (domain.Room, error) {
	var r domain.Room
	var created, updated int64
	columns := []any{&r.ID, &r.OrderID, &r.Name, &r.ClinicID, &r.LabID, &r.Status, &r.AssigneeID, &created, &updated}
	if err := row.Scan(append(columns, more...)...); err != nil {
		return domain.Room{}, err
	}
	r.CreatedAt, r.UpdatedAt = timeOf(created), timeOf(updated)
	return r, nil
}

func scanOnlyRoom(row scanner) (domain.Room, error) { return scanRoom(row) }

type createdRoom struct {
	room    domain.Room
	created bool
}

// CreateRoom stores room, or gives the one that its order has already.
func (s *Store) CreateRoom(ctx context.Context, room domain.Room) (domain.Room, bool, error) {
	done, err := write(ctx, s, func(ctx context.Context, tx *transaction) (createdRoom, error) {
		existing, err := scanValue[domain.ID](tx.row(ctx, "SELECT id FROM rooms WHERE order_id = ?", room.OrderID))
		if err == nil {
			stored, err := roomOf(ctx, tx.connection, existing)
			return createdRoom{room: stored}, err
		}
		if !errors.Is(err, sql.ErrNoRows) {
			return createdRoom{}, err
		}
		if err := insertRoom(ctx, tx, room); err != nil {
			return createdRoom{}, err
		}
		stored, err := roomOf(ctx, tx.connection, room.ID)
		return createdRoom{room: stored, created: true}, err
	})
	return done.room, done.created, fail("create room", err)
}

func insertRoom(ctx context.Context, tx *transaction, room domain.Room) error {
	err := tx.exec(ctx, `INSERT INTO rooms (id, order_id, name, clinic_id, lab_id, status, assignee_id,
		activity_id, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?1, ?8, ?9)`,
		room.ID, room.OrderID, room.Name, room.ClinicID, room.LabID, room.Status, room.AssigneeID,
		room.CreatedAt.UnixMilli(), room.UpdatedAt.UnixMilli())
	if err != nil {
		return err
	}
	tx.ids.Follow(room.ID) // its first message must not seem older than the room
	for _, participant := range room.Participants {
		if err := insertParticipant(ctx, tx, room.ID, participant); err != nil {
			return err
		}
	}
	return nil
}

// Room gives one room.
func (s *Store) Room(ctx context.Context, id domain.ID) (domain.Room, error) {
	found, err := readSnapshot(ctx, s, func(c *connection) (domain.Room, error) { return roomOf(ctx, c, id) })
	return found, fail("read room", err)
}

func roomOf(ctx context.Context, c *connection, id domain.ID) (domain.Room, error) {
	room, err := one(ctx, c, "room", scanOnlyRoom, "SELECT "+roomColumns+" FROM rooms r WHERE r.id = ?", id)
	if err != nil {
		return domain.Room{}, err
	}
	if room.Participants, err = participantsOf(ctx, c, id); err != nil {
		return domain.Room{}, err
	}
	return room, nil
}

func scanAccess(row scanner) (domain.RoomAccess, error) {
	var access domain.RoomAccess
	err := row.Scan(&access.Status, &access.Participant)
	return access, err
}

// RoomAccess tells what the right to do something in a room hangs on.
func (s *Store) RoomAccess(ctx context.Context, roomID, userID domain.ID) (domain.RoomAccess, error) {
	found, err := read(ctx, s, func(c *connection) (domain.RoomAccess, error) {
		return one(ctx, c, "room", scanAccess, `SELECT status,
			EXISTS (SELECT 1 FROM participants p WHERE p.room_id = r.id AND p.user_id = ?2)
			FROM rooms r WHERE r.id = ?1`, roomID, userID)
	})
	return found, fail("read room access", err)
}

// UpdateRoom changes, stores and returns a room.
func (s *Store) UpdateRoom(ctx context.Context, id domain.ID, change domain.RoomChange, now time.Time) (domain.Room, error) {
	changed, err := write(ctx, s, func(ctx context.Context, tx *transaction) (domain.Room, error) {
		stored, err := roomOf(ctx, tx.connection, id)
		if err != nil {
			return domain.Room{}, err
		}
		next := change.Apply(stored)
		next.UpdatedAt = domain.Milliseconds(now)
		return next, updateRoom(ctx, tx, next)
	})
	return changed, fail("update room", err)
}

func updateRoom(ctx context.Context, tx *transaction, room domain.Room) error {
	return tx.exec(ctx, `UPDATE rooms SET name = ?, clinic_id = ?, lab_id = ?, status = ?,
		assignee_id = ?, updated_at = ? WHERE id = ?`,
		room.Name, room.ClinicID, room.LabID, room.Status, room.AssigneeID, room.UpdatedAt.UnixMilli(), room.ID)
}

// RoomIDs lists the rooms in which the user takes part.
func (s *Store) RoomIDs(ctx context.Context, userID domain.ID) ([]domain.ID, error) {
	found, err := read(ctx, s, func(c *connection) ([]domain.ID, error) {
		return all(ctx, c, scanValue[domain.ID],
			"SELECT room_id FROM participants WHERE user_id = ? ORDER BY room_id", userID)
	})
	return found, fail("list rooms of user", err)
}
