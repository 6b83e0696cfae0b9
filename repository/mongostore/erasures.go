package mongostore

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"dentalk/domain"
)

// CreateErasure stores erasure as it is given.
func (s *Store) CreateErasure(ctx context.Context, erasure domain.Erasure) error {
	_, err := s.erasures.InsertOne(ctx, newErasureDocument(erasure))
	return fail("create erasure", err)
}

// Erasure gives one erasure.
func (s *Store) Erasure(ctx context.Context, id domain.ID) (domain.Erasure, error) {
	found, err := one[erasureDocument](ctx, s.erasures, "erasure", byID(id))
	return found.erasure(), fail("read erasure", err)
}

// PendingErasures lists in ascending order of ID.
func (s *Store) PendingErasures(ctx context.Context, limit int) ([]domain.Erasure, error) {
	found, err := all[erasureDocument](ctx, s.erasures, bson.D{absent(fieldCompleted)}, ascending(limit))
	return convert(found, erasureDocument.erasure), fail("list pending erasures", err)
}

// CompleteErasure notes the end of an erasure that has none yet.
func (s *Store) CompleteErasure(ctx context.Context, id domain.ID, messages int64, now time.Time) error {
	changed, err := s.erasures.UpdateOne(ctx, append(byID(id), absent(fieldCompleted)),
		bson.D{is("$set", bson.D{is(fieldCompleted, domain.Milliseconds(now)), is("messages", messages)})})
	if err == nil && changed.MatchedCount == 0 {
		_, err = s.Erasure(ctx, id)
	}
	return fail("complete erasure", err)
}

// EraseRoom takes the name from a room and archives it.
func (s *Store) EraseRoom(ctx context.Context, id domain.ID, now time.Time) (domain.Room, error) {
	changed, err := change(ctx, s.rooms, "room", id, func(d *roomDocument) (bool, error) {
		if d.Name == d.OrderID && d.Status == domain.RoomArchived {
			return false, nil
		}
		d.Name, d.Status, d.UpdatedAt = d.OrderID, domain.RoomArchived, domain.Milliseconds(now)
		return true, nil
	})
	if err != nil {
		return domain.Room{}, fail("erase room", err)
	}
	return changed.room(), nil
}
