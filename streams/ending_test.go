package streams_test

import (
	"context"
	"io"
	"sync"
	"testing"
	"time"

	"dentalk/domain"
	"dentalk/streams"
	"dentalk/streams/streamstest"
)

type goodbye struct {
	Reason        string
	ReconnectInMs int64
}

// wantGoodbye reads up to the goodbye, which must be the end and preceded by a matching retry.
func wantGoodbye(t *testing.T, reader *streamstest.Reader, reason string) {
	t.Helper()
	event, err := reader.Until("goodbye")
	var got goodbye
	if err == nil {
		err = event.Decode(&got)
	}
	if err != nil || got.Reason != reason || got.ReconnectInMs <= 0 {
		t.Fatalf("goodbye is %+v (%v), want reason %s", event, err, reason)
	}
	if want := time.Duration(got.ReconnectInMs) * time.Millisecond; reader.Retry+"ms" != durationText(want) {
		t.Errorf("retry is %s, goodbye says %s", reader.Retry, want)
	}
	if _, err := reader.Next(); err != io.EOF {
		t.Errorf("after goodbye: %v, want the end", err)
	}
}

func durationText(d time.Duration) string { return itoa(d.Milliseconds()) + "ms" }

func TestTheEndOfASessionClosesItsStreams(t *testing.T) {
	w := newWorld(t)
	w.room("ann")
	ended, _ := w.opened(who("user", "ann", "session", "s1"), "")
	other, _ := w.opened(who("user", "ann", "session", "s2"), "")
	if err := w.store.EndSession(t.Context(), "s1", time.Now()); err != nil {
		t.Fatal(err)
	}
	wantGoodbye(t, ended, "session_ended")
	w.room("ann")
	want(t, other, "room.created")
}

func TestAnEndOfASessionThatNobodyToldOfIsFound(t *testing.T) {
	w := newWorld(t, func(c *streams.Config) { c.SessionSweep = 5 * time.Millisecond })
	w.room("ann")
	failed := make(chan struct{})
	var once sync.Once
	w.memory.Before(func(_ context.Context, method string) error {
		if method != "LiveSessions" {
			return nil
		}
		once.Do(func() { close(failed) })
		return domain.Unavailable("down")
	})
	ended, _ := w.opened(who("user", "ann", "session", "s1"), "")
	other, _ := w.opened(who("user", "ann", "session", "s2"), "")
	<-failed
	w.memory.Before(nil)
	w.room("ann")
	want(t, ended, "room.created") // the store was down, and the streams stayed open
	want(t, other, "room.created")
	if err := w.memory.EndSession(t.Context(), "s1", time.Now()); err != nil {
		t.Fatal(err)
	}
	wantGoodbye(t, ended, "session_ended")
	w.room("ann")
	want(t, other, "room.created")
}

func TestTooManyConnectionsAreToldSoInTheStream(t *testing.T) {
	w := newWorld(t, func(c *streams.Config) { c.MaxConnections = 1 })
	w.opened(who("operator", ""), "")
	second := w.open(who("operator", ""), "")
	wantGoodbye(t, second, "overloaded")
	if _, err := w.hub.Poll(t.Context(), streams.Request{Operator: true, AllRooms: true}, 0); domain.KindOf(err) != domain.KindUnavailable {
		t.Errorf("Poll: %v, want unavailable", err)
	}
}

func TestDrainSaysGoodbyeToEverybody(t *testing.T) {
	w := newWorld(t)
	room := w.room("ann")
	var readers []*streamstest.Reader
	for range 120 {
		reader, _ := w.opened(who("user", "ann"), "")
		readers = append(readers, reader)
	}
	w.post(room, "last")
	begun := time.Now()
	w.hub.Drain(t.Context(), 200*time.Millisecond)
	if took := time.Since(begun); took < 150*time.Millisecond {
		t.Errorf("the drain took %s, want it spread over its window", took)
	}
	if open := w.hub.Connections(); open > 0 {
		t.Errorf("%d connections are left", open)
	}
	for _, reader := range readers {
		wantText(t, reader, "last")
		wantGoodbye(t, reader, "draining")
	}
	late := w.open(who("user", "ann"), "")
	wantGoodbye(t, late, "draining")
}

func TestDrainEndsWithItsContext(t *testing.T) {
	w := newWorld(t)
	room := w.room("ann")
	g := newGate()
	ended := w.serveGate(g, streams.Request{Viewer: domain.Viewer{UserID: "ann"}, Room: room})
	eventually(t, "the stream is ready", func() bool { return g.count("event: ready") == 1 })
	w.post(room, "stuck")
	<-g.stuck
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	w.hub.Drain(ctx, time.Hour)
	close(g.opened)
	w.hub.Close()
	<-ended
}
