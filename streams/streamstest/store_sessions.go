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
		s.ended[id] = true
	}
	return err
}

func (s *Store) LiveSessions(ctx context.Context, ids []domain.ID, at time.Time) ([]domain.ID, error) {
	leave, err := s.enter(ctx, "LiveSessions")
	defer leave()
	if err != nil {
		return nil, err
	}
	var live []domain.ID
	for _, id := range ids {
		if s.lives(id, at) {
			live = append(live, id)
		}
	}
	return live, nil
}

func (s *Store) lives(id domain.ID, at time.Time) bool {
	if key, isSecret := s.secrets[id]; isSecret {
		return s.isGood(id, s.apiKeys[key], at)
	}
	return !s.ended[id]
}
