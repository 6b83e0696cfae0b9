package sqlitestore

import (
	"context"
	"time"

	"dentalk/domain"
)

// erased is what came of an erasure that may have been done before.
type erased[T any] struct {
	value   T
	changed bool
}

// EraseUser takes the person from an account.
func (s *Store) EraseUser(ctx context.Context, id domain.ID, now time.Time) (domain.User, error) {
	done, err := write(ctx, s, func(ctx context.Context, tx *transaction) (erased[domain.User], error) {
		u, err := user(ctx, tx.connection, id)
		if err != nil || !u.ErasedAt.IsZero() {
			return erased[domain.User]{value: u}, err
		}
		next := u
		next.Username, next.Email, next.PasswordHash, next.Reset = domain.ErasedUsername(id), "", "", nil
		next.Disabled, next.ErasedAt, next.UpdatedAt = true, now, now
		if err := keepOperator(ctx, tx, u, next); err != nil {
			return erased[domain.User]{}, err
		}
		next, err = tx.rename(ctx, next)
		return erased[domain.User]{next, true}, err
	})
	s.leaveTraces(done.changed || err != nil)
	return done.value, fail("erase user", err)
}

// rename stores u, whose name is another now, also where a copy of the name is.
func (tx *transaction) rename(ctx context.Context, u domain.User) (domain.User, error) {
	if err := tx.exec(ctx, "UPDATE participants SET username = ? WHERE user_id = ?", u.Username, u.ID); err != nil {
		return domain.User{}, err
	}
	if err := tx.exec(ctx, "UPDATE glossary_changes SET user_name = ? WHERE user_id = ?", u.Username, u.ID); err != nil {
		return domain.User{}, err
	}
	return updateUser(ctx, tx, u)
}

// EraseRoom takes the name from a room and archives it.
func (s *Store) EraseRoom(ctx context.Context, id domain.ID, now time.Time) (domain.Room, error) {
	done, err := write(ctx, s, func(ctx context.Context, tx *transaction) (erased[domain.Room], error) {
		room, err := roomOf(ctx, tx.connection, id)
		if err != nil || room.Name == room.OrderID && room.Status == domain.RoomArchived {
			return erased[domain.Room]{value: room}, err
		}
		room.Name, room.Status, room.UpdatedAt = room.OrderID, domain.RoomArchived, domain.Milliseconds(now)
		return erased[domain.Room]{room, true}, updateRoom(ctx, tx, room)
	})
	s.leaveTraces(done.changed || err != nil)
	return done.value, fail("erase room", err)
}
