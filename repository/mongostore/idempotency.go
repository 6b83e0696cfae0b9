package mongostore

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

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

// ForgetAnswers deletes all records of a caller, along the index of the keys, which begin with the
// caller.
func (s *Store) ForgetAnswers(ctx context.Context, callerID domain.ID) error {
	begin, end := string(callerID)+"\n", string(callerID)+"\v" // the character that follows a line feed
	_, err := s.idempotencyKeys.DeleteMany(ctx, bson.D{is(fieldID, bson.D{is("$gte", begin), is("$lt", end)})})
	return fail("forget answers", err)
}

// underWay selects the record of this request as long as it has no answer.
func underWay(record domain.IdempotencyRecord) bson.D {
	return bson.D{
		{Key: "_id", Value: idempotencyKey(record)},
		{Key: "fingerprint", Value: record.Fingerprint},
		{Key: "answer", Value: bson.D{{Key: "$exists", Value: false}}},
	}
}
