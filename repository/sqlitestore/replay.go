package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"dentalk/domain"
)

// newestMessage is the ID of the newest message of all, or ZeroID.
func newestMessage(ctx context.Context, c *connection) (domain.ID, error) {
	return idOrZero(c.row(ctx, "SELECT m.id FROM messages m ORDER BY m.id DESC LIMIT 1"))
}

func idOrZero(row scanner) (domain.ID, error) {
	var id sql.NullString
	err := row.Scan(&id)
	if errors.Is(err, sql.ErrNoRows) || err == nil && !id.Valid {
		return domain.ZeroID, nil
	}
	return domain.ID(id.String), err
}

// NewestPosition is the ID of the newest message that the replay's viewer may see, or ZeroID.
func (s *Store) NewestPosition(ctx context.Context, replay domain.Replay) (domain.ID, error) {
	id, err := read(ctx, s, func(c *connection) (domain.ID, error) {
		if replay.All {
			return idOrZero(c.row(ctx, "SELECT m.id FROM messages m WHERE 1"+visibleTo(replay.Viewer)+" ORDER BY m.id DESC LIMIT 1"))
		}
		list, err := listOf(replay.Rooms)
		if err != nil {
			return "", err
		}
		if replay.Viewer.Notes {
			return idOrZero(c.row(ctx, `SELECT max((SELECT m.id FROM messages m WHERE m.room_id = wanted.value
				ORDER BY m.seq DESC LIMIT 1)) FROM json_each(?) AS wanted`, list))
		}
		return idOrZero(c.row(ctx, `SELECT max(r.activity_id) FROM json_each(?) AS wanted
			CROSS JOIN rooms r ON r.id = wanted.value WHERE r.activity_id <> r.id`, list))
	})
	return id, fail("read newest position", err)
}

func scanPosition(row scanner) (domain.Position, error) {
	var position domain.Position
	var created int64
	if err := row.Scan(&position.MessageID, &position.RoomID, &position.Seq, &created); err != nil {
		return domain.Position{}, err
	}
	position.CreatedAt = timeOf(created)
	return position, nil
}

// Locate finds a message in whichever room, unless it is a note that the viewer must not see.
func (s *Store) Locate(ctx context.Context, messageID domain.ID, viewer domain.Viewer) (domain.Position, error) {
	found, err := read(ctx, s, func(c *connection) (domain.Position, error) {
		return one(ctx, c, "message", scanPosition,
			"SELECT m.id, m.room_id, m.seq, m.created_at FROM messages m WHERE m.id = ?"+visibleTo(viewer), messageID)
	})
	return found, fail("locate message", err)
}

// RoomHeads gives the rooms that have messages after an ID. It reads no more than those messages.
func (s *Store) RoomHeads(ctx context.Context, after domain.ID) ([]domain.RoomHead, error) {
	found, err := read(ctx, s, func(c *connection) ([]domain.RoomHead, error) {
		return all(ctx, c, func(row scanner) (domain.RoomHead, error) {
			var head domain.RoomHead
			err := row.Scan(&head.RoomID, &head.LastSeq)
			return head, err
		}, "SELECT m.room_id, max(m.seq) FROM messages m WHERE m.id > ? GROUP BY +m.room_id ORDER BY +m.room_id", after)
	})
	return found, fail("list heads of rooms", err)
}

// enrichedSince walks the saves since a time; those of other rooms cost an entry of the index each.
// INDEXED BY, because a list of rooms leads the planner to walk all messages of those rooms.
const enrichedSince = "SELECT " + messageColumns + ` FROM messages m INDEXED BY messages_enriched
	WHERE m.enriched_at >= ? AND m.enriched_at IS NOT NULL AND m.id <= ?`

// EnrichedSince gives messages whose enrichment was saved since a time, oldest save first.
func (s *Store) EnrichedSince(ctx context.Context, replay domain.Replay, since time.Time) ([]domain.Message, error) {
	query, args := enrichedSince, []any{domain.Milliseconds(since).UnixMilli(), replay.After}
	if !replay.All {
		list, err := listOf(replay.Rooms)
		if err != nil {
			return nil, err
		}
		query, args = query+" AND m.room_id IN (SELECT value FROM json_each(?) AS wanted)", append(args, list)
	}
	query += visibleTo(replay.Viewer) + " ORDER BY m.enriched_at LIMIT ?"
	found, err := read(ctx, s, func(c *connection) ([]domain.Message, error) {
		return all(ctx, c, scanOnlyMessage, query, append(args, limitOf(replay.Limit))...)
	})
	return found, fail("list enrichments", err)
}
