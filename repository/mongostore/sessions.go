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
	user, err := s.enabledUser(ctx, session.UserID)
	if err != nil {
		return domain.Session{}, domain.User{}, fail("read session", err)
	}
	return session.session(), user.user(), nil
}

// enabledUser finds the user of a session; the session of a disabled one is not found.
func (s *Store) enabledUser(ctx context.Context, id bson.ObjectID) (userDocument, error) {
	return one[userDocument](ctx, s.users, "session", bson.D{is(fieldID, id), is("disabled", false)})
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

// EndUserSessions ends all sessions of a user but one and tells which lived.
func (s *Store) EndUserSessions(ctx context.Context, userID, keep domain.ID, now time.Time) ([]domain.ID, error) {
	filter := append(bson.D{is("userId", objectID(userID)), compare(fieldID, "$ne", objectID(keep))}, live(now)...)
	found, err := all[sessionDocument](ctx, s.sessions, filter, ascending(0))
	if err != nil || len(found) == 0 {
		return nil, fail("end sessions of user", err)
	}
	ids := convert(found, func(d sessionDocument) domain.ID { return idOf(d.ID) })
	return ids, fail("end sessions of user", s.endSessions(ctx, ids, now))
}

// LiveSessions tells which of ids are living sessions or secrets of API keys.
func (s *Store) LiveSessions(ctx context.Context, ids []domain.ID, now time.Time) ([]domain.ID, error) {
	sessions, err := s.liveSessions(ctx, ids, now)
	if err != nil || len(sessions) == len(ids) {
		return sessions, fail("check sessions", err)
	}
	secrets, err := s.goodSecrets(ctx, ids, now)
	return append(sessions, secrets...), fail("check API keys", err)
}

func (s *Store) liveSessions(ctx context.Context, ids []domain.ID, now time.Time) ([]domain.ID, error) {
	found, err := all[sessionDocument](ctx, s.sessions, append(byIDs(ids), live(now)...))
	if err != nil || len(found) == 0 {
		return nil, err
	}
	users := convert(found, func(d sessionDocument) domain.ID { return idOf(d.UserID) })
	enabled, err := s.enabled(ctx, users)
	living := slices.DeleteFunc(found, func(d sessionDocument) bool { return !enabled[d.UserID] })
	return convert(living, func(d sessionDocument) domain.ID { return idOf(d.ID) }), err
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

// Sessions lists a user's living sessions, newest first.
func (s *Store) Sessions(ctx context.Context, userID, before domain.ID, limit int, now time.Time) ([]domain.Session, error) {
	filter := append(bson.D{is("userId", objectID(userID))}, live(now)...)
	found, err := all[sessionDocument](ctx, s.sessions, append(filter, newestBefore(before)...), descending(limit))
	return convert(found, sessionDocument.session), fail("list sessions", err)
}

// TouchSession notes the last use of a session, unless a later one is noted: the notes of several
// instances come in any order.
func (s *Store) TouchSession(ctx context.Context, id domain.ID, client domain.Client, at time.Time) error {
	at = domain.Milliseconds(at)
	filter := append(byID(id), absent("endedAt"), compare("lastUsedAt", "$not", bson.D{is("$gt", at)}))
	_, err := s.sessions.UpdateOne(ctx, filter,
		bson.D{is("$set", bson.D{is("lastUsedAt", at), is("client", clientDocument(client))})})
	return fail("touch session", err)
}
