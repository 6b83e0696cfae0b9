package mongostore

import (
	"bytes"
	"context"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"dentalk/domain"
)

// ReserveKey stores the record, or gives the one that holds its key. An expired one gives way.
func (s *Store) ReserveKey(ctx context.Context, record domain.IdempotencyRecord, now time.Time) (*domain.IdempotencyRecord, error) {
	for losses := range mostLosses {
		existing, done, err := s.reserve(ctx, record, now)
		if err != nil || done {
			return existing, fail("reserve idempotency key", err)
		}
		if err := pause(ctx, losses); err != nil {
			return nil, fail("reserve idempotency key", err)
		}
	}
	return nil, fail("reserve idempotency key", errLost)
}

// reserve tries once; it tells false when the record that was in the way is gone now.
func (s *Store) reserve(ctx context.Context, record domain.IdempotencyRecord, now time.Time) (*domain.IdempotencyRecord, bool, error) {
	document := newIdempotencyDocument(record)
	_, err := s.idempotencyKeys.InsertOne(ctx, document)
	if !isClash(err) {
		return nil, true, err
	}
	found, exists, err := maybe[idempotencyDocument](ctx, s.idempotencyKeys, bson.D{{Key: "_id", Value: document.ID}})
	if err != nil || !exists {
		return nil, false, err
	}
	if found.ExpiresAt.After(now) {
		existing := found.record()
		return &existing, true, nil
	}
	_, err = s.idempotencyKeys.DeleteOne(ctx, bson.D{{Key: "_id", Value: document.ID}, {Key: "expiresAt", Value: found.ExpiresAt}})
	return nil, false, err
}

// CompleteKey stores the answer of a reserved record. One that expired meanwhile is KindNotFound.
func (s *Store) CompleteKey(ctx context.Context, record domain.IdempotencyRecord) error {
	answer := record.Answer
	if answer == nil {
		answer = []byte{}
	}
	changed, err := s.idempotencyKeys.UpdateOne(ctx, underWay(record), bson.D{{Key: "$set", Value: bson.D{
		{Key: "answer", Value: answer}, {Key: "expiresAt", Value: domain.Milliseconds(record.ExpiresAt)}}}})
	if err == nil && changed.MatchedCount == 0 {
		err = domain.NotFound("idempotency key")
	}
	return fail("complete idempotency key", err)
}

// ReleaseKey forgets a record that has no answer yet.
func (s *Store) ReleaseKey(ctx context.Context, record domain.IdempotencyRecord) error {
	_, err := s.idempotencyKeys.DeleteOne(ctx, underWay(record))
	return fail("release idempotency key", err)
}

// RemoveExpiredKeys deletes what has expired.
func (s *Store) RemoveExpiredKeys(ctx context.Context, now time.Time) error {
	_, err := s.idempotencyKeys.DeleteMany(ctx, bson.D{upTo("expiresAt", domain.Milliseconds(now))})
	return fail("remove expired idempotency keys", err)
}

// ForgetAnswers looks at all records: they are those of a day, and an erasure is rare.
func (s *Store) ForgetAnswers(ctx context.Context, about domain.ID) error {
	keys, err := s.answersAbout(ctx, string(about))
	if err == nil && len(keys) > 0 {
		_, err = s.idempotencyKeys.DeleteMany(ctx, bson.D{is(fieldID, bson.D{is("$in", keys)})})
	}
	return fail("forget answers", err)
}

// answersAbout gives the keys of the records that hold the text. Keys begin with the caller and the path.
func (s *Store) answersAbout(ctx context.Context, text string) (keys []string, err error) {
	everything := bson.D{is(fieldID, bson.D{is("$gt", "")})} // along the index
	cursor, err := s.idempotencyKeys.Find(ctx, everything, options.Find().SetProjection(bson.D{is("answer", 1)}))
	if err != nil {
		return nil, err
	}
	defer cursor.Close(ctx)
	for cursor.Next(ctx) {
		var document idempotencyDocument
		if err := cursor.Decode(&document); err != nil {
			return nil, err
		}
		if strings.Contains(document.ID, text) || bytes.Contains(document.record().Answer, []byte(text)) {
			keys = append(keys, document.ID)
		}
	}
	return keys, cursor.Err()
}

// underWay selects the record of this request as long as it has no answer.
func underWay(record domain.IdempotencyRecord) bson.D {
	return bson.D{
		{Key: "_id", Value: idempotencyKey(record)},
		{Key: "fingerprint", Value: record.Fingerprint},
		{Key: "answer", Value: bson.D{{Key: "$exists", Value: false}}},
	}
}
