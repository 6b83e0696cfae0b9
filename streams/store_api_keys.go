package streams

import (
	"context"
	"slices"
	"time"

	"dentalk/domain"
)

// RotateAPIKey publishes session.ended for the secrets that are good no more: whoever has stolen one
// must not go on to read. The end of an overlap is found by the hubs.
func (s *Store) RotateAPIKey(ctx context.Context, id domain.ID, secret domain.APIKeySecret, oldUntil time.Time) (domain.APIKey, error) {
	before, err := s.Store.APIKey(ctx, id)
	if err != nil {
		return domain.APIKey{}, err
	}
	key, err := s.Store.RotateAPIKey(ctx, id, secret, oldUntil)
	if err == nil {
		s.publishEnded(ctx, endedSecrets(before, key, time.Now())...)
	}
	return key, err
}

// endedSecrets gives those of a key that a rotation has ended. Another rotation at the same time may
// have made the one that was replaced.
func endedSecrets(before, after domain.APIKey, now time.Time) []domain.ID {
	old := slices.Compact([]domain.APIKeySecret{before.Replaced, before.Secret, after.Replaced})
	good := after.GoodSecrets(now)
	return idsOf(slices.DeleteFunc(old, func(s domain.APIKeySecret) bool { return slices.Contains(good, s) }))
}

// DeleteAPIKey publishes session.ended for the key's secrets.
func (s *Store) DeleteAPIKey(ctx context.Context, id domain.ID) (domain.APIKey, error) {
	key, err := s.Store.DeleteAPIKey(ctx, id)
	if err == nil {
		s.publishEnded(ctx, idsOf([]domain.APIKeySecret{key.Secret, key.Replaced})...)
	}
	return key, err
}

// idsOf leaves out a secret that there is not.
func idsOf(secrets []domain.APIKeySecret) []domain.ID {
	var ids []domain.ID
	for _, secret := range secrets {
		if secret.ID != "" {
			ids = append(ids, secret.ID)
		}
	}
	return ids
}
