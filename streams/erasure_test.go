package streams_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dentalk/domain"
	"dentalk/streams"
	"dentalk/streams/membroker"
	"dentalk/streams/streamstest"
)

func (w *world) erase(target domain.ErasureTarget) {
	w.t.Helper()
	w.eraseAt(time.Now(), target)
}

// eraseAt is erase by a clock that may be another one than the store's.
func (w *world) eraseAt(now time.Time, target domain.ErasureTarget) {
	w.t.Helper()
	if _, err := w.store.EraseMessages(w.t.Context(), target, "", 100_000, domain.Milliseconds(now)); err != nil {
		w.t.Fatalf("EraseMessages: %v", err)
	}
}

// wantErased reads the erasure of a message, which says nothing any more.
func wantErased(t *testing.T, reader *streamstest.Reader, m domain.Message) {
	t.Helper()
	event := want(t, reader, "message.erased")
	if data := decode(t, event); data.ID != m.ID || data.Seq != m.Seq || data.Text != "" || event.ID != "" {
		t.Errorf("got %+v, want the erasure of %d", event, m.Seq)
	}
}

// everyKind are the queries of a stream of each kind.
func everyKind(room domain.ID) [][]string {
	return [][]string{
		{"user", "ann", "room", string(room)}, {"user", "ann"}, {"user", "op", "operator", ""}, {"user", "key", "service", ""},
	}
}

func TestErasuresReachEveryStream(t *testing.T) {
	for name, change := range map[string]func(*streams.Config){"exact": func(*streams.Config) {}, "not exact": calmLossy} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, change)
			room := w.room("ann")
			for _, query := range everyKind(room) {
				reader, _ := w.opened(who(query...), "")
				message := w.post(room, "secret")[0]
				wantText(t, reader, "secret")
				w.erase(domain.ErasureTarget{MessageID: message.ID})
				wantErased(t, reader, message)
				reader.Close()
			}
		})
	}
}

func TestErasuresOfNotesReachOperatorsOnly(t *testing.T) {
	for name, change := range map[string]func(*streams.Config){"exact": func(*streams.Config) {}, "not exact": calmLossy} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, change)
			room := w.room("ann")
			begin := w.post(room, "begin")[0]
			note := w.note(room, "secret")
			var readers []*streamstest.Reader
			for _, query := range everyKind(room) {
				reader, _ := w.opened(who(query...), string(begin.ID))
				readers = append(readers, reader)
			}
			w.erase(domain.ErasureTarget{MessageID: note.ID})
			after := w.post(room, "after")[0]
			for i, reader := range readers {
				if i == 2 {
					wantText(t, reader, "secret")
					wantErased(t, reader, note)
				}
				wantText(t, reader, "after")
			}
			for i, query := range everyKind(room) { // and after a resume
				behind, _ := w.opened(who(query...), string(begin.ID))
				past, _ := w.opened(who(query...), string(after.ID))
				if i == 2 {
					wantText(t, behind, "")
					wantErased(t, past, note)
				}
				wantText(t, behind, "after")
				for range i {
					wantText(t, behind, "later")
				}
				after = w.post(room, "later")[0]
				wantText(t, behind, "later")
				wantText(t, past, "later")
			}
		})
	}
}

func TestAResumeTellsTheErasuresSinceItsPosition(t *testing.T) {
	for name, change := range map[string]func(*streams.Config){"exact": func(*streams.Config) {}, "not exact": calmLossy} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, change)
			room := w.room("ann")
			messages := w.post(room, "secret", "secret", "secret")
			w.enrich(messages[0])
			w.erase(domain.ErasureTarget{RoomID: room})
			for _, query := range everyKind(room) {
				reader, _ := w.opened(who(query...), string(messages[1].ID))
				if blank := wantText(t, reader, ""); blank.Seq != 3 {
					t.Errorf("got message %d, want 3", blank.Seq)
				}
				wantErased(t, reader, messages[0])
				wantErased(t, reader, messages[1])
				reader.Close()
			}
			for name, request := range bothRequests(room) {
				poll := w.poll(request, messages[1].ID, 0)
				if got := given(poll); got != "message.created 3, message.erased 1, message.erased 2" {
					t.Errorf("%s: got %s", name, got)
				}
				for _, item := range poll.Items {
					if strings.Contains(string(item.Data), "secret") {
						t.Errorf("%s: got %s", name, item.Data)
					}
				}
			}
		})
	}
}

