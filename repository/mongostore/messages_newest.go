package mongostore

import (
	"context"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"dentalk/domain"
)

// The newest message of a room is looked for from a message that is known, since a room's activity
// is nearly always the newest one already.

// numbered reads the message with a number; false when there is none yet.
func numbered(ctx context.Context, messages *mongo.Collection, room bson.ObjectID, seq int64) (messageDocument, bool, error) {
	return maybe[messageDocument](ctx, messages, bson.D{is(fieldRoom, room), is(fieldSeq, seq)})
}

// newestFrom finds the newest message of a room in which those up to known exist: forwards in
// doubling steps, then by halves. A room without messages gives a document without a number.
func newestFrom(ctx context.Context, messages *mongo.Collection, room bson.ObjectID, known int64) (messageDocument, error) {
	newest := messageDocument{RoomID: room}
	missing := int64(0) // a number that is not taken
	for step := int64(0); missing == 0; step = max(1, 2*step) {
		if known+step == 0 {
			continue
		}
		later, exists, err := numbered(ctx, messages, room, max(newest.Seq, known)+step)
		if err != nil {
			return newest, err
		}
		if exists {
			newest = later
		} else {
			missing = max(newest.Seq, known) + step
		}
	}
	for missing-newest.Seq > 1 {
		middle := newest.Seq + (missing-newest.Seq)/2
		later, exists, err := numbered(ctx, messages, room, middle)
		if err != nil {
			return newest, err
		}
		if exists {
			newest = later
		} else {
			missing = middle
		}
	}
	return newest, nil
}

// newestOf finds the newest message of one room.
func (s *Store) newestOf(ctx context.Context, room roomDocument) (messageDocument, error) {
	return newestFrom(ctx, s.messages, room.ID, room.Activity.Seq)
}

// roomsAtOnce bounds the alternatives of one query.
const roomsAtOnce = 100

// newestOfEach finds the newest messages of rooms, by one query for many. Rooms without messages
// are missing in the answer.
func newestOfEach(ctx context.Context, messages *mongo.Collection, rooms []roomDocument) (map[bson.ObjectID]messageDocument, error) {
	newest := make(map[bson.ObjectID]messageDocument, len(rooms))
	for len(rooms) > 0 {
		some := rooms[:min(len(rooms), roomsAtOnce)]
		rooms = rooms[len(some):]
		found, err := all[messageDocument](ctx, messages, either(convert(some, func(d roomDocument) bson.D {
			return bson.D{is(fieldRoom, d.ID), from(fieldSeq, max(d.Activity.Seq, 1))}
		})))
		if err != nil {
			return nil, err
		}
		for _, message := range found {
			if message.Seq > newest[message.RoomID].Seq {
				newest[message.RoomID] = message
			}
		}
	}
	return newest, nil
}

// either is the condition that one of several holds.
func either(conditions []bson.D) bson.D {
	if len(conditions) == 1 {
		return conditions[0]
	}
	return bson.D{is("$or", conditions)}
}

// position is the ID of the newest message that the viewer may see, or ZeroID.
func (d messageDocument) position(viewer domain.Viewer) domain.ID {
	if viewer.Notes {
		return idOrZero(d.ID)
	}
	return idOrZero(d.Counts.Newest)
}
