package volatilestore_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dentalk/domain"
	"dentalk/repository/repositorytest"
	"dentalk/repository/sqlitestore"
	"dentalk/repository/volatilestore"
	"dentalk/test/servers"
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

func TestSessionsSpareTheStore(t *testing.T) {
	w := newSessionsWorld(t)
	for range 200 { // 1.99 s
		session, user, err := w.read()
		if err != nil {
			t.Fatal(err)
		}
		user.PasswordHash, user.Reset = w.store.user.PasswordHash, w.store.user.Reset
		if diff := cmp.Diff([]any{w.store.session, w.store.user}, []any{session, user}); diff != "" {
			t.Fatalf("session and user (-want +got):\n%s", diff)
		}
		w.clock.advance(10*time.Millisecond - 25*time.Microsecond)
	}
	if w.store.reads != 1 {
		t.Errorf("200 requests in 2 s read the store %d times", w.store.reads)
	}
}

func TestSessionsNeverCacheThePasswordHashAndTheReset(t *testing.T) {
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
	if _, user, _ := w.read(); user.PasswordHash != "" || user.Reset != nil || w.store.reads != 1 {
		t.Errorf("got %+v after %d reads", user, w.store.reads)
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
			_, err := w.sessions.EndUserSessions(w.Context(), "user", "", w.clock.Now())
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
	language := "en"
	changes := map[string]func(*sessionsWorld) (domain.User, error){
		"update": func(w *sessionsWorld) (domain.User, error) {
			return w.sessions.UpdateUser(w.Context(), "user", domain.UserChange{Language: &language}, w.clock.Now())
		},
		"new password": func(w *sessionsWorld) (domain.User, error) {
			return w.sessions.RedeemPasswordReset(w.Context(), "user", "reset", "hash", w.clock.Now())
		},
		"erasure": func(w *sessionsWorld) (domain.User, error) {
			return w.sessions.EraseUser(w.Context(), "user", w.clock.Now())
		},
	}
	for name, change := range changes {
		t.Run(name, func(t *testing.T) {
			w := newSessionsWorld(t)
			w.lives()
			want, err := change(w)
			if err != nil {
				t.Fatal(err)
			}
			if _, user, err := w.read(); err != nil || cmp.Diff(want, user) != "" {
				t.Errorf("error %v (-want +got):\n%s", err, cmp.Diff(want, user))
			}
		})
	}
}

func TestSessionsShowTheirLastUseAtOnce(t *testing.T) {
	w := newSessionsWorld(t)
	w.lives()
	want := domain.Client{Address: "192.0.2.7", UserAgent: "browser"}
	if err := w.sessions.TouchSession(t.Context(), "session", want, w.clock.Now()); err != nil {
		t.Fatal(err)
	}
	if session, _, err := w.read(); err != nil || session.Client != want || !session.LastUsedAt.Equal(w.clock.Now()) {
		t.Errorf("got %+v, error %v", session, err)
	}
}

func TestSessionsEndWithinTheirLifeWhenTheDeleteFails(t *testing.T) {
	w := newSessionsWorld(t)
	w.cache.broken = true
	w.lives()
	if err := w.sessions.EndSession(t.Context(), "session", w.clock.Now()); err != nil {
		t.Fatal(err)
	}
	w.clock.advance(2 * time.Second)
	if w.lives() {
		t.Error("the session lives on for 2 s")
	}
}

// A slow read that began before the end is cached after the delete: 2 s count from its beginning.
func TestSessionsThatAreReadDuringTheirEndDieInTime(t *testing.T) {
	w := newSessionsWorld(t)
	w.store.reading = func() {
		w.store.reading = nil
		w.clock.advance(time.Second)
		if err := w.sessions.EndSession(t.Context(), "session", w.clock.Now()); err != nil {
			t.Error(err)
		}
	}
	if !w.lives() {
		t.Fatal("the first read finds no session")
	}
	w.clock.advance(time.Second)
	if w.lives() {
		t.Error("the session lives on 2 s after the read began")
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
	server := servers.Redis(t)
	server.Kill()
	broken := volatilestore.NewSessions(w.store, volatilestore.NewRedis(newClient(t, server.URL()), ""), w.clock.Now)
	for range 2 {
		if _, _, err := broken.SessionUser(t.Context(), "session", w.clock.Now()); err != nil {
			t.Fatal(err)
		}
	}
	if w.store.reads != 2 {
		t.Errorf("the store was read %d times, want 2", w.store.reads)
	}
}
