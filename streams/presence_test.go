package streams_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"dentalk/domain"
	"dentalk/repository/volatilestore"
	"dentalk/streams"
	"dentalk/streams/streamstest"
)

// counting counts the calls of a presence store.
type counting struct {
	*volatilestore.Memory
	connects, disconnects atomic.Int64
}

func newCounting() *counting { return &counting{Memory: volatilestore.NewMemory(time.Now)} }

func (c *counting) Connect(ctx context.Context, now time.Time, life time.Duration, instance string, users ...domain.ID) ([]domain.ID, error) {
	c.connects.Add(1)
	return c.Memory.Connect(ctx, now, life, instance, users...)
}

func (c *counting) Disconnect(ctx context.Context, now time.Time, instance string, user domain.ID) (bool, error) {
	defer c.disconnects.Add(1)
	return c.Memory.Disconnect(ctx, now, instance, user)
}

// isConnected tells whether the user will count as connected after a while without a renewal.
func (c *counting) isConnected(t *testing.T, user domain.ID, after time.Duration) bool {
	t.Helper()
	presences, err := c.Presences(t.Context(), time.Now().Add(after), user)
	if err != nil {
		t.Fatal(err)
	}
	return presences[0].Connected
}

// present makes a world that tells presence; a user has left after the grace.
func present(t *testing.T, store domain.PresenceStore, grace time.Duration, change ...func(*streams.Config)) *world {
	return newWorld(t, append(change, func(c *streams.Config) {
		c.Presences, c.PresenceGrace = store, grace
	})...)
}

// besides makes another instance over the same store and broker.
func besides(first *world) func(*streams.Config) {
	return func(c *streams.Config) { c.Store, c.Broker, c.Instance = first.memory, first.broker, "two" }
}

func wantPresence(t *testing.T, reader *streamstest.Reader, user domain.ID, connected bool) {
	t.Helper()
	data := decode(t, want(t, reader, "presence"))
	if data.UserID != user || (data.State == "connected") != connected {
		t.Fatalf("got presence of %s %q, want %s, connected %t", data.UserID, data.State, user, connected)
	}
}

// untilPresence skips the presence of others.
func untilPresence(t *testing.T, reader *streamstest.Reader, user domain.ID, connected bool) {
	t.Helper()
	for {
		data := decode(t, want(t, reader, "presence"))
		if data.UserID == user && (data.State == "connected") == connected {
			return
		}
	}
}

func TestPresenceIsToldToThoseWhoShareARoom(t *testing.T) {
	w := present(t, newCounting(), time.Millisecond)
	shared, _, other := w.room("a", "b"), w.room("a", "b"), w.room("c")
	everything, _ := w.opened(who("user", "a"), "")
	one, _ := w.opened(who("user", "a", "room", string(shared)), "")
	stranger, _ := w.opened(who("user", "c"), "")
	operator, _ := w.opened(who("user", "o", "operator", ""), "")

	b, _ := w.opened(who("user", "b"), "")
	untilPresence(t, operator, "b", true)
	wantPresence(t, everything, "b", true)
	wantPresence(t, one, "b", true)
	w.post(shared, "once in each stream")
	w.post(other, "elsewhere")
	wantText(t, everything, "once in each stream")
	wantText(t, one, "once in each stream")
	wantText(t, b, "once in each stream") // and not of oneself
	wantText(t, stranger, "elsewhere")
	wantText(t, operator, "once in each stream")
	wantText(t, operator, "elsewhere")

	b.Close()
	untilPresence(t, operator, "b", false)
	wantPresence(t, everything, "b", false)
	wantPresence(t, one, "b", false)
	w.post(other, "elsewhere still")
	wantText(t, stranger, "elsewhere still")
}

func TestPresenceOfAReconnectIsSilent(t *testing.T) {
	w := present(t, newCounting(), time.Hour)
	w.room("a", "b", "c")
	a, _ := w.opened(who("user", "a"), "")
	b, _ := w.opened(who("user", "b"), "")
	wantPresence(t, a, "b", true)
	b.Close()
	eventually(t, "b's stream is closed", func() bool { return w.hub.Connections() == 1 })
	w.opened(who("user", "b"), "")
	w.opened(who("user", "c"), "")
	wantPresence(t, a, "c", true)
}

