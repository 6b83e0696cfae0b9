package volatilestore_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dentalk/domain"
	"dentalk/repository/repositorytest"
	"dentalk/repository/sqlitestore"
	"dentalk/repository/volatilestore"
)

// TestSessionsConformance holds that the cache changes nothing of what a store promises about accounts.
func TestSessionsConformance(t *testing.T) {
	repositorytest.RunAccounts(t, func(t *testing.T, now func() time.Time) domain.Store {
		store, err := sqlitestore.Open(t.Context(), t.TempDir(), sqlitestore.Options{Now: now})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := store.Close(); err != nil {
				t.Error(err)
			}
		})
		return volatilestore.NewSessions(store, volatilestore.NewMemory(now), now)
	})
}

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

func (s *sessions) EndUserSessions(context.Context, domain.ID, time.Time) ([]domain.ID, error) {
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
		user:    domain.User{ID: "user", Username: "name", Role: domain.RoleLab, Language: "ko", PasswordHash: "secret hash", CreatedAt: c.now, UpdatedAt: c.now},
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

func TestSessionsSpareTheStore(t *testing.T) {
	w := newSessionsWorld(t)
	for range 400 { // 3.99 s
		session, user, err := w.read()
		if err != nil {
			t.Fatal(err)
		}
		user.PasswordHash = "secret hash"
		if diff := cmp.Diff([]any{w.store.session, w.store.user}, []any{session, user}); diff != "" {
			t.Fatalf("session and user (-want +got):\n%s", diff)
		}
		w.clock.advance(10*time.Millisecond - 25*time.Microsecond)
	}
	if w.store.reads != 1 {
		t.Errorf("400 requests in 4 s read the store %d times", w.store.reads)
	}
}

func TestSessionsNeverCacheThePasswordHash(t *testing.T) {
	w := newSessionsWorld(t)
	w.lives()
	if len(w.cache.set) == 0 {
		t.Fatal("nothing was cached")
	}
	for _, value := range w.cache.set {
		if strings.Contains(value, "secret") || !json.Valid([]byte(value)) {
			t.Errorf("cached: %s", value)
		}
	}
	if _, user, _ := w.read(); user.PasswordHash != "" || w.store.reads != 1 {
		t.Errorf("got hash %q after %d reads", user.PasswordHash, w.store.reads)
	}
}

func TestSessionsEndAtOnce(t *testing.T) {
	ends := map[string]func(*sessionsWorld) error{
		"logout": func(w *sessionsWorld) error {
			return w.sessions.EndSession(w.Context(), "session", w.clock.Now())
		},
		"logout of a caller who leaves": func(w *sessionsWorld) error {
			gone, leave := context.WithCancel(w.Context())
			leave()
			return w.sessions.EndSession(gone, "session", w.clock.Now())
		},
		"end of all of a user's sessions": func(w *sessionsWorld) error {
			_, err := w.sessions.EndUserSessions(w.Context(), "user", w.clock.Now())
			return err
		},
		"reused refresh token": func(w *sessionsWorld) error {
			if _, err := w.sessions.RotateRefreshToken(w.Context(), "old", "new", w.clock.Now()); domain.KindOf(err) != domain.KindUnauthenticated {
				return errors.New("the error of the store is gone")
			}
			return nil
		},
	}
	for name, end := range ends {
		t.Run(name, func(t *testing.T) {
			w := newSessionsWorld(t)
			w.lives()
			if err := end(w); err != nil {
				t.Fatal(err)
			}
			if w.lives() {
				t.Error("the session lives on")
			}
		})
	}
}

func TestSessionsShowAChangedUserAtOnce(t *testing.T) {
	w := newSessionsWorld(t)
	w.lives()
	language := "en"
	if _, err := w.sessions.UpdateUser(t.Context(), "user", domain.UserChange{Language: &language}, w.clock.Now()); err != nil {
		t.Fatal(err)
	}
	if _, user, err := w.read(); err != nil || user.Language != "en" {
		t.Errorf("got language %q, error %v", user.Language, err)
	}
}

func TestSessionsEndWithinTheirLifeWhenTheDeleteFails(t *testing.T) {
	w := newSessionsWorld(t)
	w.cache.broken = true
	w.lives()
	if err := w.sessions.EndSession(t.Context(), "session", w.clock.Now()); err != nil {
		t.Fatal(err)
	}
	w.clock.advance(4 * time.Second)
	if w.lives() {
		t.Error("the session lives on for 4 s")
	}
}

// A slow read that began before the end is cached after the delete: 4 s count from its beginning.
func TestSessionsThatAreReadDuringTheirEndDieInTime(t *testing.T) {
	w := newSessionsWorld(t)
	w.store.reading = func() {
		w.store.reading = nil
		w.clock.advance(3 * time.Second)
		if err := w.sessions.EndSession(t.Context(), "session", w.clock.Now()); err != nil {
			t.Error(err)
		}
	}
	if !w.lives() {
		t.Fatal("the first read finds no session")
	}
	w.clock.advance(time.Second)
	if w.lives() {
		t.Error("the session lives on 4 s after the read began")
	}
}

func TestSessionsExpireInTime(t *testing.T) {
	w := newSessionsWorld(t)
	w.store.session.ExpiresAt = w.clock.Now().Add(time.Second)
	w.lives()
	w.clock.advance(time.Second)
	w.lives()
	if w.store.reads != 2 {
		t.Errorf("an expired session was read %d times of the store, want 2", w.store.reads)
	}
}

func TestSessionsGoOnWithoutACache(t *testing.T) {
	w := newSessionsWorld(t)
	s := startRedis(t)
	s.kill()
	broken := volatilestore.NewSessions(w.store, volatilestore.NewRedis(s.client(), ""), w.clock.Now)
	for range 2 {
		if _, _, err := broken.SessionUser(t.Context(), "session", w.clock.Now()); err != nil {
			t.Fatal(err)
		}
	}
	if w.store.reads != 2 {
		t.Errorf("the store was read %d times, want 2", w.store.reads)
	}
}
