package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"dentalk/domain"
)

func scanReceipt(row scanner) (domain.Receipt, error) {
	var receipt domain.Receipt
	var seq, readAt sql.NullInt64
	if err := row.Scan(&receipt.RoomID, &receipt.UserID, &receipt.Username, &seq, &readAt); err != nil {
		return domain.Receipt{}, err
	}
	if receipt.Seq = seq.Int64; readAt.Valid {
		receipt.ReadAt = timeOf(readAt.Int64)
	}
	return receipt, nil
}

// Receipts lists the read markers of the rooms' participants.
func (s *Store) Receipts(ctx context.Context, roomIDs ...domain.ID) ([]domain.Receipt, error) {
	list, err := listOf(roomIDs)
	if err != nil {
		return nil, err
	}
	found, err := read(ctx, s, func(c *connection) ([]domain.Receipt, error) {
		return all(ctx, c, scanReceipt, `SELECT p.room_id, p.user_id, p.username, k.seq, k.read_at
			FROM json_each(?) AS wanted CROSS JOIN participants p ON p.room_id = wanted.value
			LEFT JOIN read_markers k ON k.room_id = p.room_id AND k.user_id = p.user_id
			ORDER BY wanted.key, p.number`, list)
	})
	return found, fail("list receipts", err)
}

type marked struct {
	receipt domain.Receipt
	moved   bool
}

// MarkRead moves a read marker forward.
func (s *Store) MarkRead(ctx context.Context, roomID, userID domain.ID, seq int64, now time.Time) (domain.Receipt, bool, error) {
	done, err := write(ctx, s, func(ctx context.Context, tx *transaction) (marked, error) {
		return markRead(ctx, tx, roomID, userID, seq, now)
	})
	return done.receipt, done.moved, fail("mark read", err)
}

func markRead(ctx context.Context, tx *transaction, roomID, userID domain.ID, seq int64, now time.Time) (marked, error) {
	if err := roomExists(ctx, tx.connection, roomID); err != nil {
		return marked{}, err
	}
	receipt, err := one(ctx, tx.connection, "participant", scanReceipt, `SELECT p.room_id, p.user_id, p.username, k.seq, k.read_at
		FROM participants p LEFT JOIN read_markers k ON k.room_id = p.room_id AND k.user_id = p.user_id
		WHERE p.room_id = ? AND p.user_id = ?`, roomID, userID)
	if err != nil {
		return marked{}, err
	}
	stop, err := newestReadable(ctx, tx.connection, roomID, seq)
	if err != nil {
		return marked{}, err
	}
	if stop <= receipt.Seq {
		return marked{receipt: receipt}, nil
	}
	receipt.Seq, receipt.ReadAt = stop, domain.Milliseconds(now)
	return marked{receipt: receipt, moved: true}, tx.exec(ctx, `INSERT INTO read_markers (room_id, user_id, seq, read_at)
		VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET seq = excluded.seq, read_at = excluded.read_at`,
		roomID, userID, stop, receipt.ReadAt.UnixMilli())
}

// newestReadable is the newest message up to seq that is not a note; 0 when there is none.
func newestReadable(ctx context.Context, c *connection, roomID domain.ID, seq int64) (int64, error) {
	found, err := scanValue[int64](c.row(ctx, "SELECT m.seq FROM messages m WHERE m.room_id = ? AND m.seq <= ?"+noNotes+
		" ORDER BY m.seq DESC LIMIT 1", roomID, seq))
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return found, err
}

func roomExists(ctx context.Context, c *connection, id domain.ID) error {
	_, err := one(ctx, c, "room", scanValue[int], "SELECT 1 FROM rooms WHERE id = ?", id)
	return err
}
