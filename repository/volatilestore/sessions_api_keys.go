package volatilestore

import (
	"context"
	"slices"
	"time"

	"dentalk/domain"
)

func apiKeyKey(hash string) string { return "apikey:" + hash }

// APIKeyByHash does not cache that there is none: what strangers guess would fill the cache.
func (s *Sessions) APIKeyByHash(ctx context.Context, hash string, now time.Time) (domain.APIKey, error) {
	if key, found := recall[domain.APIKey](ctx, s, apiKeyKey(hash)); found && opens(hash, key, now) {
		return key, nil
	}
	began := s.now()
	key, err := s.Store.APIKeyByHash(ctx, hash, now)
	if err == nil {
		s.remember(ctx, began, map[string]any{apiKeyKey(hash): key})
	}
	return key, err
}

// opens tells whether the secret with this hash is one with which the key can be used.
func opens(hash string, key domain.APIKey, now time.Time) bool {
	return slices.ContainsFunc(key.GoodSecrets(now), func(s domain.APIKeySecret) bool { return s.Hash == hash })
}

// RotateAPIKey forgets the key under every secret that it had, also the one that was replaced before
// and is good no more.
func (s *Sessions) RotateAPIKey(ctx context.Context, id domain.ID, secret domain.APIKeySecret, oldUntil time.Time) (domain.APIKey, error) {
	defer s.forgetAPIKey(ctx, s.known(ctx, id))
	key, err := s.Store.RotateAPIKey(ctx, id, secret, oldUntil)
	if err == nil {
		s.forgetAPIKey(ctx, key)
	}
	return key, err
}

// TouchAPIKey forgets the key, so that the next caller sees when it was used.
func (s *Sessions) TouchAPIKey(ctx context.Context, id domain.ID, at time.Time) error {
	defer s.forgetAPIKey(ctx, s.known(ctx, id))
	return s.Store.TouchAPIKey(ctx, id, at)
}

// DeleteAPIKey forgets the key, also when the store failed: it may be gone all the same.
func (s *Sessions) DeleteAPIKey(ctx context.Context, id domain.ID) (domain.APIKey, error) {
	defer s.forgetAPIKey(ctx, s.known(ctx, id))
	return s.Store.DeleteAPIKey(ctx, id)
}

// known gives the key as it is before a change. One that cannot be read is forgotten at the end of its
// life in the cache.
func (s *Sessions) known(ctx context.Context, id domain.ID) domain.APIKey {
	key, err := s.Store.APIKey(ctx, id)
	if err != nil {
		return domain.APIKey{}
	}
	return key
}

func (s *Sessions) forgetAPIKey(ctx context.Context, key domain.APIKey) {
	var keys []string
	for _, hash := range []string{key.Secret.Hash, key.Replaced.Hash} {
		if hash != "" {
			keys = append(keys, apiKeyKey(hash))
		}
	}
	s.forget(ctx, keys...)
}
