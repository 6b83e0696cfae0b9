package streams_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"

	"dentalk/domain"
	"dentalk/streams"
	"dentalk/streams/streamstest"
)

// wantRefused reads a stream that is nothing but a goodbye, with a wait in between the two.
func wantRefused(t *testing.T, reader *streamstest.Reader, from, to time.Duration) {
	t.Helper()
	event := want(t, reader, "goodbye")
	var got goodbye
	if err := event.Decode(&got); err != nil || got.Reason != "overloaded" {
		t.Fatalf("got %+v (%v), want overloaded", event, err)
	}
	if wait := time.Duration(got.ReconnectInMs) * time.Millisecond; wait < from || wait >= to {
		t.Errorf("told to come back in %s, want %s to %s", wait, from, to)
	}
	if reader.Retry != itoa(got.ReconnectInMs) {
		t.Errorf("retry is %s, goodbye says %d ms", reader.Retry, got.ReconnectInMs)
	}
}

// wantRefusedPoll polls in vain.
func (w *world) wantRefusedPoll(request streams.Request, kind domain.Kind, from, to time.Duration) {
	w.t.Helper()
	_, err := w.hub.Poll(w.t.Context(), request, 0)
	var known *domain.Error
	if !errors.As(err, &known) || known.Kind != kind || known.RetryAfter < from || known.RetryAfter >= to {
		w.t.Errorf("Poll: %+v, want kind %d and to wait %s to %s", err, kind, from, to)
	}
}

func TestTooManyConnectionsOfOneUserAreTurnedAway(t *testing.T) {
	registry := prometheus.NewRegistry()
	w := newWorld(t, func(c *streams.Config) { c.MaxPerUser, c.MaxConnections, c.Metrics = 2, 3, registry })
	room := w.room("ann", "bob")
	everything, _ := w.opened(who("user", "ann", "session", "s1"), "")
	one, _ := w.opened(who("user", "ann", "session", "s2", "room", string(room)), "")
	wantRefused(t, w.open(who("user", "ann", "session", "s3"), ""), 60*time.Second, 120*time.Second)
	w.wantRefusedPoll(annIn(room, "s3"), domain.KindRateLimited, 60*time.Second, 120*time.Second)
	var known *domain.Error
	if _, err := w.hub.Poll(t.Context(), annIn(room, "s3"), 0); !errors.As(err, &known) || known.Limit != 2 {
		t.Errorf("the refusal does not tell the limit: %+v", known)
	}
	bob, _ := w.opened(who("user", "bob"), "") // nobody else pays for it
	wantRefused(t, w.open(who("user", "bob"), ""), 5*time.Second, 15*time.Second)
	w.wantRefusedPoll(everythingRequest("bob", ""), domain.KindUnavailable, 5*time.Second, 15*time.Second)
	w.post(room, "text")
	for _, reader := range []*streamstest.Reader{everything, one, bob} {
		wantText(t, reader, "text")
	}
	one.Close()
	eventually(t, "the stream is closed", func() bool { return w.hub.Connections() == 2 })
	w.opened(who("user", "ann"), "")
	counted := metrics(t, registry)
	got := []float64{counted["dentalk_stream_refused_total user"], counted["dentalk_stream_refused_total instance"]}
	if diff := cmp.Diff([]float64{3, 2}, got); diff != "" {
		t.Errorf("refusals (-want +got):\n%s", diff)
	}
}

// A poll that lingers is none that anybody waits for, but the next poll needs a place.
func TestLingeringPollsDoNotCountForTheirUser(t *testing.T) {
	w := newWorld(t, func(c *streams.Config) { c.MaxPerUser = 1 })
	room := w.room("ann")
	last := w.poll(annIn(room, "s"), "", 0).Last
	w.poll(everythingRequest("ann", ""), "", 0)
	w.wantLingering(2)
	stream, _ := w.opened(who("user", "ann"), "")
	w.wantRefusedPoll(annIn(room, "s"), domain.KindRateLimited, 60*time.Second, 120*time.Second)
	w.rename(room, "new")
	want(t, stream, "room.updated")
	stream.Close()
	eventually(t, "the stream is closed", func() bool { return w.hub.Connections() == 0 })
	wantNames(t, w.poll(annIn(room, "s"), last, 0), "room.updated")
}

func TestARefusedConnectionDoesNotTouchPresence(t *testing.T) {
	store := newCounting()
	w := present(t, store, time.Millisecond, func(c *streams.Config) {
		c.MaxPerUser, c.MaxConnections, c.PresenceRenewal = 1, 2, 10*time.Millisecond
	})
	room := w.room("a", "b", "c")
	a, _ := w.opened(who("user", "a"), "")
	w.opened(who("user", "b"), "")
	wantPresence(t, a, "b", true)
	wantRefused(t, w.open(who("user", "b"), ""), 60*time.Second, 120*time.Second)
	wantRefused(t, w.open(who("user", "c"), ""), 5*time.Second, 15*time.Second)
	renewals := store.connects.Load()
	eventually(t, "presence is renewed", func() bool { return store.connects.Load() > renewals+2 })
	w.post(room, "nothing before")
	wantText(t, a, "nothing before")
	if !store.isConnected(t, "b", 0) || store.isConnected(t, "c", 0) || store.disconnects.Load() > 0 {
		t.Errorf("b is connected: %t, c: %t, %d disconnects", store.isConnected(t, "b", 0), store.isConnected(t, "c", 0), store.disconnects.Load())
	}
}
