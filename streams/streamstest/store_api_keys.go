package streamstest

import (
	"context"
	"slices"
	"time"

	"dentalk/domain"
)

func (s *Store) CreateAPIKey(ctx context.Context, key domain.APIKey) error {
	leave, err := s.enter(ctx, "CreateAPIKey")
	defer leave()
	if err == nil {
		s.keep(key)
	}
	return err
}

func (s *Store) keep(key domain.APIKey) {
	s.apiKeys[key.ID] = key
	s.secrets[key.Secret.ID] = key.ID
}

func (s *Store) APIKey(ctx context.Context, id domain.ID) (domain.APIKey, error) {
	leave, err := s.enter(ctx, "APIKey")
	defer leave()
	if err != nil {
		return domain.APIKey{}, err
	}
	return s.apiKey(id)
}

func (s *Store) apiKey(id domain.ID) (domain.APIKey, error) {
	key, found := s.apiKeys[id]
	if !found {
		return domain.APIKey{}, domain.NotFound("API key")
	}
	return key, nil
}

func (s *Store) RotateAPIKey(ctx context.Context, id domain.ID, secret domain.APIKeySecret, oldUntil time.Time) (domain.APIKey, error) {
	leave, err := s.enter(ctx, "RotateAPIKey")
	defer leave()
	if err != nil {
		return domain.APIKey{}, err
	}
	key, err := s.apiKey(id)
	if err == nil {
		key.Secret, key.Replaced, key.ReplacedUntil = secret, key.Secret, oldUntil
		s.keep(key)
	}
	return key, err
}

func (s *Store) DeleteAPIKey(ctx context.Context, id domain.ID) (domain.APIKey, error) {
	leave, err := s.enter(ctx, "DeleteAPIKey")
	defer leave()
	if err != nil {
		return domain.APIKey{}, err
	}
	key, err := s.apiKey(id)
	delete(s.apiKeys, id)
	return key, err
}

// isGood is false of a secret that the key has no more, and of all those of a key that is gone.
func (s *Store) isGood(secret domain.ID, key domain.APIKey, at time.Time) bool {
	return slices.ContainsFunc(key.GoodSecrets(at), func(one domain.APIKeySecret) bool { return one.ID == secret })
}
