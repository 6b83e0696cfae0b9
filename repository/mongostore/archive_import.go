package mongostore

import (
	"context"
	"fmt"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"dentalk/domain"
)

// Import stores records as they are, in their order.
func (s *Store) Import(ctx context.Context, kind domain.RecordKind, records []domain.Record) error {
	as, err := s.archivedAs(kind)
	if err != nil {
		return err
	}
	for some := range slices.Chunk(records, insertAtOnce) {
		for _, record := range some {
			if record.Room != nil {
				s.ids.Follow(record.Room.ID)
			}
		}
		if err := as.insert(ctx, as, some); err != nil {
			return fail("import "+string(kind), err)
		}
	}
	return nil
}

// inserting inserts the documents of records whose keys are not there yet.
func inserting[D any](document func(domain.Record) D) func(context.Context, archived, []domain.Record) error {
	return func(ctx context.Context, as archived, records []domain.Record) error {
		missing, err := as.missing(ctx, records)
		if err != nil || len(missing) == 0 {
			return err
		}
		return as.insertAll(ctx, convert(missing, document))
	}
}

// missing leaves out the records that are there.
func (a archived) missing(ctx context.Context, records []domain.Record) ([]domain.Record, error) {
	keys := convert(records, func(r domain.Record) any { return a.key(r.Key) })
	found, err := all[bson.M](ctx, a.collection, bson.D{is(fieldID, bson.D{is("$in", keys)})},
		options.Find().SetProjection(bson.D{is(fieldID, 1)}))
	there := make(map[string]bool, len(found))
	for _, document := range found {
		there[textOf(document[fieldID])] = true
	}
	return slices.DeleteFunc(slices.Clone(records), func(r domain.Record) bool { return there[r.Key] }), err
}

// insertAll inserts documents in order, so that a failure leaves none behind it.
func (a archived) insertAll(ctx context.Context, documents any) error {
	if _, err := a.collection.InsertMany(ctx, documents); err != nil {
		return fmt.Errorf("insert records: %w", err)
	}
	return nil
}

// importMarkers gives each marker the counts of the message at which it stands.
func (s *Store) importMarkers(ctx context.Context, as archived, records []domain.Record) error {
	missing, err := as.missing(ctx, records)
	if err != nil || len(missing) == 0 {
		return err
	}
	found, err := all[messageDocument](ctx, s.messages, either(convert(missing, func(r domain.Record) bson.D {
		return bson.D{is(fieldRoom, objectID(r.ReadMarker.RoomID)), is(fieldSeq, r.ReadMarker.Seq)}
	})), options.Find().SetProjection(bson.D{is(fieldRoom, 1), is(fieldSeq, 1), is("counts", 1)}))
	if err != nil {
		return err
	}
	counts := make(map[place]countsDocument, len(found))
	for _, message := range found {
		counts[place{message.RoomID, message.Seq}] = message.Counts
	}
	documents := make([]markerDocument, len(missing))
	for i, record := range missing {
		m := record.ReadMarker
		room, user := objectID(m.RoomID), objectID(m.UserID)
		at, exists := counts[place{room, m.Seq}]
		if !exists {
			return fmt.Errorf("marker %q stands at message %d, which is not there", record.Key, m.Seq)
		}
		documents[i] = markerDocument{
			ID: record.Key, RoomID: room, UserID: user, Seq: m.Seq, ReadAt: m.ReadAt, All: at.All, Mine: at.By[user.Hex()],
		}
	}
	return as.insertAll(ctx, documents)
}

// place is where a message stands.
type place struct {
	room bson.ObjectID
	seq  int64
}
