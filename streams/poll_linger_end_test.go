package streams_test

import (
	"context"
	"strconv"
	"sync"
	"testing"
	"time"

	"dentalk/domain"
	"dentalk/streams"
)

// nobodyLingers waits until no poll is subscribed to anything any more; what the hub itself
// watches is one topic.
func (w *world) nobodyLingers() {
	w.t.Helper()
	eventually(w.t, "nothing lingers", func() bool { return w.hub.Lingering() == 0 && w.hub.Watched() == 1 })
	if n := w.hub.Connections(); n != 0 {
		w.t.Errorf("%d connections are open", n)
	}
}

func (w *world) wantLingering(n int) {
	w.t.Helper()
	if got := w.hub.Lingering(); got != n {
		w.t.Fatalf("%d polls linger, want %d", got, n)
	}
}

func TestAPollLingersForItsTime(t *testing.T) {
	w := newWorld(t, func(c *streams.Config) { c.PollLinger = time.Millisecond })
	room := w.room("ann")
	w.poll(annIn(room, "s"), "", 0)
	w.poll(everythingRequest("ann", ""), "", 0)
	w.poll(streams.Request{Operator: true, AllRooms: true, Viewer: domain.Viewer{UserID: "op", Notes: true}}, "", 0)
	w.nobodyLingers()
}

func TestTheEndOfASessionEndsTheLingering(t *testing.T) {
	w := newWorld(t)
	room := w.room("ann")
	w.poll(annIn(room, "s1"), "", 0)
	w.poll(annIn(room, "s2"), "", 0)
	w.wantLingering(2)
	for i, session := range []domain.ID{"s1", "s2"} {
		if err := w.store.EndSession(t.Context(), session, time.Now()); err != nil {
			t.Fatal(err)
		}
		eventually(t, "one is closed", func() bool { return w.hub.Lingering() == 1-i })
	}
	w.nobodyLingers()
}

func TestLeavingEndsTheLingering(t *testing.T) {
	w := newWorld(t)
	room := w.room("ann")
	last := w.poll(annIn(room, "s"), "", 0).Last
	w.remove(room, "ann")
	w.nobodyLingers()
	request := annIn(room, "s")
	request.LastEventID = string(last)
	if _, err := w.hub.Poll(t.Context(), request, 0); domain.KindOf(err) != domain.KindNotFound {
		t.Errorf("after leaving: %v, want not found", err)
	}
	w.nobodyLingers()
	w.addTo(room, lab("ann"))
	last = w.poll(annIn(room, "s"), last, 0).Last
	w.rename(room, "back")
	wantNames(t, w.poll(annIn(room, "s"), last, 0), "room.updated")
}

func TestLingeringPollsAreBounded(t *testing.T) {
	w := newWorld(t)
	room := w.room("ann", "bob")
	last := w.poll(annIn(room, "first"), "", 0).Last
	for i := range streams.LingerAtMost {
		w.poll(annIn(room, domain.ID(strconv.Itoa(i))), "", 0)
	}
	w.wantLingering(streams.LingerAtMost)
	w.rename(room, "new")
	if poll := w.poll(annIn(room, "first"), last, 0); len(poll.Items) > 0 {
		t.Errorf("got %v, want the oldest to have made room", names(poll))
	}
	wantNames(t, w.poll(annIn(room, domain.ID(strconv.Itoa(streams.LingerAtMost-1))), last, 0), "room.updated")
}

func TestDrainClosesLingeringPollsWithoutWaiting(t *testing.T) {
	w := newWorld(t)
	room := w.room("ann")
	w.poll(annIn(room, "s"), "", 0)
	w.wantLingering(1)
	w.hub.Drain(t.Context(), time.Hour)
	w.nobodyLingers()
	if _, err := w.hub.Poll(t.Context(), annIn(room, "s"), 0); domain.KindOf(err) != domain.KindUnavailable {
		t.Errorf("Poll: %v, want unavailable", err)
	}
}

func TestAPollThatADrainEndsDoesNotLinger(t *testing.T) {
	w := newWorld(t)
	room := w.room("ann")
	last := w.post(room, "1")[0].ID
	var group sync.WaitGroup
	group.Go(func() { w.poll(annIn(room, "s"), last, time.Hour) })
	eventually(t, "the poll waits", func() bool { return w.hub.Waiting() == 1 })
	w.hub.Drain(t.Context(), 0)
	group.Wait()
	w.nobodyLingers()
}

func TestLingeringPollsTakeNobodysPlace(t *testing.T) {
	w := newWorld(t, func(c *streams.Config) { c.MaxConnections = 1 })
	room := w.room("ann")
	w.poll(annIn(room, "s1"), "", 0)
	w.poll(annIn(room, "s2"), "", 0)
	w.wantLingering(2)
	w.opened(who("user", "ann"), "")
	if _, err := w.hub.Poll(t.Context(), annIn(room, "s1"), 0); domain.KindOf(err) != domain.KindUnavailable {
		t.Errorf("Poll: %v, want unavailable", err)
	}
	w.wantLingering(2)
}

func TestAPollOfNobodyDoesNotLinger(t *testing.T) {
	w := newWorld(t)
	w.poll(streams.Request{Operator: true, AllRooms: true}, "", 0)
	w.nobodyLingers()
}

func TestAPollThatFailsDoesNotLinger(t *testing.T) {
	w := newWorld(t)
	room := w.room("ann")
	for _, method := range []string{"RoomIDs", "MessagesAfter", "EnrichedSince", "CountAfter"} {
		last := w.poll(everythingRequest("ann", ""), w.post(room, "1")[0].ID, 0).Last
		w.wantLingering(1)
		w.memory.Before(func(_ context.Context, called string) error {
			if called == method {
				return domain.Unavailable("down")
			}
			return nil
		})
		if _, err := w.hub.Poll(t.Context(), everythingRequest("ann", last), 0); domain.KindOf(err) != domain.KindUnavailable {
			t.Errorf("%s fails: %v, want unavailable", method, err)
		}
		w.memory.Before(nil)
		w.nobodyLingers()
	}
}
