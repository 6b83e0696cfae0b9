package streams_test

import (
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dentalk/domain"
	"dentalk/streams"
)

func (w *world) read(room, user domain.ID, seq int64) {
	w.t.Helper()
	if _, _, err := w.store.MarkRead(w.t.Context(), room, user, seq, time.Now()); err != nil {
		w.t.Fatalf("MarkRead: %v", err)
	}
}

func (w *world) rename(room domain.ID, name string) {
	w.t.Helper()
	if _, err := w.store.UpdateRoom(w.t.Context(), room, domain.RoomChange{Name: &name}, time.Now()); err != nil {
		w.t.Fatalf("UpdateRoom: %v", err)
	}
}

func (w *world) addTo(room domain.ID, participant domain.Participant) {
	w.t.Helper()
	if _, _, err := w.store.AddParticipant(w.t.Context(), room, participant, "", time.Now()); err != nil {
		w.t.Fatalf("AddParticipant: %v", err)
	}
}

func (w *world) remove(room, user domain.ID) {
	w.t.Helper()
	if _, _, err := w.store.RemoveParticipant(w.t.Context(), room, user, time.Now()); err != nil {
		w.t.Fatalf("RemoveParticipant: %v", err)
	}
}

func annIn(room domain.ID, session domain.ID) streams.Request {
	return streams.Request{Viewer: domain.Viewer{UserID: "ann"}, Room: room, SessionID: session}
}

func wantNames(t *testing.T, poll streams.Poll, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, names(poll)); diff != "" {
		t.Error(diff)
	}
}

func TestAPollGetsWhatHappenedSinceTheOneBefore(t *testing.T) {
	requests := map[string]func(room domain.ID) streams.Request{
		"room":       func(room domain.ID) streams.Request { return annIn(room, "s") },
		"everything": func(domain.ID) streams.Request { return everythingRequest("ann", "") },
		"narrowed": func(room domain.ID) streams.Request {
			return streams.Request{Viewer: domain.Viewer{UserID: "ann"}, Only: []domain.ID{room}}
		},
		"operator": func(domain.ID) streams.Request {
			return streams.Request{Operator: true, AllRooms: true, Viewer: domain.Viewer{UserID: "op", Notes: true}}
		},
	}
	for name, request := range requests {
		t.Run(name+", exact", func(t *testing.T) { pollsFollow(t, newWorld(t), request) })
		t.Run(name+", not exact", func(t *testing.T) { pollsFollow(t, newWorld(t, calmLossy), request) })
	}
}

func pollsFollow(t *testing.T, w *world, requestFor func(room domain.ID) streams.Request) {
	room := w.room("ann", "bob")
	request := requestFor(room)
	last := w.poll(request, "", 0).Last
	w.rename(room, "new")
	typist := lab("bob")
	if err := w.broker.Publish(t.Context(), domain.Event{Name: domain.EventTyping, RoomID: room, Participant: &typist}); err != nil {
		t.Fatal(err)
	}
	message := w.post(room, "text")[0]
	w.read(room, "bob", message.Seq)
	w.enrich(message)
	w.addTo(room, lab("cat"))
	var all streams.Poll
	for last := last; len(all.Items) < 4; last = all.Last { // an operator's room may be under repair
		poll := w.poll(request, last, time.Hour)
		all.Items, all.Last = append(all.Items, poll.Items...), poll.Last
	}
	wantNames(t, all, "message.created", "room.updated", "receipt.read", "participant.joined")
	w.remove(room, "cat")
	wantNames(t, w.poll(request, all.Last, time.Hour), "participant.left")
	if poll := w.poll(request, all.Last, 0); len(poll.Items) > 0 {
		t.Errorf("got %v again", names(poll))
	}
}

func calmLossy(c *streams.Config) {
	lossy(1)(c)
	c.Broker.(interface{ Calm(bool) }).Calm(true)
}

func TestAPollGetsTheRoomsThatCameSinceTheOneBefore(t *testing.T) {
	w := newWorld(t)
	w.room("ann")
	joined := w.room("bob")
	request := everythingRequest("ann", "")
	last := w.poll(request, "", 0).Last
	created := w.room("ann")
	w.addTo(joined, lab("ann"))
	w.post(created, "1")
	w.post(joined, "2")
	poll := w.poll(request, last, 0)
	wantNames(t, poll, "message.created", "message.created", "room.created", "participant.joined")
	w.rename(created, "new")
	wantNames(t, w.poll(request, poll.Last, 0), "room.updated")
}

func TestConcurrentPollsOfOneStreamBothGetEverything(t *testing.T) {
	w := newWorld(t)
	room := w.room("ann", "bob")
	request := annIn(room, "s")
	last := w.post(room, "1")[0].ID
	w.poll(request, last, 0)
	answers := make(chan streams.Poll, 2)
	var group sync.WaitGroup
	for range 2 {
		group.Go(func() { answers <- w.poll(request, last, time.Hour) })
	}
	eventually(t, "both wait", func() bool { return w.hub.Waiting() == 2 })
	w.read(room, "bob", 1)
	for range 2 {
		wantNames(t, <-answers, "receipt.read")
	}
	group.Wait()
	if n := w.hub.Lingering(); n != 1 {
		t.Errorf("%d connections linger, want one", n)
	}
}

func TestALingeringPollThatOverflowsLivesOn(t *testing.T) {
	w := newWorld(t, func(c *streams.Config) { c.QueueEvents = 4 })
	room := w.room("ann", "bob")
	request := annIn(room, "s")
	last := w.poll(request, "", 0).Last
	w.rename(room, "kept")
	w.post(room, texts(1, 10)...) // takes no place in the queue
	poll := w.poll(request, last, 0)
	if got := names(poll); len(got) != 11 || got[10] != "room.updated" {
		t.Errorf("got %v, want the messages and what happened besides", got)
	}
	for i := range int64(10) {
		w.read(room, "bob", i+1)
	}
	w.post(room, "11")
	poll = w.poll(request, poll.Last, time.Hour)
	if got := names(poll); got[0] != "message.created" || len(got) > 5 {
		t.Errorf("got %v, want the message and at most what the queue holds", got)
	}
	w.rename(room, "again")
	wantNames(t, w.poll(request, poll.Last, time.Hour), "room.updated")
}

func TestLostMembershipIsFoundByTheNextPoll(t *testing.T) {
	w := newWorld(t)
	room, left, other := w.room("ann"), w.room("ann"), w.room("bob")
	request := everythingRequest("ann", "")
	last := w.poll(request, "", 0).Last
	at := time.Now()
	if _, _, err := w.memory.RemoveParticipant(t.Context(), left, "ann", at); err != nil { // no event
		t.Fatal(err)
	}
	if _, _, err := w.memory.AddParticipant(t.Context(), other, lab("ann"), "", at); err != nil {
		t.Fatal(err)
	}
	w.post(left, "not for ann")
	w.rename(left, "not for ann")
	want := []domain.ID{w.post(room, "1")[0].ID, w.post(other, "2")[0].ID}
	var got []domain.ID
	for _, item := range w.poll(request, last, 0).Items {
		got = append(got, item.ID)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
