package volatilestore_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dentalk/domain"
	"dentalk/repository/volatilestore"
)

// apiKeys is a store with one API key, which counts the searches.
type apiKeys struct {
	domain.Store
	mu       sync.Mutex
	key      domain.APIKey
	gone     bool
	searches int
}

func (s *apiKeys) APIKeyByHash(_ context.Context, hash string, now time.Time) (domain.APIKey, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.searches++
	for _, secret := range s.key.GoodSecrets(now) {
		if !s.gone && secret.Hash == hash {
			return s.key, nil
		}
	}
	return domain.APIKey{}, domain.NotFound("API key")
}

func (s *apiKeys) APIKey(context.Context, domain.ID) (domain.APIKey, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.key, nil
}

// RotateAPIKey leaves out a replaced secret that is good no more.
func (s *apiKeys) RotateAPIKey(_ context.Context, _ domain.ID, secret domain.APIKeySecret, oldUntil time.Time) (domain.APIKey, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.key.Replaced, s.key.ReplacedUntil = s.key.Secret, oldUntil
	if oldUntil.IsZero() {
		s.key.Replaced = domain.APIKeySecret{}
	}
	s.key.Secret = secret
	return s.key, nil
}

func (s *apiKeys) TouchAPIKey(_ context.Context, _ domain.ID, at time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.key.LastUsedAt = at
	return nil
}

func (s *apiKeys) DeleteAPIKey(context.Context, domain.ID) (domain.APIKey, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gone = true
	return s.key, nil
}

type apiKeysWorld struct {
	*testing.T
	clock    *clock
	store    *apiKeys
	cache    *recorder
	sessions *volatilestore.Sessions
}

func newAPIKeysWorld(t *testing.T) *apiKeysWorld {
	c := &clock{now: time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC)}
	store := &apiKeys{key: domain.APIKey{
		ID: "key", Name: "orders", Scopes: []string{domain.ScopeOpsRead}, CreatedBy: "operator", CreatedAt: c.now,
		Secret:   domain.APIKeySecret{ID: "new secret", Hash: "new", Prefix: "dtk_new"},
		Replaced: domain.APIKeySecret{ID: "old secret", Hash: "old", Prefix: "dtk_old"}, ReplacedUntil: c.now.Add(time.Hour),
	}}
	cache := &recorder{Cache: volatilestore.NewMemory(c.Now)}
	return &apiKeysWorld{T: t, clock: c, store: store, cache: cache, sessions: volatilestore.NewSessions(store, cache, c.Now)}
}

func (w *apiKeysWorld) read(hash string) (domain.APIKey, error) {
	return w.sessions.APIKeyByHash(w.Context(), hash, w.clock.Now())
}

// good tells which of the secrets are.
func (w *apiKeysWorld) good(hashes ...string) (good []string) {
	w.Helper()
	for _, hash := range hashes {
		_, err := w.read(hash)
		if err != nil && domain.KindOf(err) != domain.KindNotFound {
			w.Fatal(err)
		}
		if err == nil {
			good = append(good, hash)
		}
	}
	return good
}

func (w *apiKeysWorld) same(what string, got, want any) {
	w.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		w.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func TestAPIKeysSpareTheStore(t *testing.T) {
	w := newAPIKeysWorld(t)
	for range 200 { // 1.99 s
		key, err := w.read("new")
		if err != nil {
			t.Fatal(err)
		}
		w.same("key", key, w.store.key)
		w.clock.advance(10*time.Millisecond - 25*time.Microsecond)
	}
	w.same("searches in 2 s", w.store.searches, 1)
	w.clock.advance(10 * time.Millisecond)
	w.good("new")
	w.same("searches afterwards", w.store.searches, 2)
}

func TestWrongAPIKeysAreNotCached(t *testing.T) {
	w := newAPIKeysWorld(t)
	for range 3 {
		w.same("good", w.good("guess"), []string(nil))
	}
	if w.store.searches != 3 || len(w.cache.set) > 0 {
		t.Errorf("%d searches, cached: %q", w.store.searches, w.cache.set)
	}
}

func TestAPIKeysEndAtOnce(t *testing.T) {
	w := newAPIKeysWorld(t)
	w.good("new", "old")
	if _, err := w.sessions.DeleteAPIKey(t.Context(), "key"); err != nil {
		t.Fatal(err)
	}
	w.same("good", w.good("new", "old"), []string(nil))
}

func TestReplacedSecretsOfAPIKeysEndAtOnce(t *testing.T) {
	for name, test := range map[string]struct {
		overlap time.Duration // 0: none
		want    []string
	}{
		"with an overlap": {time.Hour, []string{"newer", "new"}},
		"without one":     {0, []string{"newer"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newAPIKeysWorld(t)
			w.good("new", "old")
			var until time.Time
			if test.overlap > 0 {
				until = w.clock.Now().Add(test.overlap)
			}
			if _, err := w.sessions.RotateAPIKey(t.Context(), "key", domain.APIKeySecret{Hash: "newer"}, until); err != nil {
				t.Fatal(err)
			}
			w.same("good", w.good("newer", "new", "old"), test.want)
		})
	}
}

func TestAPIKeysExpireInTime(t *testing.T) {
	w := newAPIKeysWorld(t)
	w.store.key.ReplacedUntil = w.clock.Now().Add(time.Second / 2)
	w.store.key.ExpiresAt = w.clock.Now().Add(time.Second)
	w.same("good", w.good("new", "old"), []string{"new", "old"})
	w.clock.advance(time.Second / 2)
	w.same("good when the replaced secret has expired", w.good("new", "old"), []string{"new"})
	w.clock.advance(time.Second / 2)
	w.same("good when the key has expired", w.good("new", "old"), []string(nil))
}

func TestAPIKeysShowTheirLastUseAtOnce(t *testing.T) {
	w := newAPIKeysWorld(t)
	w.good("new")
	if err := w.sessions.TouchAPIKey(t.Context(), "key", w.clock.Now()); err != nil {
		t.Fatal(err)
	}
	key, err := w.read("new")
	if err != nil || !key.LastUsedAt.Equal(w.clock.Now()) {
		t.Errorf("got %+v, error %v", key, err)
	}
}
