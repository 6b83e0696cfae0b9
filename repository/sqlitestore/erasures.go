package sqlitestore

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"dentalk/domain"
)

const erasureColumns = "id, message_id, room_id, user_id, reason, created_by, created_at, completed_at, repeated_at, messages"

const insertErasure = "INSERT INTO erasures (" + erasureColumns + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"

func scanErasure(row scanner) (domain.Erasure, error) {
	var e domain.Erasure
	var created int64
	var completed, repeated sql.NullInt64
	err := row.Scan(&e.ID, &e.Target.MessageID, &e.Target.RoomID, &e.Target.UserID, &e.Reason, &e.CreatedBy, &created, &completed, &repeated, &e.Messages)
	e.CreatedAt, e.CompletedAt, e.RepeatedAt = timeOf(created), timeOrZero(completed), timeOrZero(repeated)
	return e, err
}

func erasureValues(e domain.Erasure) []any {
	return []any{
		e.ID, e.Target.MessageID, e.Target.RoomID, e.Target.UserID, e.Reason, e.CreatedBy,
		e.CreatedAt.UnixMilli(), orNoTime(e.CompletedAt), orNoTime(e.RepeatedAt), e.Messages,
	}
}

// CreateErasure stores an order.
func (s *Store) CreateErasure(ctx context.Context, erasure domain.Erasure) error {
	_, err := write(ctx, s, func(ctx context.Context, tx *transaction) (struct{}, error) {
		return struct{}{}, tx.exec(ctx, insertErasure, erasureValues(erasure)...)
	})
	return fail("create erasure", err)
}

// Erasure gives one order.
func (s *Store) Erasure(ctx context.Context, id domain.ID) (domain.Erasure, error) {
	found, err := read(ctx, s, func(c *connection) (domain.Erasure, error) { return erasureOf(ctx, c, id) })
	return found, fail("read erasure", err)
}

func erasureOf(ctx context.Context, c *connection, id domain.ID) (domain.Erasure, error) {
	return one(ctx, c, "erasure", scanErasure, "SELECT "+erasureColumns+" FROM erasures WHERE id = ?", id)
}

// PendingErasures lists in ascending order of ID.
func (s *Store) PendingErasures(ctx context.Context, completedBefore time.Time, limit int) ([]domain.Erasure, error) {
	found, err := read(ctx, s, func(c *connection) ([]domain.Erasure, error) {
		return all(ctx, c, scanErasure, "SELECT "+erasureColumns+" FROM erasures INDEXED BY erasures_pending\n"+
			"WHERE repeated_at IS NULL AND (completed_at IS NULL OR completed_at < ?) ORDER BY id LIMIT ?",
			completedBefore.UnixMilli(), limitOf(limit))
	})
	return found, fail("list pending erasures", err)
}

// CompleteErasure notes the end of an erasure, when what was erased is in no file any more. While a long
// reading, such as an export, keeps the journal from being emptied, it is KindUnavailable. A file that is
// too large to be read before the context ends is read on by the next call.
func (s *Store) CompleteErasure(ctx context.Context, id domain.ID, messages int64, now time.Time) error {
	err := s.noteErasure(ctx, id, "UPDATE erasures SET completed_at = ?, messages = ? WHERE id = ? AND completed_at IS NULL",
		now.UnixMilli(), messages, id)
	return fail("complete erasure", err)
}

// RepeatErasure is as CompleteErasure.
func (s *Store) RepeatErasure(ctx context.Context, id domain.ID, now time.Time) error {
	err := s.noteErasure(ctx, id, "UPDATE erasures SET repeated_at = ? WHERE id = ? AND completed_at IS NOT NULL AND repeated_at IS NULL",
		now.UnixMilli(), id)
	return fail("repeat erasure", err)
}

// noteErasure updates an erasure when what was erased is in no file any more.
func (s *Store) noteErasure(ctx context.Context, id domain.ID, update string, args ...any) error {
	if err := s.clearTraces(ctx); err != nil {
		return fmt.Errorf("clear traces: %w", err)
	}
	if err := s.emptyJournal(ctx); err != nil {
		return fmt.Errorf("empty journal: %w", err)
	}
	_, err := write(ctx, s, func(ctx context.Context, tx *transaction) (struct{}, error) {
		if _, err := erasureOf(ctx, tx.connection, id); err != nil {
			return struct{}{}, err
		}
		return struct{}{}, tx.exec(ctx, update, args...)
	})
	return err
}