// The time of an erasure is by another clock than that of the store, which lists the saves by its own.
var clocks = map[string]time.Duration{"behind": -20 * time.Second, "right": 0, "ahead": 20 * time.Second}

func TestAResumeTellsEveryOneOfManyErasures(t *testing.T) {
	for name, off := range clocks {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			room := w.room("ann")
			messages := w.post(room, texts(1, 1300)...)
			w.eraseAt(time.Now().Add(off), domain.ErasureTarget{UserID: "writer"})
			last := w.post(room, "last")[0]
			w.enrich(last)
			reader, _ := w.opened(who("user", "ann", "room", string(room)), string(last.ID))
			for _, m := range messages {
				wantErased(t, reader, m)
			}
			want(t, reader, "message.enriched")
		})
	}
}

func TestPollsGiveAnErasureAndRepeatItOnce(t *testing.T) {
	for name, off := range clocks {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			room := w.room("ann")
			for kind, request := range bothRequests(room) {
				messages := w.post(room, "1", "2")
				last := messages[1].ID
				w.enrich(messages[0])
				got := []string{given(w.poll(request, last, 0)), given(w.poll(request, last, 0))}
				w.eraseAt(time.Now().Add(off), domain.ErasureTarget{MessageID: messages[0].ID})
				for range 3 {
					got = append(got, given(w.poll(request, last, 0)))
				}
				seq := messages[0].Seq
				enriched, erased := fmt.Sprintf("message.enriched %d", seq), fmt.Sprintf("message.erased %d", seq)
				if diff := cmp.Diff([]string{enriched, enriched, erased, erased, ""}, withoutOlder(got, seq)); diff != "" {
					t.Errorf("%s: %s", kind, diff)
				}
			}
		})
	}
}

// withoutOlder leaves out what is told again of messages before seq.
func withoutOlder(polls []string, seq int64) []string {
	for i, poll := range polls {
		var kept []string
		for _, item := range strings.Split(poll, ", ") {
			var of int64
			if _, number, found := strings.Cut(item, " "); found {
				_, _ = fmt.Sscan(number, &of)
			}
			if of >= seq {
				kept = append(kept, item)
			}
		}
		polls[i] = strings.Join(kept, ", ")
	}
	return polls
}

func TestAWaitingPollIsAnsweredByAnErasure(t *testing.T) {
	w := newWorld(t)
	room := w.room("ann")
	message := w.post(room, "secret")[0]
	last := w.poll(annIn(room, "s"), message.ID, 0).Last
	answer := make(chan streams.Poll, 1)
	go func() { answer <- w.poll(annIn(room, "s"), last, time.Hour) }()
	eventually(t, "the poll waits", func() bool { return w.hub.Waiting() == 1 })
	w.erase(domain.ErasureTarget{MessageID: message.ID})
	wantNames(t, <-answer, "message.erased")
}

func TestLostErasuresAreFoundInTheStore(t *testing.T) {
	for name, off := range clocks {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, quickSweeps, silently)
			room := w.room("ann")
			messages := w.post(room, texts(1, 4)...)
			for i, query := range everyKind(room) {
				reader, _ := w.opened(who(query...), "")
				w.eraseAt(time.Now().Add(off), domain.ErasureTarget{MessageID: messages[i].ID})
				wantErased(t, reader, messages[i])
			}
		})
	}
}

