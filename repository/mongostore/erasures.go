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
func (s *Store) PendingErasures(ctx context.Context, completedBefore time.Time, limit int) ([]domain.Erasure, error) {
	due := bson.D{absent(fieldRepeated), is("$or", []bson.D{{absent(fieldCompleted)}, {below(fieldCompleted, domain.Milliseconds(completedBefore))}})}
	found, err := all[erasureDocument](ctx, s.erasures, due, ascending(limit))
	return convert(found, erasureDocument.erasure), fail("list pending erasures", err)
}

// CompleteErasure notes the end of an erasure that has none yet.
func (s *Store) CompleteErasure(ctx context.Context, id domain.ID, messages int64, now time.Time) error {
	err := s.noteErasure(ctx, append(byID(id), absent(fieldCompleted)), id,
		bson.D{is(fieldCompleted, domain.Milliseconds(now)), is("messages", messages)})
	return fail("complete erasure", err)
}

// RepeatErasure notes when a complete erasure was carried out once more.
func (s *Store) RepeatErasure(ctx context.Context, id domain.ID, now time.Time) error {
	once := append(byID(id), compare(fieldCompleted, "$exists", true), absent(fieldRepeated))
	err := s.noteErasure(ctx, once, id, bson.D{is(fieldRepeated, domain.Milliseconds(now))})
	return fail("repeat erasure", err)
}

// noteErasure sets fields unless the condition says that they are set already.
func (s *Store) noteErasure(ctx context.Context, condition bson.D, id domain.ID, fields bson.D) error {
	changed, err := s.erasures.UpdateOne(ctx, condition, bson.D{is("$set", fields)})
	if err == nil && changed.MatchedCount == 0 {
		_, err = s.Erasure(ctx, id)
	}
	return err
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
