package volatilestore

import (
	"context"
	"time"

	"dentalk/domain"
)

// EndSession forgets the session, also when the store failed: it may have ended all the same.
func (s *Sessions) EndSession(ctx context.Context, id domain.ID, now time.Time) error {
	defer s.forget(ctx, sessionKey(id))
	return s.Store.EndSession(ctx, id, now)
}

// EndUserSessions forgets the sessions that lived, and the user with whom any other one is found.
func (s *Sessions) EndUserSessions(ctx context.Context, userID, keep domain.ID, now time.Time) ([]domain.ID, error) {
	ended, err := s.Store.EndUserSessions(ctx, userID, keep, now)
	keys := []string{userKey(userID)}
	for _, id := range ended {
		keys = append(keys, sessionKey(id))
	}
	s.forget(ctx, keys...)
	return ended, err
}

// RotateRefreshToken forgets the session when a token was used again, which ends it.
func (s *Sessions) RotateRefreshToken(ctx context.Context, oldHash, newHash string, now time.Time) (domain.Session, error) {
	session, err := s.Store.RotateRefreshToken(ctx, oldHash, newHash, now)
	if err != nil && session.ID != "" {
		s.forget(ctx, sessionKey(session.ID))
	}
	return session, err
}

// UpdateUser forgets the user.
func (s *Sessions) UpdateUser(ctx context.Context, id domain.ID, change domain.UserChange, now time.Time) (domain.User, error) {
	defer s.forget(ctx, userKey(id))
	return s.Store.UpdateUser(ctx, id, change, now)
}

// RedeemPasswordReset forgets the user.
func (s *Sessions) RedeemPasswordReset(ctx context.Context, userID domain.ID, resetHash, passwordHash string, now time.Time) (domain.User, error) {
	defer s.forget(ctx, userKey(userID))
	return s.Store.RedeemPasswordReset(ctx, userID, resetHash, passwordHash, now)
}

// EraseUser forgets the user.
func (s *Sessions) EraseUser(ctx context.Context, id domain.ID, now time.Time) (domain.User, error) {
	defer s.forget(ctx, userKey(id))
	return s.Store.EraseUser(ctx, id, now)
}

// TouchSession forgets the session, so that the next caller sees when it was used.
func (s *Sessions) TouchSession(ctx context.Context, id domain.ID, client domain.Client, at time.Time) error {
	defer s.forget(ctx, sessionKey(id))
	return s.Store.TouchSession(ctx, id, client, at)
}
