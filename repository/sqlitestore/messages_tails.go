package sqlitestore

import (
	"context"
	"database/sql"
	"errors"

	"dentalk/domain"
)

// tail is the end of a room's history: what the next message counts on from.
type tail struct {
	seq     int64
	ordinal int64 // messages that are no notes
}

type senderKey struct{ room, user domain.ID }

// tails remembers the ends for the length of one transaction, in which nobody else appends. They
// are forgotten whenever a part of it is undone.
type tails struct {
	rooms   map[domain.ID]tail
	senders map[senderKey]int64
}

func newTails() tails {
	return tails{rooms: make(map[domain.ID]tail), senders: make(map[senderKey]int64)}
}

func scanTail(row scanner) (tail, error) {
	var found tail
	err := row.Scan(&found.seq, &found.ordinal)
	if errors.Is(err, sql.ErrNoRows) {
		return tail{}, nil // nothing was said yet
	}
	return found, err
}

func tailOf(ctx context.Context, c *connection, roomID domain.ID) (tail, error) {
	return scanTail(c.row(ctx, "SELECT seq, ordinal FROM messages WHERE room_id = ? ORDER BY seq DESC LIMIT 1", roomID))
}

func (tx *transaction) tail(ctx context.Context, roomID domain.ID) (tail, error) {
	if known, ok := tx.tails.rooms[roomID]; ok {
		return known, nil
	}
	return tailOf(ctx, tx.connection, roomID)
}

// sent tells how many messages that are no notes the user has written in the room.
func (tx *transaction) sent(ctx context.Context, key senderKey) (int64, error) {
	if known, ok := tx.tails.senders[key]; ok {
		return known, nil
	}
	count, err := scanValue[int64](tx.row(ctx,
		"SELECT sender_ordinal FROM messages WHERE room_id = ? AND user_id = ? ORDER BY seq DESC LIMIT 1", key.room, key.user))
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return count, err
}
