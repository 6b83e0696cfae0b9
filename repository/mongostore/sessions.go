package mongostore

import (
	"context"
	"slices"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"dentalk/domain"
)

// CreateSession stores a login with its first refresh token. The session comes first: a crash
// between the two leaves one that nobody knows of.
func (s *Store) CreateSession(ctx context.Context, session domain.Session, refreshHash string) error {
	_, err := s.sessions.InsertOne(ctx, newSessionDocument(session))
	if err == nil {
		err = s.addRefreshToken(ctx, objectID(session.ID), refreshHash)
	}
	return fail("create session", err)
}

func (s *Store) addRefreshToken(ctx context.Context, sessionID bson.ObjectID, hash string) error {
	_, err := s.refreshTokens.InsertOne(ctx, refreshTokenDocument{Hash: hash, SessionID: sessionID})
	return err
}

// SessionUser gives a living session with its user.
func (s *Store) SessionUser(ctx context.Context, id domain.ID, now time.Time) (domain.Session, domain.User, error) {
	session, err := one[sessionDocument](ctx, s.sessions, "session", append(byID(id), live(now)...))
	if err != nil {
		return domain.Session{}, domain.User{}, fail("read session", err)
	}
	user, found, err := maybe[userDocument](ctx, s.users, bson.D{{Key: "_id", Value: session.UserID}})
	if err == nil && (!found || user.Disabled) {
		err = domain.NotFound("session")
	}
	if err != nil {
		return domain.Session{}, domain.User{}, fail("read session", err)
	}
	return session.session(), user.user(), nil
}

// EndSession ends a session.
func (s *Store) EndSession(ctx context.Context, id domain.ID, now time.Time) error {
	return fail("end session", s.endSessions(ctx, []domain.ID{id}, now))
}

// endSessions ends those that live.
func (s *Store) endSessions(ctx context.Context, ids []domain.ID, now time.Time) error {
	filter := append(byIDs(ids), bson.E{Key: "endedAt", Value: bson.D{{Key: "$exists", Value: false}}})
	_, err := s.sessions.UpdateMany(ctx, filter, set("endedAt", domain.Milliseconds(now)))
	return err
}

// set is the update of one field.
func set(field string, value any) bson.D {
	return bson.D{{Key: "$set", Value: bson.D{{Key: field, Value: value}}}}
}

// EndUserSessions ends all sessions of a user and tells which lived.
func (s *Store) EndUserSessions(ctx context.Context, userID domain.ID, now time.Time) ([]domain.ID, error) {
	filter := append(bson.D{{Key: "userId", Value: objectID(userID)}}, live(now)...)
	found, err := all[sessionDocument](ctx, s.sessions, filter, ascending(0))
	if err != nil || len(found) == 0 {
		return nil, fail("end sessions of user", err)
	}
	ids := convert(found, func(d sessionDocument) domain.ID { return idOf(d.ID) })
	return ids, fail("end sessions of user", s.endSessions(ctx, ids, now))
}

// LiveSessions tells which of ids live.
func (s *Store) LiveSessions(ctx context.Context, ids []domain.ID, now time.Time) ([]domain.ID, error) {
	found, err := all[sessionDocument](ctx, s.sessions, append(byIDs(ids), live(now)...))
	if err != nil || len(found) == 0 {
		return nil, fail("check sessions", err)
	}
	users := convert(found, func(d sessionDocument) domain.ID { return idOf(d.UserID) })
	enabled, err := s.enabled(ctx, users)
	if err != nil {
		return nil, fail("check sessions", err)
	}
	living := slices.DeleteFunc(found, func(d sessionDocument) bool { return !enabled[d.UserID] })
	return convert(living, func(d sessionDocument) domain.ID { return idOf(d.ID) }), nil
}

// enabled tells which of the users exist and are not disabled.
func (s *Store) enabled(ctx context.Context, users []domain.ID) (map[bson.ObjectID]bool, error) {
	found, err := all[userDocument](ctx, s.users, append(byIDs(users), bson.E{Key: "disabled", Value: false}))
	enabled := make(map[bson.ObjectID]bool, len(found))
	for _, user := range found {
		enabled[user.ID] = true
	}
	return enabled, err
}
