package mongostore

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"dentalk/domain"
)

var errRefreshReused = domain.Unauthenticated("refresh_token_reused",
	"This refresh token was used before; its session has been ended.")

// RefreshTokenUser gives the living session of a refresh token, replaced or not, with its user.
func (s *Store) RefreshTokenUser(ctx context.Context, hash string, now time.Time) (domain.Session, domain.User, error) {
	session, err := s.sessionOf(ctx, hash, now)
	if err != nil {
		return domain.Session{}, domain.User{}, fail("read refresh token", err)
	}
	user, err := s.enabledUser(ctx, session.UserID)
	if err != nil {
		return domain.Session{}, domain.User{}, fail("read refresh token", err)
	}
	return session.session(), user.user(), nil
}

// RotateRefreshToken replaces a refresh token, or ends the session of one that was replaced before.
func (s *Store) RotateRefreshToken(ctx context.Context, oldHash, newHash string, now time.Time) (domain.Session, error) {
	session, err := s.sessionOf(ctx, oldHash, now)
	if err != nil {
		return domain.Session{}, fail("rotate refresh token", err)
	}
	replaced, err := s.replaceRefreshToken(ctx, session.ID, oldHash, newHash, now)
	if err == nil && !replaced {
		if err = s.endSessions(ctx, []domain.ID{idOf(session.ID)}, now); err == nil {
			err = errRefreshReused
		}
	}
	return session.session(), fail("rotate refresh token", err)
}

// sessionOf finds the living session of a refresh token, replaced or not.
func (s *Store) sessionOf(ctx context.Context, hash string, now time.Time) (sessionDocument, error) {
	token, err := one[refreshTokenDocument](ctx, s.refreshTokens, "refresh token", bson.D{{Key: "_id", Value: hash}})
	if err != nil {
		return sessionDocument{}, err
	}
	filter := append(bson.D{{Key: "_id", Value: token.SessionID}}, live(now)...)
	return one[sessionDocument](ctx, s.sessions, "refresh token", filter)
}

// replaceRefreshToken tells whether the old token was the newest until now. The next one is stored
// first: a crash between the two steps leaves the old one good. When the second step refuses, the
// session ends and the next one with it.
func (s *Store) replaceRefreshToken(ctx context.Context, sessionID bson.ObjectID, oldHash, newHash string, now time.Time) (bool, error) {
	if err := s.addRefreshToken(ctx, sessionID, newHash); err != nil {
		return false, err
	}
	changed, err := s.refreshTokens.UpdateOne(ctx, bson.D{
		{Key: "_id", Value: oldHash},
		{Key: "replacedAt", Value: bson.D{{Key: "$exists", Value: false}}},
	}, set("replacedAt", domain.Milliseconds(now)))
	if err != nil {
		return false, err
	}
	return changed.MatchedCount > 0, nil
}
