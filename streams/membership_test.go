package streams_test

import (
	"context"
	"fmt"
	"io"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dentalk/domain"
	"dentalk/streams"
	"dentalk/streams/membroker"
)

func TestLeavingEndsTheFlowAtOnce(t *testing.T) {
	w := newWorld(t)
	room, other := w.room("ann", "bob"), w.room("ann")
	inRoom, _ := w.opened(who("user", "ann", "room", string(room)), "")
	everything, _ := w.opened(who("user", "ann"), "")
	bob, _ := w.opened(who("user", "bob"), "")
	operator, _ := w.opened(who("user", "op", "operator", ""), "")
	if _, _, err := w.store.RemoveParticipant(t.Context(), room, "ann", time.Now()); err != nil {
		t.Fatal(err)
	}
	w.post(room, "not for ann")
	w.post(other, "for ann")
	want(t, inRoom, "participant.left")
	if _, err := inRoom.Next(); err != io.EOF {
		t.Errorf("after participant.left: %v, want the end", err)
	}
	want(t, everything, "participant.left")
	wantText(t, everything, "for ann")
	want(t, bob, "participant.left")
	wantText(t, bob, "not for ann")
	want(t, operator, "participant.left")
	wantText(t, operator, "not for ann")
	wantText(t, operator, "for ann")
}

func TestLeavingWhileTheReplayRunsEndsIt(t *testing.T) {
	w := newWorld(t)
	room := w.room("ann")
	w.post(room, texts(1, 500)...)
	g := newGate()
	ended := w.serveGate(g, everythingRequest("ann", domain.ZeroID))
	<-g.stuck
	if _, _, err := w.store.RemoveParticipant(t.Context(), room, "ann", time.Now()); err != nil {
		t.Fatal(err)
	}
	w.post(room, "too late")
	close(g.opened)
	eventually(t, "ann is told", func() bool { return g.count("participant.left") == 1 })
	w.hub.Close()
	<-ended
	if g.count("too late") > 0 || g.count("event: message.created") == 500 {
		t.Errorf("%d messages came after the leaving", g.count("event: message.created"))
	}
}

func TestJoiningARoomAddsItAtOnce(t *testing.T) {
	w := newWorld(t)
	old := w.room("ann")
	w.post(old, "0")
	room := w.room("bob")
	ann, _ := w.opened(who("user", "ann"), "")
	for round := range 5 {
		if _, _, err := w.store.AddParticipant(t.Context(), room, lab("ann"), "", time.Now()); err != nil {
			t.Fatal(err)
		}
		var wanted []string
		for i := range 20 {
			for _, one := range []domain.ID{room, old} {
				text := fmt.Sprint(round, i, one)
				w.post(one, text)
				wanted = append(wanted, text)
			}
		}
		want(t, ann, "participant.joined")
		got, ids := readTexts(t, ann, len(wanted))
		for _, text := range wanted {
			if got[text] != 1 {
				t.Fatalf("message %q came %d times", text, got[text])
			}
		}
		for i := 1; i < len(ids); i++ {
			if ids[i] < ids[i-1] {
				t.Fatalf("the position went back from %s to %s", ids[i-1], ids[i])
			}
		}
		if _, _, err := w.store.RemoveParticipant(t.Context(), room, "ann", time.Now()); err != nil {
			t.Fatal(err)
		}
		want(t, ann, "participant.left")
	}
}

func readTexts(t *testing.T, reader interface{ Next() (event, error) }, n int) (map[string]int, []string) {
	t.Helper()
	got, ids := make(map[string]int), []string{}
	for range n {
		event, err := reader.Next()
		if err != nil || event.Name != "message.created" {
			t.Fatalf("%v %v", event, err)
		}
		got[decode(t, event).Text]++
		ids = append(ids, event.ID)
	}
	return got, ids
}

func TestANewRoomIsAddedAtOnce(t *testing.T) {
	w := newWorld(t)
	ann, _ := w.opened(who("user", "ann"), "")
	operator, _ := w.opened(who("user", "op", "operator", ""), "")
	eve, _ := w.opened(who("user", "eve"), "")
	room := w.room("ann")
	w.post(room, "1")
	w.post(room, "2")
	for _, reader := range []interface{ Next() (event, error) }{ann, operator} {
		var names []string
		for range 3 {
			event, err := reader.Next()
			if err != nil {
				t.Fatal(err)
			}
			names = append(names, event.Name)
		}
		if diff := cmp.Diff([]string{"room.created", "message.created", "message.created"}, names); diff != "" {
			t.Error(diff)
		}
	}
	w.room("eve")
	want(t, eve, "room.created")
}

