package streams_test

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"

	"dentalk/domain"
	"dentalk/streams/streamstest"
)

func TestJoiningAtFullRateLosesAndRepeatsNothing(t *testing.T) {
	for name, query := range map[string]url.Values{
		"everything": who("user", "ann"), "operator": who("user", "op", "operator", ""), "room": who("user", "ann"),
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			room := w.room("ann")
			if name == "room" {
				query.Set("room", string(room))
			}
			ctx, stop := context.WithCancel(t.Context())
			var writer, readers sync.WaitGroup
			writer.Go(func() {
				for i := 0; ctx.Err() == nil; i++ {
					w.post(room, strconv.Itoa(i))
				}
			})
			for range 20 {
				readers.Go(func() { w.joinAndRead(t, query, 50) })
			}
			readers.Wait()
			stop()
			writer.Wait()
		})
	}
}

// joinAndRead connects without a position and reads n messages: the first one is that after the
// position in ready.
func (w *world) joinAndRead(t *testing.T, query url.Values, n int) {
	reader, err := streamstest.Open(t.Context(), w.server.Client(), w.server.URL+"/?"+query.Encode(), "")
	if err != nil {
		t.Error(err)
		return
	}
	defer reader.Close()
	ready, err := reader.Next()
	if err != nil || ready.Name != "ready" {
		t.Errorf("ready: %v %v", ready, err)
		return
	}
	last := int64(0)
	if id := domain.ID(ready.ID); id != domain.ZeroID {
		position, err := w.memory.Locate(t.Context(), id, domain.Viewer{})
		if err != nil {
			t.Error(err)
			return
		}
		last = position.Seq
	}
	for range n {
		event, err := reader.Next()
		var data payload
		if err == nil {
			err = event.Decode(&data)
		}
		if err != nil || data.Seq != last+1 {
			t.Errorf("%s after %d: %v", event.Data, last, err)
			return
		}
		last = data.Seq
	}
}

func TestAPositionThatCannotBeUsedBeginsWithResync(t *testing.T) {
	w := newWorld(t)
	room := w.room("ann")
	first := w.post(room, "1")[0]
	for range 10 {
		w.post(room, texts(1, 500)...)
	}
	tests := map[string]struct{ last, reason string }{
		"malformed":    {"42", "unknown_position"},
		"unknown":      {strings.Repeat("a", 24), "unknown_position"},
		"too far":      {string(domain.ZeroID), "too_far_behind"},
		"just in time": {string(first.ID), ""},
	}
	for name, test := range tests {
		for _, query := range []url.Values{who("user", "ann"), who("user", "ann", "room", string(room)), who("user", "op", "operator", "")} {
			t.Run(name+" "+query.Encode(), func(t *testing.T) {
				reader := w.open(query, test.last)
				if test.reason == "" {
					if ready := want(t, reader, "ready"); ready.ID != test.last {
						t.Errorf("ready has id %q", ready.ID)
					}
					wantText(t, reader, "1")
					return
				}
				resync := want(t, reader, "resync")
				if resync.ID != "" || !strings.Contains(resync.Data, test.reason) {
					t.Errorf("resync is %+v, want reason %s without an id", resync, test.reason)
				}
				ready := want(t, reader, "ready")
				newest, err := w.memory.NewestPosition(t.Context(), domain.Replay{All: true})
				if err != nil || ready.ID != string(newest) || !strings.Contains(ready.Data, `"resumed":false`) {
					t.Errorf("ready is %+v, want the newest position %s, not resumed (%v)", ready, newest, err)
				}
			})
		}
	}
}

func TestARoomsStreamResumesFromAMessageOfAnotherRoom(t *testing.T) {
	w := newWorld(t)
	room, other := w.room("ann"), w.room("ann")
	w.post(room, "before")
	position := w.post(other, "elsewhere")[0]
	w.post(room, "after")
	reader, ready := w.opened(who("user", "ann", "room", string(room)), string(position.ID))
	if ready.ID != string(position.ID) {
		t.Errorf("ready has id %q, want %q", ready.ID, position.ID)
	}
	wantText(t, reader, "after")
	w.post(room, "live")
	wantText(t, reader, "live")
}

func TestAResumeRepeatsTheEnrichmentsThatFinishedMeanwhile(t *testing.T) {
	w := newWorld(t)
	room := w.room("ann")
	seen := w.post(room, "seen")[0]
	missed := w.post(room, "missed")[0]
	w.enrich(seen)
	w.enrich(missed)
	for _, query := range []url.Values{who("user", "ann"), who("user", "ann", "room", string(room))} {
		reader, _ := w.opened(query, string(seen.ID))
		if data := wantText(t, reader, "missed"); data.State != "done" {
			t.Errorf("the replayed message is %s", data.State)
		}
		if data := decode(t, want(t, reader, "message.enriched")); data.Seq != 1 {
			t.Errorf("enriched: %+v", data)
		}
		w.enrich(missed)
		if data := decode(t, want(t, reader, "message.enriched")); data.Seq != 2 {
			t.Errorf("live: %+v", data)
		}
		reader.Close()
	}
}

func TestAStoreThatIsDownIsToldInTheStream(t *testing.T) {
	for _, method := range []string{"Messages", "NewestPosition", "RoomIDs", "RoomViews", "Receipts", "MessagesAfter"} {
		t.Run(method, func(t *testing.T) {
			w := newWorld(t)
			w.post(w.room("ann"), "1")
			w.memory.Before(func(_ context.Context, called string) error {
				if called == method {
					return domain.Unavailable("down")
				}
				return nil
			})
			reader := w.open(who("user", "ann"), "")
			event, err := reader.Until("goodbye")
			if err != nil || !strings.Contains(event.Data, `"reason":"overloaded"`) {
				t.Errorf("goodbye is %+v, %v", event, err)
			}
			eventually(t, "the connection is let go of", func() bool { return w.hub.Connections() == 0 })
		})
	}
}
