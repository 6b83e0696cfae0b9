package sqlitestore

import (
	"context"
	"time"

	"dentalk/domain"
)

// RoomsUpdatedSince gives the rooms whose UpdatedAt is not before since.
func (s *Store) RoomsUpdatedSince(ctx context.Context, since time.Time) ([]domain.Room, error) {
	rooms, err := readSnapshot(ctx, s, func(c *connection) ([]domain.Room, error) {
		ids, err := all(ctx, c, scanValue[domain.ID], "SELECT id FROM rooms WHERE updated_at >= ?", since.UnixMilli())
		if err != nil {
			return nil, err
		}
		rooms := make([]domain.Room, len(ids))
		for i, id := range ids {
			if rooms[i], err = roomOf(ctx, c, id); err != nil {
				return nil, err
			}
		}
		return rooms, nil
	})
	return rooms, fail("read updated rooms", err)
}
