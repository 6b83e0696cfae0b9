package streams

import (
	"context"
	"time"

	"dentalk/domain"
)

// EndSession publishes session.ended.
func (s *Store) EndSession(ctx context.Context, id domain.ID, now time.Time) error {
	err := s.Store.EndSession(ctx, id, now)
	if err == nil {
		s.publishEnded(ctx, id)
	}
	return err
}

// EndUserSessions publishes session.ended for each session that lived.
func (s *Store) EndUserSessions(ctx context.Context, userID, keep domain.ID, now time.Time) ([]domain.ID, error) {
	ended, err := s.Store.EndUserSessions(ctx, userID, keep, now)
	s.publishEnded(ctx, ended...)
	return ended, err
}

// RotateRefreshToken publishes session.ended when a token was used again, which ends its session.
func (s *Store) RotateRefreshToken(ctx context.Context, oldHash, newHash string, now time.Time) (domain.Session, error) {
	session, err := s.Store.RotateRefreshToken(ctx, oldHash, newHash, now)
	if domain.KindOf(err) == domain.KindUnauthenticated && session.ID != "" {
		s.publishEnded(ctx, session.ID)
	}
	return session, err
}

func (s *Store) publishEnded(ctx context.Context, ids ...domain.ID) {
	events := make([]domain.Event, len(ids))
	for i, id := range ids {
		events[i] = domain.Event{Name: domain.EventSessionEnded, SessionID: id}
	}
	s.publish(ctx, events...)
}
