package streamstest

import (
	"context"
	"time"

	"dentalk/domain"
)

// EndSession ends a session; every other one lives, whatever its ID.
func (s *Store) EndSession(ctx context.Context, id domain.ID, _ time.Time) error {
	leave, err := s.enter(ctx, "EndSession")
	defer leave()
	if err == nil {
		s.ended[id] = time.Time{}
	}
	return err
}

// CreateAPIKey notes when the key expires; one that was not made lives, whatever its ID.
func (s *Store) CreateAPIKey(ctx context.Context, key domain.APIKey) error {
	leave, err := s.enter(ctx, "CreateAPIKey")
	defer leave()
	if err == nil && !key.ExpiresAt.IsZero() {
		s.ended[key.ID] = key.ExpiresAt
	}
	return err
}

func (s *Store) RotateAPIKey(ctx context.Context, id domain.ID, secret domain.APIKeySecret, oldUntil time.Time) (domain.APIKey, error) {
	leave, err := s.enter(ctx, "RotateAPIKey")
	defer leave()
	return domain.APIKey{ID: id, APIKeySecret: secret, ReplacedUntil: oldUntil}, err
}

func (s *Store) DeleteAPIKey(ctx context.Context, id domain.ID) (domain.APIKey, error) {
	leave, err := s.enter(ctx, "DeleteAPIKey")
	defer leave()
	if err != nil {
		return domain.APIKey{}, err
	}
	s.ended[id] = time.Time{}
	return domain.APIKey{ID: id}, nil
}

func (s *Store) LiveSessions(ctx context.Context, ids []domain.ID, at time.Time) ([]domain.ID, error) {
	leave, err := s.enter(ctx, "LiveSessions")
	defer leave()
	if err != nil {
		return nil, err
	}
	var live []domain.ID
	for _, id := range ids {
		if end, ends := s.ended[id]; !ends || end.After(at) {
			live = append(live, id)
		}
	}
	return live, nil
}