func TestPresenceEndsWithTheLastConnectionAnywhere(t *testing.T) {
	store := newCounting()
	w := present(t, store, time.Millisecond)
	w.room("a", "b", "c")
	second := present(t, store, time.Millisecond, besides(w))
	a, _ := w.opened(who("user", "a"), "")
	here, _ := w.opened(who("user", "b"), "")
	wantPresence(t, a, "b", true)
	there, _ := second.opened(who("user", "b"), "")
	eventually(t, "b is connected to both", func() bool { return store.connects.Load() >= 3 })
	here.Close()
	eventually(t, "b has left the first", func() bool { return store.disconnects.Load() == 1 })
	w.opened(who("user", "c"), "")
	wantPresence(t, a, "c", true)
	there.Close()
	wantPresence(t, a, "b", false)
}

func TestPresenceIsRenewed(t *testing.T) {
	store := newCounting()
	w := present(t, store, time.Hour, func(c *streams.Config) { c.PresenceRenewal = time.Millisecond })
	w.opened(who("user", "a"), "")
	eventually(t, "renewals", func() bool { return store.connects.Load() > 3 })
}

func TestPresenceDiesWithItsInstance(t *testing.T) {
	store := newCounting()
	w := present(t, store, time.Hour)
	w.opened(who("user", "a"), "")
	eventually(t, "a is connected", func() bool { return store.isConnected(t, "a", 50*time.Second) })
	if store.isConnected(t, "a", time.Minute) {
		t.Error("connected for longer than a minute without a renewal")
	}
}

func TestPresenceOutlastsTheHubByTheGrace(t *testing.T) {
	store := newCounting()
	w := present(t, store, 10*time.Second)
	reader, _ := w.opened(who("user", "a"), "")
	eventually(t, "a is connected", func() bool { return store.isConnected(t, "a", 0) })
	reader.Close()
	w.hub.Close()
	if !store.isConnected(t, "a", 0) || store.isConnected(t, "a", 10*time.Second) {
		t.Error("a user of a hub that closed must have the grace to come back elsewhere, and no more")
	}
}

func TestPresenceOfADeadInstanceIsToldByAnother(t *testing.T) {
	store := newCounting()
	w := present(t, store, time.Hour, func(c *streams.Config) { c.PresenceRenewal = 10 * time.Millisecond })
	w.room("a", "b")
	a, _ := w.opened(who("user", "a"), "")
	if _, err := store.Connect(t.Context(), time.Now().Add(-time.Hour), time.Minute, "dead", "b"); err != nil {
		t.Fatal(err)
	}
	wantPresence(t, a, "b", false)
}

func TestPresenceThatTheStoreHasLostIsToldAgain(t *testing.T) {
	store := newCounting()
	w := present(t, store, time.Hour, func(c *streams.Config) { c.PresenceRenewal = 500 * time.Millisecond })
	w.room("a", "b")
	a, _ := w.opened(who("user", "a"), "")
	w.opened(who("user", "b"), "")
	wantPresence(t, a, "b", true)
	if _, err := store.Disconnect(t.Context(), time.Now(), "one", "b"); err != nil {
		t.Fatal(err)
	}
	wantPresence(t, a, "b", true)
}

// refusing is a presence store that fails.
type refusing struct{ domain.PresenceStore }

func (refusing) Connect(context.Context, time.Time, time.Duration, string, ...domain.ID) ([]domain.ID, error) {
	return nil, errors.New("connection refused")
}

func (refusing) Disconnect(context.Context, time.Time, string, domain.ID) (bool, error) {
	return true, errors.New("connection refused")
}

func (refusing) Expired(context.Context, time.Time, int) ([]domain.Presence, error) {
	return nil, errors.New("connection refused")
}

func TestStreamsGoOnWithoutPresence(t *testing.T) {
	w := present(t, refusing{}, time.Millisecond, func(c *streams.Config) { c.PresenceRenewal = time.Millisecond })
	room := w.room("a", "b")
	a, _ := w.opened(who("user", "a"), "")
	b, _ := w.opened(who("user", "b"), "")
	b.Close()
	eventually(t, "b's stream is closed", func() bool { return w.hub.Connections() == 1 })
	w.post(room, "hello")
	wantText(t, a, "hello")
}
