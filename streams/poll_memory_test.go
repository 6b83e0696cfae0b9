package streams_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dentalk/domain"
	"dentalk/streams"
)

// given describes the items as the event and the seq of the message.
func given(poll streams.Poll) string {
	var parts []string
	for _, item := range poll.Items {
		_, seq, _ := strings.Cut(string(item.Data), `"seq":`)
		seq, _, _ = strings.Cut(seq, ",")
		parts = append(parts, string(item.Event)+" "+seq)
	}
	return strings.Join(parts, ", ")
}

func bothRequests(room domain.ID) map[string]streams.Request {
	return map[string]streams.Request{
		"everything": everythingRequest("ann", ""), "room": {Viewer: domain.Viewer{UserID: "ann"}, Room: room, SessionID: "s"},
	}
}

func TestPollRepeatsAnEnrichmentOnceSinceTheAnswerMayBeLost(t *testing.T) {
	for _, name := range []string{"everything", "room"} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			room := w.room("ann")
			request := bothRequests(room)[name]
			messages := w.post(room, "1", "2")
			last := messages[1].ID
			w.enrich(messages[0])
			got := []string{given(w.poll(request, last, 0)), given(w.poll(request, last, 0))}
			w.enrich(messages[1])
			got = append(got, given(w.poll(request, last, 0)), given(w.poll(request, last, 0)), given(w.poll(request, last, 0)))
			want := []string{"message.enriched 1", "message.enriched 1", "message.enriched 2", "message.enriched 2", ""}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestPollLoopsWithoutAWaitEnd(t *testing.T) {
	w := newWorld(t)
	room := w.room("ann")
	for name, request := range bothRequests(room) {
		for _, message := range w.post(room, texts(1, 300)...) {
			w.enrich(message)
		}
		polls := 0
		for last, empty := domain.ZeroID, false; !empty; polls++ {
			poll := w.poll(request, last, 0)
			last, empty = poll.Last, len(poll.Items) == 0
			if polls > 5 {
				t.Fatalf("%s: the loop does not end", name)
			}
		}
	}
}

func TestPollDoesNotAnswerForTheSakeOfARepetition(t *testing.T) {
	w := newWorld(t)
	room := w.room("ann")
	for _, request := range bothRequests(room) {
		first := w.post(room, "text")[0]
		w.enrich(first)
		if got, want := given(w.poll(request, first.ID, time.Hour)), "message.enriched "+itoa(first.Seq); !strings.Contains(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
		answer := make(chan streams.Poll, 1)
		var group sync.WaitGroup
		group.Go(func() { answer <- w.poll(request, first.ID, time.Hour) })
		eventually(t, "the poll waits", func() bool { return w.hub.Waiting() == 1 })
		second := w.post(room, "text")[0]
		poll := <-answer
		group.Wait()
		if got, want := given(poll), "message.enriched "+itoa(first.Seq)+", message.created "+itoa(second.Seq); !strings.HasSuffix(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
		if poll := w.poll(request, second.ID, 0); len(poll.Items) > 0 {
			t.Errorf("got %q at the new position, want nothing", given(poll))
		}
	}
}

func TestPollGivesARepetitionWhenItsWaitRunsOut(t *testing.T) {
	w := newWorld(t)
	message := w.post(w.room("ann"), "text")[0]
	w.enrich(message)
	request := everythingRequest("ann", "")
	var got []string
	for range 3 {
		got = append(got, given(w.poll(request, message.ID, time.Millisecond)))
	}
	if diff := cmp.Diff([]string{"message.enriched 1", "message.enriched 1", ""}, got); diff != "" {
		t.Error(diff)
	}
}

func TestAPollWhoseClientHasGoneUsesNoRepetitionUp(t *testing.T) {
	w := newWorld(t)
	message := w.post(w.room("ann"), "text")[0]
	w.enrich(message)
	request := everythingRequest("ann", "")
	w.poll(request, message.ID, 0)
	ctx, cancel := context.WithCancel(t.Context())
	var group sync.WaitGroup
	group.Go(func() {
		gone := request
		gone.LastEventID = string(message.ID)
		if _, err := w.hub.Poll(ctx, gone, time.Hour); err != nil {
			t.Errorf("Poll: %v", err)
		}
	})
	eventually(t, "the poll waits", func() bool { return w.hub.Waiting() == 1 })
	cancel()
	group.Wait()
	if got := given(w.poll(request, message.ID, 0)); got != "message.enriched 1" {
		t.Errorf("got %q, want the repetition", got)
	}
}

func TestAnEnrichmentOfTheMillisecondOfItsMessageIsGiven(t *testing.T) {
	w := newWorld(t)
	room := w.room("ann")
	request := annIn(room, "s")
	for last, round := domain.ZeroID, 0; round < 100; round++ {
		message := w.post(room, "text")[0]
		last = w.poll(request, last, 0).Last
		w.enrich(message)
		if got, want := given(w.poll(request, last, 0)), "message.enriched "+itoa(message.Seq); got != want {
			t.Fatalf("got %q, want %q", got, want)
		}
	}
}
