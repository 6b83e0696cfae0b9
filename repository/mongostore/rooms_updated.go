package mongostore

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"dentalk/domain"
)

// RoomsUpdatedSince gives the rooms whose UpdatedAt is not before since.
func (s *Store) RoomsUpdatedSince(ctx context.Context, since time.Time) ([]domain.Room, error) {
	found, err := all[roomDocument](ctx, s.rooms, bson.D{from("updatedAt", since)})
	return convert(found, roomDocument.room), fail("list updated rooms", err)
}