// Another instance may have saved an enrichment before the erasure and publish it afterwards.
func TestAnEnrichmentThatComesLateDoesNotUndoAnErasure(t *testing.T) {
	for name, change := range map[string]func(*streams.Config){"exact": func(*streams.Config) {}, "not exact": calmLossy} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, change)
			room := w.room("ann")
			for _, query := range everyKind(room) {
				reader, _ := w.opened(who(query...), "")
				message := w.post(room, "secret")[0]
				wantText(t, reader, "secret")
				w.eraseAt(time.Now().Add(-time.Second), domain.ErasureTarget{MessageID: message.ID})
				late := domain.Event{Name: domain.EventMessageEnriched, RoomID: room, Message: &message}
				if err := w.broker.Publish(t.Context(), late); err != nil {
					t.Fatal(err)
				}
				w.post(room, "after")
				wantErased(t, reader, message)
				wantText(t, reader, "after")
				reader.Close()
			}
		})
	}
}

func TestAnErasureIsNeverAheadOfItsMessage(t *testing.T) {
	w := newWorld(t, func(c *streams.Config) { c.Broker = membroker.Shared() })
	room := w.room("ann")
	reader, _ := w.opened(who("user", "ann", "room", string(room)), "")
	lost, err := w.memory.AppendMessages(t.Context(), []domain.Draft{draft(room, "lost by the broker")})
	if err != nil {
		t.Fatal(err)
	}
	w.erase(domain.ErasureTarget{RoomID: room})
	wantText(t, reader, "")
	wantErased(t, reader, lost[0].Message)
}

func TestWhatARoomUnderRepairKeepsBackGoesWithTheErasure(t *testing.T) {
	w := newWorld(t, func(c *streams.Config) { c.Broker = membroker.Shared() })
	room := w.room("ann")
	message := w.post(room, "secret")[0]
	reader, _ := w.opened(who("user", "ann", "room", string(room)), "")
	blocked := make(chan struct{})
	w.memory.Before(func(_ context.Context, method string) error {
		if method == "Messages" {
			<-blocked
		}
		return nil
	})
	if _, err := w.memory.AppendMessages(t.Context(), []domain.Draft{draft(room, "lost by the broker")}); err != nil {
		t.Fatal(err)
	}
	w.post(room, "seen")
	w.enrich(message) // kept back, with the text
	w.erase(domain.ErasureTarget{MessageID: message.ID})
	close(blocked)
	wantText(t, reader, "lost by the broker")
	wantText(t, reader, "seen")
	wantErased(t, reader, message)
}

func TestErasuresArePublishedTogetherWithNothingOfTheText(t *testing.T) {
	h := newHeard(t)
	one := draft(h.room, "secret")
	one.ReplyTo, one.ClientMessageID, one.Teeth = "first", "key", []domain.Tooth{{Text: "secret"}}
	one.Attachments = []domain.Attachment{{ID: "file", Name: "secret.stl"}}
	appended, err := h.AppendMessages(t.Context(), []domain.Draft{one, draft(h.room, "secret")})
	if err != nil {
		t.Fatal(err)
	}
	at := domain.Milliseconds(time.Now().Add(time.Hour))
	for range 2 { // the second time there is nothing to erase
		if _, err := h.EraseMessages(t.Context(), domain.ErasureTarget{UserID: "writer"}, "", 10, at); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := h.EraseRoom(t.Context(), h.room, at); err != nil {
		t.Fatal(err)
	}
	var want []domain.Event
	for _, a := range appended {
		m := a.Message
		want = append(want, domain.Event{Name: domain.EventMessageErased, RoomID: h.room, Message: &domain.Message{
			ID: m.ID, RoomID: m.RoomID, Seq: m.Seq, UserID: "writer", UserName: domain.ErasedName, Role: m.Role, Type: m.Type,
			Enrichment: domain.Enrichment{State: domain.EnrichmentOff}, ReplyTo: m.ReplyTo, ClientMessageID: m.ClientMessageID,
			CreatedAt: m.CreatedAt, UpdatedAt: at, ErasedAt: at,
		}})
	}
	got := h.published()[2:]
	if diff := cmp.Diff(want, got[:2]); diff != "" {
		t.Error(diff)
	}
	if len(got) != 3 || got[2].Name != domain.EventRoomUpdated || got[2].Room.Status != domain.RoomArchived {
		t.Errorf("got %v, want room.updated at the end", got[2:])
	}
}
