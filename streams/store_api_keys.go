package streams

import (
	"context"
	"time"

	"dentalk/domain"
)

// RotateAPIKey publishes session.ended when the old secret is good no more: whoever has stolen it must
// not go on to read. The streams of the new secret end too, and come back.
func (s *Store) RotateAPIKey(ctx context.Context, id domain.ID, secret domain.APIKeySecret, oldUntil time.Time) (domain.APIKey, error) {
	key, err := s.Store.RotateAPIKey(ctx, id, secret, oldUntil)
	if err == nil && !oldUntil.After(time.Now()) {
		s.publishEnded(ctx, id)
	}
	return key, err
}

// DeleteAPIKey publishes session.ended: a service's session is its key.
func (s *Store) DeleteAPIKey(ctx context.Context, id domain.ID) (domain.APIKey, error) {
	key, err := s.Store.DeleteAPIKey(ctx, id)
	if err == nil {
		s.publishEnded(ctx, id)
	}
	return key, err
}
