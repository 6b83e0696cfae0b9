package mongostore

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

const (
	tendEvery = 30 * time.Second
	// expiredAtOnce bounds how much of what has expired is removed in one round, so that a round
	// stays short; the next one goes on.
	expiredAtOnce = 500
)

// tend starts what goes on beside the calls, and ends with Close: it heals the activity of rooms,
// removes what has expired and keeps to the server's clock. A round that fails leaves its work to
// the next one; that the store does not answer is told by everything else.
func (s *Store) tend() {
	ctx, cancel := context.WithCancel(context.Background())
	s.tending = cancel
	s.tended.Go(func() {
		ticker := time.NewTicker(tendEvery)
		defer ticker.Stop()
		for ctx.Err() == nil {
			_ = s.heal(ctx)
			_ = s.removeExpired(ctx)
			select {
			case <-ticker.C:
			case <-ctx.Done():
			}
			_ = s.clock.measure(ctx)
		}
	})
}

// removeExpired removes sessions with their refresh tokens.
func (s *Store) removeExpired(ctx context.Context) error {
	sessions, err := expired(ctx, s.sessions, s.now())
	if err != nil || len(sessions) == 0 {
		return err
	}
	// The tokens first: without their session nobody would find them again.
	if _, err := s.refreshTokens.DeleteMany(ctx, bson.D{is("sessionId", oneOf(sessions))}); err != nil {
		return err
	}
	_, err = s.sessions.DeleteMany(ctx, bson.D{is(fieldID, oneOf(sessions))})
	return err
}

// expired gives the keys of some documents that have expired.
func expired(ctx context.Context, c *mongo.Collection, now time.Time) (bson.A, error) {
	found, err := all[bson.M](ctx, c, bson.D{upTo("expiresAt", now)},
		options.Find().SetLimit(expiredAtOnce).SetProjection(bson.D{is(fieldID, 1)}))
	keys := make(bson.A, len(found))
	for i, document := range found {
		keys[i] = document[fieldID]
	}
	return keys, err
}

func oneOf(keys bson.A) bson.D { return bson.D{is("$in", keys)} }
