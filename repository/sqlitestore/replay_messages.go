package sqlitestore

import (
	"context"

	"dentalk/domain"
)

// CountAfter counts the messages of a replay, but stops at most.
func (s *Store) CountAfter(ctx context.Context, replay domain.Replay, most int) (int, error) {
	count, err := readSnapshot(ctx, s, func(c *connection) (int, error) {
		if replay.All {
			return scanValue[int](c.row(ctx, "SELECT count(*) FROM (SELECT 1 FROM messages m WHERE m.id > ?"+
				visibleTo(replay.Viewer)+" LIMIT ?)", replay.After, max(most, 0)))
		}
		rooms, err := newsOf(ctx, c, replay)
		if err != nil {
			return 0, err
		}
		var count int64
		for _, room := range rooms {
			missed, err := room.count(ctx, c, replay.Viewer)
			if err != nil {
				return 0, err
			}
			if count += missed; count >= int64(most) {
				return most, nil
			}
		}
		return int(count), nil
	})
	return count, fail("count messages to replay", err)
}

// MessagesAfter gives the oldest messages after a position, ascending.
func (s *Store) MessagesAfter(ctx context.Context, replay domain.Replay) ([]domain.Message, error) {
	found, err := readSnapshot(ctx, s, func(c *connection) ([]domain.Message, error) {
		if replay.All {
			return all(ctx, c, scanOnlyMessage, "SELECT "+messageColumns+" FROM messages m WHERE m.id > ?"+
				visibleTo(replay.Viewer)+" ORDER BY m.id LIMIT ?", replay.After, limitOf(replay.Limit))
		}
		rooms, err := newsOf(ctx, c, replay)
		if err != nil {
			return nil, err
		}
		return merge(ctx, c, replay, rooms)
	})
	return found, fail("replay messages", err)
}

// news is the end of a room's history that a replay has missed, notes included.
type news struct {
	room   domain.ID
	first  int64 // seq of the oldest message after the position
	newest int64
}

func scanNews(row scanner) (news, error) {
	var n news
	err := row.Scan(&n.room, &n.newest)
	return n, err
}

// newsOf finds the rooms of the replay that have something newer, which costs one step down the
// index for each, and where that begins.
func newsOf(ctx context.Context, c *connection, replay domain.Replay) ([]news, error) {
	list, err := listOf(replay.Rooms)
	if err != nil {
		return nil, err
	}
	rooms, err := all(ctx, c, scanNews, `SELECT m.room_id, m.seq FROM json_each(?) AS wanted
		CROSS JOIN messages m ON m.room_id = wanted.value
			AND m.seq = (SELECT max(n.seq) FROM messages n WHERE n.room_id = wanted.value)
		WHERE m.id > ?`, list, replay.After)
	if err != nil {
		return nil, err
	}
	for i := range rooms {
		if rooms[i].first, err = firstAfter(ctx, c, rooms[i], replay.After); err != nil {
			return nil, err
		}
	}
	return rooms, nil
}

// firstAfter finds the oldest message of the room whose ID is after the position. IDs and numbers
// rise together and no number is missing, so it can be searched: from the newest backwards in
// doubling steps, then by halves. The cost grows with the logarithm of what was missed.
func firstAfter(ctx context.Context, c *connection, room news, after domain.ID) (int64, error) {
	missed, known := room.newest, int64(0) // missed is after the position, known is not
	for step := int64(1); missed-step > known; step *= 2 {
		later, err := isAfter(ctx, c, room.room, missed-step, after)
		if err != nil {
			return 0, err
		}
		if !later {
			known = missed - step
			break
		}
		missed -= step
	}
	for missed-known > 1 {
		middle := known + (missed-known)/2
		later, err := isAfter(ctx, c, room.room, middle, after)
		if err != nil {
			return 0, err
		}
		if later {
			missed = middle
		} else {
			known = middle
		}
	}
	return missed, nil
}

func isAfter(ctx context.Context, c *connection, room domain.ID, seq int64, after domain.ID) (bool, error) {
	return scanValue[bool](c.row(ctx, "SELECT id > ?3 FROM messages WHERE room_id = ?1 AND seq = ?2", room, seq, after))
}

// count needs no walk: numbers and ordinals have no holes.
func (n news) count(ctx context.Context, c *connection, viewer domain.Viewer) (int64, error) {
	if viewer.Notes {
		return n.newest - n.first + 1, nil
	}
	return scanValue[int64](c.row(ctx, `SELECT
		(SELECT ordinal FROM messages WHERE room_id = ?1 AND seq = ?2) -
		coalesce((SELECT ordinal FROM messages WHERE room_id = ?1 AND seq = ?3), 0)`, n.room, n.newest, n.first-1))
}
