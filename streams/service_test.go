package streams_test

import (
	"strings"
	"testing"
	"time"

	"dentalk/domain"
	"dentalk/streams"
	"dentalk/streams/streamstest"
)

// serviceIn is a service that reads for operators: it sees every room and no note.
func serviceIn(room domain.ID) streams.Request {
	return streams.Request{Viewer: domain.Viewer{UserID: "key"}, AllRooms: true, SessionID: "secret", Room: room}
}

// serviceQueries are the streams of a service.
func serviceQueries(room domain.ID) [][]string {
	return [][]string{
		{"user", "key", "service", ""}, {"user", "key", "service", "", "room", string(room)}, {"user", "key", "service", "", "only", string(room)},
	}
}

// brokers are the kinds on which the way of an event depends.
var brokers = map[string]func(*streams.Config){
	"exact":           func(*streams.Config) {},
	"not exact":       func(c *streams.Config) { calmLossy(c); quickSweeps(c) },
	"several writers": func(c *streams.Config) { calmLossy(c); quickSweeps(c); severalWriters(c) },
}

// wantReadySeq reads what ready says of the only room.
func wantReadySeq(t *testing.T, ready streamstest.Event, seq int64) {
	t.Helper()
	var data struct{ Rooms []struct{ LastSeq int64 } }
	if err := ready.Decode(&data); err != nil || len(data.Rooms) != 1 || data.Rooms[0].LastSeq != seq {
		t.Errorf("ready is %s (%v), want lastSeq %d", ready.Data, err, seq)
	}
}

// untilText reads messages, of which some may come again, and no other events.
func untilText(t *testing.T, reader *streamstest.Reader, text string) {
	t.Helper()
	for {
		switch data := decode(t, want(t, reader, "message.created")); data.Text {
		case text:
			return
		case "secret":
			t.Fatal("got a note")
		}
	}
}

func TestAServiceGetsNoNotes(t *testing.T) {
	for name, change := range brokers {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, change)
			room := w.room("ann")
			begin := w.post(room, "begin")[0]
			w.post(room, "replayed")
			note := w.note(room, "secret")
			var readers []*streamstest.Reader
			for _, query := range serviceQueries(room) {
				reader, ready := w.opened(who(query...), string(begin.ID))
				wantReadySeq(t, ready, 2)
				untilText(t, reader, "replayed")
				first, ready := w.opened(who(query...), "")
				wantReadySeq(t, ready, 2)
				if ready.ID == string(note.ID) {
					t.Error("the first position is the note's")
				}
				readers = append(readers, reader, first)
			}
			w.enrich(note)
			w.enrich(w.note(room, "secret"))
			w.erase(domain.ErasureTarget{MessageID: note.ID})
			w.post(room, "live")
			for _, reader := range readers {
				untilText(t, reader, "live")
			}
			for _, query := range serviceQueries(room) {
				want(t, w.open(who(query...), string(note.ID)), "resync") // its ID is not even a position
			}
		})
	}
}

func TestAServicesPollsGiveNoNotes(t *testing.T) {
	for name, change := range brokers {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, change)
			room := w.room("ann")
			w.post(room, "begin")
			narrowed := serviceIn("")
			narrowed.Only = []domain.ID{room}
			for _, request := range []streams.Request{serviceIn(""), serviceIn(room), narrowed} {
				last := w.poll(request, "", 0).Last
				note := w.note(room, "secret")
				w.enrich(note)
				w.erase(domain.ErasureTarget{MessageID: note.ID})
				if poll := w.poll(request, last, 0); poll.Last != last || strings.Contains(given(poll), itoa(note.Seq)) {
					t.Errorf("got %v up to %s, want nothing after %s", names(poll), poll.Last, last)
				}
				text := w.post(room, "text")[0]
				poll := w.poll(request, last, time.Hour)
				if poll.Last != text.ID || strings.Contains(given(poll), itoa(note.Seq)) {
					t.Errorf("got %s up to %s, want %s", given(poll), poll.Last, text.ID)
				}
				if poll := w.poll(request, note.ID, 0); !poll.Resync {
					t.Error("a note's ID is a known position")
				}
			}
		})
	}
}

// The sweeps stand at notes too, and the positions of streams follow the sweeps.
func TestThePositionOfAServiceIsNeverANote(t *testing.T) {
	for name, change := range brokers {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, change)
			room, other := w.room("ann"), w.room("bob")
			reader, ready := w.opened(who("user", "key", "service", ""), "")
			known := map[string]bool{ready.ID: true}
			last := ready.ID
			for range 5 {
				w.note(other, "secret")
				if name != "exact" {
					swept := w.hub.Sweeps()
					eventually(t, "sweeps", func() bool { return w.hub.Sweeps() > swept+2 })
				}
				known[string(w.post(room, "text")[0].ID)] = true
				if last = want(t, reader, "message.created").Last; !known[last] {
					t.Errorf("the position is %s, which the service has not got", last)
				}
			}
			if last == ready.ID {
				t.Error("the position stands still")
			}
			resumed, ready := w.opened(who("user", "key", "service", ""), last)
			if !strings.Contains(ready.Data, `"resumed":true`) {
				t.Errorf("ready is %s after a resume", ready.Data)
			}
			resumed.Close()
		})
	}
}

func TestAServiceHasNoPresence(t *testing.T) {
	store := newCounting()
	w := present(t, store, time.Millisecond)
	room := w.room("a", "b")
	a, _ := w.opened(who("user", "a"), "")
	key, _ := w.opened(who("user", "key", "service", ""), "")
	w.opened(who("user", "b"), "")
	wantPresence(t, a, "b", true)
	untilPresence(t, key, "b", true)
	key.Close()
	eventually(t, "the stream is closed", func() bool { return w.hub.Connections() == 2 })
	w.post(room, "nothing before")
	wantText(t, a, "nothing before")
	if store.isConnected(t, "key", 0) {
		t.Error("the service is connected")
	}
}
