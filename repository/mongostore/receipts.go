package mongostore

import (
	"context"
	"errors"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"dentalk/domain"
)

// markerDocument is where a user has read up to. The counts are those of the message there, so
// that unread messages need it no more.
type markerDocument struct {
	ID     string        `bson:"_id"` // room and user
	RoomID bson.ObjectID `bson:"roomId"`
	UserID bson.ObjectID `bson:"userId"`
	Seq    int64         `bson:"seq"`
	ReadAt time.Time     `bson:"readAt"`
	All    int64         `bson:"all"`
	Mine   int64         `bson:"mine"`
}

func markerKey(room, user bson.ObjectID) string { return room.Hex() + "/" + user.Hex() }

// Receipts lists the read markers of the rooms' participants.
func (s *Store) Receipts(ctx context.Context, roomIDs ...domain.ID) ([]domain.Receipt, error) {
	if len(roomIDs) == 0 {
		return nil, nil
	}
	rooms, err := all[roomDocument](ctx, s.rooms, byIDs(roomIDs))
	if err != nil {
		return nil, fail("list receipts", err)
	}
	found, err := all[markerDocument](ctx, s.readMarkers, bson.D{is(fieldRoom, among(roomIDs))})
	if err != nil {
		return nil, fail("list receipts", err)
	}
	markers := make(map[string]markerDocument, len(found))
	for _, marker := range found {
		markers[marker.ID] = marker
	}
	byRoom := make(map[domain.ID]roomDocument, len(rooms))
	for _, room := range rooms {
		byRoom[idOf(room.ID)] = room
	}
	var receipts []domain.Receipt
	for _, id := range roomIDs {
		room := byRoom[id]
		delete(byRoom, id) // each room once
		for _, p := range room.Participants {
			receipts = append(receipts, receiptOf(room.ID, p, markers[markerKey(room.ID, p.UserID)]))
		}
	}
	return receipts, nil
}

func receiptOf(room bson.ObjectID, p participantDocument, marker markerDocument) domain.Receipt {
	return domain.Receipt{
		RoomID: idOf(room), UserID: idOf(p.UserID), Username: p.Username, Seq: marker.Seq, ReadAt: timeOf(marker.ReadAt),
	}
}

// MarkRead moves a read marker forward.
func (s *Store) MarkRead(ctx context.Context, roomID, userID domain.ID, seq int64, now time.Time) (domain.Receipt, bool, error) {
	receipt, moved, err := s.markRead(ctx, roomID, userID, seq, now)
	return receipt, moved, fail("mark read", err)
}

func (s *Store) markRead(ctx context.Context, roomID, userID domain.ID, seq int64, now time.Time) (domain.Receipt, bool, error) {
	room, err := one[roomDocument](ctx, s.rooms, "room", byID(roomID))
	if err != nil {
		return domain.Receipt{}, false, err
	}
	at := room.participant(userID)
	if at < 0 {
		return domain.Receipt{}, false, domain.NotFound("participant")
	}
	stop, err := s.readable(ctx, room, seq)
	if err != nil {
		return domain.Receipt{}, false, err
	}
	user := room.Participants[at]
	marker := markerDocument{
		ID: markerKey(room.ID, user.UserID), RoomID: room.ID, UserID: user.UserID, Seq: stop.Seq,
		ReadAt: domain.Milliseconds(now), All: stop.Counts.All, Mine: stop.Counts.By[user.UserID.Hex()],
	}
	moved, err := s.moveMarker(ctx, marker)
	if err != nil {
		return domain.Receipt{}, false, err
	}
	if !moved {
		marker, _, err = maybe[markerDocument](ctx, s.readMarkers, bson.D{is(fieldID, marker.ID)})
	}
	return receiptOf(room.ID, user, marker), moved, err
}

// readable is the newest message up to seq that is not a note, or one with the number 0.
func (s *Store) readable(ctx context.Context, room roomDocument, seq int64) (messageDocument, error) {
	if seq <= 0 {
		return messageDocument{}, ctx.Err()
	}
	stop, exists, err := numbered(ctx, s.messages, room.ID, seq)
	if err == nil && !exists {
		stop, err = s.newestOf(ctx, room)
	}
	if err != nil || !stop.isNote() {
		return stop, err
	}
	before, _, err := maybe[messageDocument](ctx, s.messages, bson.D{is(fieldRoom, room.ID), is(fieldID, stop.Counts.Newest)})
	return before, err
}

// moveMarker stores the marker, unless it stands there or further already: then an upsert finds no
// lower one and clashes with it.
func (s *Store) moveMarker(ctx context.Context, marker markerDocument) (bool, error) {
	if marker.Seq == 0 {
		return false, nil
	}
	changed, err := s.readMarkers.UpdateOne(ctx,
		bson.D{is(fieldID, marker.ID), below(fieldSeq, marker.Seq)},
		bson.D{is("$set", bson.D{
			is(fieldRoom, marker.RoomID), is("userId", marker.UserID), is(fieldSeq, marker.Seq),
			is("readAt", marker.ReadAt), is("all", marker.All), is("mine", marker.Mine),
		})}, options.UpdateOne().SetUpsert(true))
	if isClash(err) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return changed.MatchedCount+changed.UpsertedCount > 0, nil
}

// isClash tells whether err says that a unique field is taken, and nothing else.
func isClash(err error) bool {
	var write mongo.WriteException
	if errors.As(err, &write) && write.WriteConcernError != nil {
		return false
	}
	return mongo.IsDuplicateKeyError(err)
}