func TestAStreamIsNarrowed(t *testing.T) {
	w := newWorld(t)
	room, other := w.room("ann"), w.room("ann")
	foreign := w.room("bob")
	for _, query := range [][]string{
		{"user", "ann", "only", string(room) + "," + string(foreign)}, {"user", "op", "operator", "", "only", string(room)},
	} {
		reader, ready := w.opened(who(query...), "")
		var data struct{ Rooms []struct{ RoomID domain.ID } }
		if err := ready.Decode(&data); err != nil || len(data.Rooms) != 1 || data.Rooms[0].RoomID != room {
			t.Errorf("ready has %v, want one room (%v)", data.Rooms, err)
		}
		w.post(other, "no")
		w.post(foreign, "no")
		w.post(room, "yes")
		wantText(t, reader, "yes")
	}
}

func TestNotesReachOperatorsOnly(t *testing.T) {
	w := newWorld(t)
	room := w.room("ann")
	begin := w.post(room, "1")[0]
	for _, last := range []string{"", string(begin.ID)} {
		ann, _ := w.opened(who("user", "ann", "room", string(room)), last)
		all, _ := w.opened(who("user", "ann"), last)
		op, _ := w.opened(who("user", "op", "operator", ""), last)
		inRoom, _ := w.opened(who("user", "op", "operator", "", "room", string(room)), last)
		if last != "" { // what the first round left behind is replayed
			for _, reader := range []interface{ Next() (event, error) }{ann, all} {
				if got, _ := readTexts(t, reader, 1); got["text"] != 1 {
					t.Errorf("replayed %v, want the text alone", got)
				}
			}
			readTexts(t, op, 2)
			readTexts(t, inRoom, 2)
		}
		note := w.note(room, "note")
		w.enrich(note)
		w.post(room, "text")
		wantText(t, ann, "text")
		wantText(t, all, "text")
		for _, reader := range []interface{ Next() (event, error) }{op, inRoom} {
			event, err := reader.Next()
			if err != nil || decode(t, event).Text != "note" {
				t.Errorf("operator got %v %v, want the note", event, err)
			}
			if event, err := reader.Next(); err != nil || event.Name != "message.enriched" {
				t.Errorf("operator got %v %v, want the note's enrichment", event, err)
			}
		}
		for _, reader := range []io.Closer{ann, all, op, inRoom} {
			reader.Close()
		}
	}
}

// silent is a broker that takes everything and delivers nothing.
type silent struct{ domain.Broker }

func (silent) Publish(context.Context, ...domain.Event) error { return nil }

func TestLostJoiningsAndLeavingsAreFoundInTheStore(t *testing.T) {
	w := newWorld(t, quickSweeps, func(c *streams.Config) { c.Broker = silent{membroker.Shared()} })
	room, other := w.room("ann", "bob"), w.room("ann")
	inRoom, _ := w.opened(who("user", "ann", "room", string(room)), "")
	everything, _ := w.opened(who("user", "ann"), "")
	bob, _ := w.opened(who("user", "bob"), "")
	if _, _, err := w.store.RemoveParticipant(t.Context(), room, "ann", time.Now()); err != nil {
		t.Fatal(err)
	}
	want(t, inRoom, "participant.left")
	if _, err := inRoom.Next(); err != io.EOF {
		t.Errorf("after participant.left: %v, want the end", err)
	}
	want(t, everything, "participant.left")
	if _, _, err := w.store.AddParticipant(t.Context(), other, lab("bob"), "", time.Now()); err != nil {
		t.Fatal(err)
	}
	if joined := decode(t, want(t, bob, "participant.joined")); joined.RoomID != other {
		t.Errorf("joined %s, want %s", joined.RoomID, other)
	}
	w.post(other, "for both")
	w.post(room, "for bob")
	wantText(t, everything, "for both")
	heard := []string{decode(t, want(t, bob, "message.created")).Text, decode(t, want(t, bob, "message.created")).Text}
	slices.Sort(heard) // the order of two rooms is nobody's promise here
	if diff := cmp.Diff([]string{"for bob", "for both"}, heard); diff != "" {
		t.Error(diff)
	}
}
