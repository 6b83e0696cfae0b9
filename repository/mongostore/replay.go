package mongostore

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"dentalk/domain"
)

// missed is the condition of the messages that a replay has missed. Unless it is strict it begins
// ReplayOverlap before the position: an older ID may be committed after a newer one.
func missed(replay domain.Replay) bson.D {
	begin := floor(replay.After)
	if replay.Strict {
		begin = objectID(replay.After)
	}
	return append(ofRooms(replay), append(bson.D{above(fieldID, begin)}, visible(replay.Viewer)...)...)
}

func ofRooms(replay domain.Replay) bson.D {
	if replay.All {
		return bson.D{}
	}
	return bson.D{is(fieldRoom, among(replay.Rooms))}
}

func floor(position domain.ID) bson.ObjectID {
	if position == "" || position == domain.ZeroID {
		return bson.NilObjectID
	}
	return objectID(min(domain.FloorID(position.Time().Add(-domain.ReplayOverlap)), position))
}

func nowhere(replay domain.Replay) bool { return !replay.All && len(replay.Rooms) == 0 }

// NewestPosition is the ID of the newest message that the replay's viewer may see, or ZeroID.
func (s *Store) NewestPosition(ctx context.Context, replay domain.Replay) (domain.ID, error) {
	if replay.All {
		newest, _, err := maybe[messageDocument](ctx, s.messages, visibleAnywhere(replay.Viewer),
			options.FindOne().SetSort(bson.D{is(fieldID, -1)}).SetProjection(bson.D{is(fieldID, 1)}))
		return idOrZero(newest.ID), fail("read newest position", err)
	}
	if nowhere(replay) {
		return domain.ZeroID, nil
	}
	rooms, err := all[roomDocument](ctx, s.rooms, byIDs(replay.Rooms), options.Find().SetProjection(bson.D{is("activity", 1)}))
	if err != nil {
		return "", fail("read newest position", err)
	}
	newest, err := newestOfEach(ctx, s.messages, rooms)
	position := domain.ZeroID
	for _, message := range newest {
		position = max(position, message.position(replay.Viewer))
	}
	return position, fail("read newest position", err)
}

// visibleAnywhere is visible as a whole filter, which must not be nil.
func visibleAnywhere(viewer domain.Viewer) bson.D { return append(bson.D{}, visible(viewer)...) }

// Locate finds a message in whichever room, unless it is a note that the viewer must not see.
func (s *Store) Locate(ctx context.Context, messageID domain.ID, viewer domain.Viewer) (domain.Position, error) {
	found, err := one[messageDocument](ctx, s.messages, "message", append(byID(messageID), visible(viewer)...),
		options.FindOne().SetProjection(bson.D{is(fieldRoom, 1), is(fieldSeq, 1), is("createdAt", 1)}))
	if err != nil {
		return domain.Position{}, fail("locate message", err)
	}
	return domain.Position{MessageID: idOf(found.ID), RoomID: idOf(found.RoomID), Seq: found.Seq, CreatedAt: timeOf(found.CreatedAt)}, nil
}

// CountAfter counts the messages of a replay, but stops at most.
func (s *Store) CountAfter(ctx context.Context, replay domain.Replay, most int) (int, error) {
	if nowhere(replay) || most <= 0 {
		return 0, nil
	}
	replay.Strict = true
	count, err := s.messages.CountDocuments(ctx, missed(replay), options.Count().SetLimit(int64(most)))
	return int(count), fail("count messages to replay", err)
}

// MessagesAfter gives the oldest messages after a position, ascending.
func (s *Store) MessagesAfter(ctx context.Context, replay domain.Replay) ([]domain.Message, error) {
	if nowhere(replay) {
		return nil, nil
	}
	found, err := all[messageDocument](ctx, s.messages, missed(replay), ascending(replay.Limit).SetProjection(withoutCounts))
	return convert(found, messageDocument.message), fail("replay messages", err)
}

// EnrichedSince gives messages whose enrichment was saved since a time, oldest save first.
func (s *Store) EnrichedSince(ctx context.Context, replay domain.Replay, since time.Time) ([]domain.Message, error) {
	if nowhere(replay) {
		return nil, nil
	}
	filter := append(ofRooms(replay), from(fieldSaved, domain.Milliseconds(since)), upTo(fieldID, objectID(replay.After)))
	found, err := all[messageDocument](ctx, s.messages, append(filter, visible(replay.Viewer)...),
		options.Find().SetSort(bson.D{is(fieldSaved, 1)}).SetLimit(limitOf(replay.Limit)).SetProjection(withoutCounts))
	return convert(found, messageDocument.message), fail("list enrichments", err)
}

// RoomHeads gives the rooms that have messages after an ID. It reads no more than those messages.
func (s *Store) RoomHeads(ctx context.Context, after domain.ID) ([]domain.RoomHead, error) {
	cursor, err := s.messages.Find(ctx, bson.D{above(fieldID, floor(after))},
		options.Find().SetProjection(bson.D{is(fieldRoom, 1), is(fieldSeq, 1)}))
	if err != nil {
		return nil, fail("list heads of rooms", err)
	}
	defer cursor.Close(ctx)
	newest := make(map[bson.ObjectID]int64)
	for cursor.Next(ctx) {
		var message messageDocument
		if err := cursor.Decode(&message); err != nil {
			return nil, fail("list heads of rooms", err)
		}
		newest[message.RoomID] = max(newest[message.RoomID], message.Seq)
	}
	heads := make([]domain.RoomHead, 0, len(newest))
	for room, seq := range newest {
		heads = append(heads, domain.RoomHead{RoomID: idOf(room), LastSeq: seq})
	}
	return heads, fail("list heads of rooms", cursor.Err())
}
