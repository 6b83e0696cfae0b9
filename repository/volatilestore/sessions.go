package volatilestore

import (
	"context"
	"encoding/json"
	"time"

	"dentalk/domain"
)

// sessionLife is how long a session and its user may be believed after they were read. The end of
// a session reaches every instance within 5 s, so also when it could not be deleted here, and a
// stream that was opened on the strength of this is found by the hub's look for ended sessions, 2 s
// later at most.
const sessionLife = 2 * time.Second

// Sessions is the store with a cache in front of SessionUser and APIKeyByHash, one of which every
// request asks. The session and its user are cached by themselves, so that a change of the user needs
// no list of sessions. It is safe for concurrent use.
type Sessions struct {
	domain.Store
	cache domain.Cache
	now   func() time.Time
}

var _ domain.Store = (*Sessions)(nil)

// NewSessions wraps store. A cache that fails costs the reads that it would have saved.
func NewSessions(store domain.Store, cache domain.Cache, now func() time.Time) *Sessions {
	return &Sessions{Store: store, cache: cache, now: now}
}

// remembered is what was read of the store, and when that read began: whatever ended since may be
// in it.
type remembered[T any] struct {
	ReadAt time.Time
	Value  T
}

func sessionKey(id domain.ID) string { return "session:" + string(id) }
func userKey(id domain.ID) string    { return "user:" + string(id) }

// SessionUser gives a user without the password hash and the reset when it comes from the cache.
func (s *Sessions) SessionUser(ctx context.Context, id domain.ID, now time.Time) (domain.Session, domain.User, error) {
	session, found := recall[domain.Session](ctx, s, sessionKey(id))
	if found && session.ExpiresAt.After(now) {
		if user, found := recall[domain.User](ctx, s, userKey(session.UserID)); found {
			return session, user, nil
		}
	}
	began := s.now()
	session, user, err := s.Store.SessionUser(ctx, id, now)
	if err == nil {
		known := user
		known.PasswordHash, known.Reset = "", nil
		s.remember(ctx, began, map[string]any{sessionKey(session.ID): session, userKey(user.ID): known})
	}
	return session, user, err
}

func recall[T any](ctx context.Context, s *Sessions, key string) (value T, found bool) {
	values, err := s.cache.CacheGet(ctx, key)
	if err != nil || values[key] == nil {
		return value, false
	}
	var known remembered[T]
	if err := json.Unmarshal(values[key], &known); err != nil || s.now().Sub(known.ReadAt) >= sessionLife {
		return value, false
	}
	return known.Value, true
}

func (s *Sessions) remember(ctx context.Context, began time.Time, values map[string]any) {
	life := sessionLife - s.now().Sub(began)
	if life <= 0 {
		return
	}
	contents := make(map[string][]byte, len(values))
	for key, value := range values {
		content, err := json.Marshal(remembered[any]{ReadAt: began, Value: value})
		if err != nil {
			return // a time that JSON has no form for
		}
		contents[key] = content
	}
	_ = s.cache.CacheSet(ctx, life, contents)
}

// forget deletes also when the caller has gone meanwhile: the change stands. A failure leaves the
// entry to the end of its life.
func (s *Sessions) forget(ctx context.Context, keys ...string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	_ = s.cache.CacheDelete(ctx, keys...)
}
