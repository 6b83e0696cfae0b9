package mongostore

import (
	"bytes"
	"context"
	"maps"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

var healProjection = bson.D{is(fieldRoom, 1), is(fieldSeq, 1), is("counts.newest", 1)}

// heal tells rooms of the messages since the watermark, for a process may have died between the
// commit of a message and telling its room. Several instances may do it at once.
func (s *Store) heal(ctx context.Context) error {
	mark, err := one[watermarkDocument](ctx, s.meta, "watermark", bson.D{is(fieldID, metaWatermark)})
	if err != nil {
		return err
	}
	newest, last, err := s.newestSince(ctx, floor(idOf(mark.MessageID)))
	if err != nil || len(newest) == 0 {
		return err
	}
	for some := range slices.Chunk(newest, roomsAtOnce) {
		if err := touchRooms(ctx, s.rooms, some); err != nil {
			return err
		}
	}
	// A message with a smaller ID that is committed later is not missed: the next round begins a
	// little before the mark.
	_, err = s.meta.UpdateOne(ctx, bson.D{is(fieldID, metaWatermark), is("messageId", mark.MessageID)}, set("messageId", last))
	return err
}

// newestSince reads the messages after an ID and gives the newest of each room, and the last ID.
func (s *Store) newestSince(ctx context.Context, position bson.ObjectID) ([]activity, bson.ObjectID, error) {
	cursor, err := s.messages.Find(ctx, bson.D{above(fieldID, position)}, options.Find().SetProjection(healProjection))
	if err != nil {
		return nil, position, err
	}
	defer cursor.Close(ctx)
	newest := make(map[bson.ObjectID]activity)
	for cursor.Next(ctx) {
		var m messageDocument
		if err := cursor.Decode(&m); err != nil {
			return nil, position, err
		}
		if m.Seq > newest[m.RoomID].seq {
			newest[m.RoomID] = activity{room: m.RoomID, seq: m.Seq, message: m.Counts.Newest}
		}
		if bytes.Compare(m.ID[:], position[:]) > 0 {
			position = m.ID
		}
	}
	return slices.Collect(maps.Values(newest)), position, cursor.Err()
}

// lowerWatermark makes heal look at messages that are to be imported with old IDs.
func (s *Store) lowerWatermark(ctx context.Context, to bson.ObjectID) error {
	_, err := s.meta.UpdateOne(ctx, bson.D{is(fieldID, metaWatermark)}, bson.D{is("$min", bson.D{is("messageId", to)})})
	return err
}
