package streams_test

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"dentalk/domain"
	"dentalk/streams"
	"dentalk/streams/membroker"
	"dentalk/streams/streamstest"
)

// apiKey makes a key with a secret "<id> 1".
func (w *world) apiKey(id domain.ID, expires time.Time) {
	w.t.Helper()
	if err := w.store.CreateAPIKey(w.t.Context(), domain.APIKey{ID: id, Secret: secretOf(id, 1), ExpiresAt: expires}); err != nil {
		w.t.Fatal(err)
	}
}

func secretOf(key domain.ID, number int) domain.APIKeySecret {
	id := key + domain.ID(fmt.Sprint(" ", number))
	return domain.APIKeySecret{ID: id, Hash: "hash of " + string(id)}
}

// rotate gives the key the secret with this number.
func (w *world) rotate(key domain.ID, number int, overlap time.Duration) {
	w.t.Helper()
	if _, err := w.store.RotateAPIKey(w.t.Context(), key, secretOf(key, number), time.Now().Add(overlap)); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) deleteKey(key domain.ID) {
	w.t.Helper()
	if _, err := w.store.DeleteAPIKey(w.t.Context(), key); err != nil {
		w.t.Fatal(err)
	}
}

// openedWith opens a stream with the secret of this number.
func (w *world) openedWith(key domain.ID, number int) *streamstest.Reader {
	w.t.Helper()
	reader, _ := w.opened(who("user", string(key), "service", "", "session", string(secretOf(key, number).ID)), "")
	return reader
}

func TestTheEndOfASecretClosesItsStreams(t *testing.T) {
	for name, test := range map[string]struct {
		end   func(*world)
		stays bool // the stream of the newest secret
	}{
		"deleted":                 {end: func(w *world) { w.deleteKey("key") }},
		"rotated without overlap": {end: func(w *world) { w.rotate("key", 3, 0) }},
		"rotated again":           {end: func(w *world) { w.rotate("key", 3, time.Hour) }, stays: true},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.apiKey("key", time.Time{})
			w.apiKey("other", time.Time{})
			w.rotate("key", 2, time.Hour)
			replaced, newest, other := w.openedWith("key", 1), w.openedWith("key", 2), w.openedWith("other", 1)
			test.end(w)
			wantGoodbye(t, replaced, "session_ended")
			if !test.stays {
				wantGoodbye(t, newest, "session_ended")
			}
			w.room("ann")
			want(t, other, "room.created")
			if test.stays {
				want(t, newest, "room.created")
			}
		})
	}
}

// ahead is a store at which another rotates right before.
type ahead struct {
	domain.Store
	rotate func()
}

func (s *ahead) RotateAPIKey(ctx context.Context, id domain.ID, secret domain.APIKeySecret, oldUntil time.Time) (domain.APIKey, error) {
	s.rotate()
	return s.Store.RotateAPIKey(ctx, id, secret, oldUntil)
}

func TestRotationsAtOnceCloseTheStreamsOfBoth(t *testing.T) {
	w := newWorld(t)
	w.apiKey("key", time.Time{})
	first, between := w.openedWith("key", 1), w.openedWith("key", 2)
	inner := &ahead{Store: w.memory, rotate: func() {
		if _, err := w.memory.RotateAPIKey(t.Context(), "key", secretOf("key", 2), time.Now().Add(time.Hour)); err != nil {
			t.Error(err)
		}
	}}
	store := streams.NewStore(inner, w.broker, slog.New(slog.DiscardHandler))
	t.Cleanup(func() { _ = store.Close() })
	if _, err := store.RotateAPIKey(t.Context(), "key", secretOf("key", 3), time.Now()); err != nil {
		t.Fatal(err)
	}
	wantGoodbye(t, first, "session_ended")
	wantGoodbye(t, between, "session_ended")
}

// No event tells of what ends by time, nor of what an instance does whose events are lost.
func TestAnEndOfASecretThatNobodyToldOfIsFound(t *testing.T) {
	first := newWorld(t)
	w := newWorld(t, besides(first), func(c *streams.Config) { c.Broker, c.SessionSweep = membroker.Shared(), 5*time.Millisecond })
	const soon = 300 * time.Millisecond
	for _, key := range []domain.ID{"deleted", "rotated", "twice", "overlapping", "other"} {
		first.apiKey(key, time.Time{})
	}
	first.apiKey("expiring", time.Now().Add(soon))
	first.rotate("twice", 2, time.Hour)
	ended := []*streamstest.Reader{
		w.openedWith("deleted", 1), w.openedWith("rotated", 1), w.openedWith("twice", 1), w.openedWith("overlapping", 1), w.openedWith("expiring", 1),
	}
	others := []*streamstest.Reader{w.openedWith("twice", 2), w.openedWith("other", 1)}
	first.deleteKey("deleted")
	first.rotate("rotated", 2, 0)
	first.rotate("twice", 3, time.Hour)
	first.rotate("overlapping", 2, soon)
	for _, one := range ended {
		wantGoodbye(t, one, "session_ended")
	}
	w.room("ann")
	for _, one := range others {
		want(t, one, "room.created")
	}
}
