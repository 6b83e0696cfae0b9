package mongostore

import (
	"cmp"
	"context"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"dentalk/domain"
)

// CreateRoom stores room, or gives the one that its order has already.
func (s *Store) CreateRoom(ctx context.Context, room domain.Room) (domain.Room, bool, error) {
	document := newRoomDocument(room)
	_, err := s.rooms.InsertOne(ctx, document)
	if err == nil {
		s.follow(room.ID)
		return document.room(), true, nil
	}
	if !isClash(err) {
		return domain.Room{}, false, fail("create room", err)
	}
	existing, found, lookErr := maybe[roomDocument](ctx, s.rooms, bson.D{{Key: "orderId", Value: room.OrderID}})
	if lookErr != nil || !found {
		return domain.Room{}, false, fail("create room", cmp.Or(lookErr, err))
	}
	return existing.room(), false, nil
}

// mostAhead is how far the clock that made an ID may be ahead and still be followed. One that is
// further ahead would make the IDs of all messages to come lie in the future, where readers of
// other instances' messages have passed them.
const mostAhead = 2 * time.Second

// follow makes messages that are written next, to whichever room, newer than the ID.
func (s *Store) follow(id domain.ID) {
	if !id.Time().After(s.now().Add(mostAhead)) {
		s.ids.Follow(id)
	}
}

// Room gives one room.
func (s *Store) Room(ctx context.Context, id domain.ID) (domain.Room, error) {
	found, err := one[roomDocument](ctx, s.rooms, "room", byID(id))
	if err != nil {
		return domain.Room{}, fail("read room", err)
	}
	return found.room(), nil
}

// RoomAccess tells what the right to do something in a room hangs on.
func (s *Store) RoomAccess(ctx context.Context, roomID, userID domain.ID) (domain.RoomAccess, error) {
	how := options.FindOne().SetProjection(bson.D{{Key: "status", Value: 1}, {Key: "participants.userId", Value: 1}})
	found, err := one[roomDocument](ctx, s.rooms, "room", byID(roomID), how)
	return domain.RoomAccess{Status: found.Status, Participant: found.participant(userID) >= 0}, fail("read room access", err)
}

// UpdateRoom changes, stores and returns a room.
func (s *Store) UpdateRoom(ctx context.Context, id domain.ID, request domain.RoomChange, now time.Time) (domain.Room, error) {
	changed, err := change(ctx, s.rooms, "room", id, func(d *roomDocument) (bool, error) {
		next := request.Apply(d.room())
		next.UpdatedAt = now
		d.set(next)
		return true, nil
	})
	if err != nil {
		return domain.Room{}, fail("update room", err)
	}
	return changed.room(), nil
}

// RoomIDs lists the rooms in which the user takes part.
func (s *Store) RoomIDs(ctx context.Context, userID domain.ID) ([]domain.ID, error) {
	found, err := s.roomIDs(ctx, userID)
	return found, fail("list rooms of user", err)
}

func (s *Store) roomIDs(ctx context.Context, userID domain.ID) ([]domain.ID, error) {
	found, err := all[roomDocument](ctx, s.rooms, bson.D{{Key: "participants.userId", Value: objectID(userID)}},
		ascending(0).SetProjection(bson.D{{Key: "_id", Value: 1}}))
	return convert(found, func(d roomDocument) domain.ID { return idOf(d.ID) }), err
}
