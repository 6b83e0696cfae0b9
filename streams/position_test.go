package streams_test

import (
	"net/url"
	"strings"
	"testing"

	"dentalk/domain"
)

func TestAPositionThatTheViewerMustNotSeeIsUnknown(t *testing.T) {
	w := newWorld(t)
	room, other, foreign := w.room("ann"), w.room("ann"), w.room("bob")
	positions := map[string]struct {
		id      domain.ID
		unknown bool // to everybody but operators
	}{
		"note":             {w.note(room, "note").ID, true},
		"foreign room":     {w.post(foreign, "1")[0].ID, true},
		"foreign note":     {w.note(foreign, "note").ID, true},
		"own room":         {w.post(room, "1")[0].ID, false},
		"own other room":   {w.post(other, "1")[0].ID, false},
		"before the first": {domain.ZeroID, false},
	}
	for name, position := range positions {
		for _, query := range []url.Values{
			who("user", "ann"), who("user", "ann", "room", string(room)), who("user", "ann", "only", string(room)),
			who("user", "op", "operator", ""), who("user", "op", "operator", "", "room", string(room)),
		} {
			unknown := position.unknown && !query.Has("operator")
			t.Run(name+" "+query.Encode(), func(t *testing.T) {
				reader := w.open(query, string(position.id))
				if unknown && !strings.Contains(want(t, reader, "resync").Data, "unknown_position") {
					t.Error("the reason of resync is another one")
				}
				if ready := want(t, reader, "ready"); strings.Contains(ready.Data, `"resumed":true`) == unknown {
					t.Errorf("ready is %s, want resumed %t", ready.Data, !unknown)
				}
				request := requestOf(query)
				if poll := w.poll(request, position.id, 0); poll.Resync != unknown {
					t.Errorf("resync of the poll is %t, want %t", poll.Resync, unknown)
				}
			})
		}
	}
}

func TestLeavingARoomMakesItsMessagesUnknownPositions(t *testing.T) {
	w := newWorld(t)
	room := w.room("ann")
	w.room("ann")
	last := w.post(room, "1")[0].ID
	if poll := w.poll(everythingRequest("ann", ""), last, 0); poll.Resync {
		t.Error("resync before leaving")
	}
	if _, _, err := w.store.RemoveParticipant(t.Context(), room, "ann", w.memoryTime()); err != nil {
		t.Fatal(err)
	}
	if poll := w.poll(everythingRequest("ann", ""), last, 0); !poll.Resync {
		t.Error("no resync after leaving")
	}
}
