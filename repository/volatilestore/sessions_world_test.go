package volatilestore_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"dentalk/domain"
	"dentalk/repository/volatilestore"
)

// sessions is a store with one user and one session, which counts its reads.
type sessions struct {
	domain.Store
	mu      sync.Mutex
	user    domain.User
	session domain.Session
	ended   bool
	reads   int
	reading func() // called in each read, after the session was looked at
}

var errNoSession = domain.NotFound("session")

func (s *sessions) SessionUser(context.Context, domain.ID, time.Time) (domain.Session, domain.User, error) {
	s.mu.Lock()
	s.reads++
	session, user, ended, reading := s.session, s.user, s.ended, s.reading
	s.mu.Unlock()
	if reading != nil {
		reading()
	}
	if ended {
		return domain.Session{}, domain.User{}, errNoSession
	}
	return session, user, nil
}

func (s *sessions) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended = true
}

func (s *sessions) EndSession(context.Context, domain.ID, time.Time) error {
	s.end()
	return nil
}

func (s *sessions) EndUserSessions(context.Context, domain.ID, domain.ID, time.Time) ([]domain.ID, error) {
	s.end()
	return []domain.ID{s.session.ID}, nil
}

func (s *sessions) RotateRefreshToken(context.Context, string, string, time.Time) (domain.Session, error) {
	s.end()
	return s.session, domain.Unauthenticated("refresh_token_reused", "")
}

func (s *sessions) UpdateUser(_ context.Context, _ domain.ID, change domain.UserChange, _ time.Time) (domain.User, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.user = change.Apply(s.user)
	return s.user, nil
}

func (s *sessions) RedeemPasswordReset(context.Context, domain.ID, string, string, time.Time) (domain.User, error) {
	return s.rename("redeemed")
}

func (s *sessions) EraseUser(context.Context, domain.ID, time.Time) (domain.User, error) {
	return s.rename("erased")
}

func (s *sessions) rename(name string) (domain.User, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.user.Username = name
	return s.user, nil
}

func (s *sessions) TouchSession(_ context.Context, _ domain.ID, client domain.Client, at time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.session.Client, s.session.LastUsedAt = client, at
	return nil
}

// clock stands still unless it is moved.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(by time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(by)
}

// recorder is a cache that can fail to delete, and remembers everything that was set.
type recorder struct {
	domain.Cache
	broken bool
	set    []string
}

func (r *recorder) CacheSet(ctx context.Context, life time.Duration, values map[string][]byte) error {
	for _, value := range values {
		r.set = append(r.set, string(value))
	}
	return r.Cache.CacheSet(ctx, life, values)
}

func (r *recorder) CacheDelete(ctx context.Context, keys ...string) error {
	if r.broken {
		return errors.New("connection refused")
	}
	return r.Cache.CacheDelete(ctx, keys...)
}

type sessionsWorld struct {
	*testing.T
	clock    *clock
	store    *sessions
	cache    *recorder
	sessions *volatilestore.Sessions
}

func newSessionsWorld(t *testing.T) *sessionsWorld {
	c := &clock{now: time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC)}
	store := &sessions{
		user: domain.User{ID: "user", Username: "name", Role: domain.RoleLab, Language: "ko", PasswordHash: "secret hash",
			Reset: &domain.PasswordReset{Hash: "secret reset", ExpiresAt: c.now.Add(time.Hour)}, CreatedAt: c.now, UpdatedAt: c.now},
		session: domain.Session{ID: "session", UserID: "user", CreatedAt: c.now, ExpiresAt: c.now.Add(time.Hour)},
	}
	cache := &recorder{Cache: volatilestore.NewMemory(c.Now)}
	return &sessionsWorld{T: t, clock: c, store: store, cache: cache, sessions: volatilestore.NewSessions(store, cache, c.Now)}
}

func (w *sessionsWorld) read() (domain.Session, domain.User, error) {
	return w.sessions.SessionUser(w.Context(), "session", w.clock.Now())
}

func (w *sessionsWorld) lives() bool {
	_, _, err := w.read()
	if err != nil && domain.KindOf(err) != domain.KindNotFound {
		w.Fatal(err)
	}
	return err == nil
}
