package streams_test

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dentalk/domain"
	"dentalk/streams"
)

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

func (w *world) poll(request streams.Request, after domain.ID, wait time.Duration) streams.Poll {
	w.t.Helper()
	request.LastEventID = string(after)
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	poll, err := w.hub.Poll(ctx, request, wait)
	if err != nil {
		w.t.Fatalf("Poll: %v", err)
	}
	return poll
}

func names(poll streams.Poll) (names []string) {
	for _, item := range poll.Items {
		names = append(names, string(item.Event))
	}
	return names
}

func TestPollWithoutAPositionGivesTheNewest(t *testing.T) {
	w := newWorld(t)
	room := w.room("ann")
	newest := w.post(room, "1", "2")[1]
	for _, request := range []streams.Request{everythingRequest("ann", ""), {Viewer: domain.Viewer{UserID: "ann"}, Room: room}} {
		want := streams.Poll{Items: []streams.Item{}, Last: newest.ID}
		if diff := cmp.Diff(want, w.poll(request, "", time.Hour)); diff != "" {
			t.Error(diff)
		}
		want.Resync = true
		if diff := cmp.Diff(want, w.poll(request, "nonsense", time.Hour)); diff != "" {
			t.Error(diff)
		}
	}
}

// What a store with several writers repeats around a position is no news.
func TestPollsWaitAtThePositionOfAnotherInstance(t *testing.T) {
	for _, request := range []streams.Request{everythingRequest("ann", ""), {Operator: true, AllRooms: true, Viewer: domain.Viewer{UserID: "op", Notes: true}}} {
		w := newWorld(t, calmLossy, quickSweeps, severalWriters)
		room := w.room("ann")
		w.post(room, "1", "2")
		newest := w.post(room, "3")[0]
		answer := make(chan streams.Poll, 1)
		go func() { answer <- w.poll(request, newest.ID, patience) }()
		eventually(t, "the poll waits", func() bool { return w.hub.Waiting() == 1 })
		w.post(room, "4")
		poll := <-answer
		var last payload
		if err := json.Unmarshal(poll.Items[len(poll.Items)-1].Data, &last); err != nil || last.Text != "4" {
			t.Errorf("the last item is %q: %v", last.Text, err)
		}
	}
}

func TestPollsGiveEachMessageOnceInOrderWhateverTheBrokerDoes(t *testing.T) {
	seed := aSeed(t)
	w := newWorld(t, lossy(seed), quickSweeps)
	rooms := w.roomsOf("ann", 4)
	total := 4 * perRoom() / 5
	var group sync.WaitGroup
	group.Go(func() {
		for i := range total {
			w.post(rooms[i%len(rooms)], strconv.Itoa(i))
		}
	})
	requests := []streams.Request{everythingRequest("ann", ""), {Operator: true, AllRooms: true, Viewer: domain.Viewer{UserID: "op", Notes: true}}}
	for i, request := range requests {
		random := rand.New(rand.NewPCG(seed, uint64(i)))
		group.Go(func() {
			seen, got := make(map[domain.ID]int64), 0
			for last := domain.ZeroID; got < total; {
				poll := w.poll(request, last, time.Duration(random.IntN(100))*time.Millisecond)
				for _, item := range poll.Items {
					if item.Event == domain.EventRoomCreated { // may come late
						continue
					}
					var data payload
					if err := json.Unmarshal(item.Data, &data); err != nil || data.Seq != seen[data.RoomID]+1 || item.ID != data.ID {
						t.Errorf("item %s after %d: %v", item.Data, seen[data.RoomID], err)
						return
					}
					seen[data.RoomID] = data.Seq
					got++
				}
				last = poll.Last
			}
		})
	}
	group.Wait()
}

func TestPollWaitsForWhatHappens(t *testing.T) {
	w := newWorld(t)
	room := w.room("ann", "bob")
	last := w.post(room, "1")[0].ID
	request := streams.Request{Viewer: domain.Viewer{UserID: "ann"}, Room: room}
	typist := lab("bob")
	var message domain.Message
	happens := []struct {
		name string
		do   func() error
	}{
		{"typing", func() error {
			return w.broker.Publish(t.Context(), domain.Event{Name: domain.EventTyping, RoomID: room, Participant: &typist})
		}},
		{"receipt.read", func() error {
			_, _, err := w.store.MarkRead(t.Context(), room, "bob", 1, time.Now())
			return err
		}},
		{"message.created", func() error { message = w.post(room, "2")[0]; return nil }},
		{"message.enriched", func() error { w.enrich(message); return nil }},
		{"participant.left", func() error {
			_, _, err := w.store.RemoveParticipant(t.Context(), room, "ann", time.Now())
			return err
		}},
	}
	for i, one := range happens {
		answer := make(chan streams.Poll, 1)
		var group sync.WaitGroup
		group.Go(func() { answer <- w.poll(request, last, time.Hour) })
		eventually(t, "the poll waits", func() bool { return w.hub.Waiting() == 1 })
		if err := one.do(); err != nil {
			t.Fatal(err)
		}
		poll := <-answer
		group.Wait()
		wanted := []string{one.name}
		if i > 0 && happens[i-1].name == "message.enriched" { // its repetition is no reason to answer
			wanted = []string{"message.enriched", one.name}
		}
		if diff := cmp.Diff(wanted, names(poll)); diff != "" {
			t.Error(diff)
		}
		if one.name == "message.created" && poll.Last != message.ID {
			t.Errorf("last is %s, want %s", poll.Last, message.ID)
		}
		last = poll.Last
	}
	if poll, err := w.hub.Poll(t.Context(), streams.Request{Viewer: request.Viewer, Room: room, LastEventID: string(last)}, 0); domain.KindOf(err) != domain.KindNotFound {
		t.Errorf("after leaving: %v %v, want not found", poll, err)
	}
}

func TestPollGivesLongGapsInPages(t *testing.T) {
	w := newWorld(t)
	room := w.room("ann")
	w.post(room, texts(1, 1200)...)
	var got []int
	last := domain.ZeroID
	for range 4 {
		poll := w.poll(everythingRequest("ann", ""), last, 0)
		got, last = append(got, len(poll.Items)), poll.Last
	}
	if diff := cmp.Diff([]int{500, 500, 200, 0}, got); diff != "" {
		t.Error(diff)
	}
}

func TestPollEndsWithItsWaitAndWithTheHub(t *testing.T) {
	w := newWorld(t)
	last := w.post(w.room("ann"), "1")[0].ID
	if poll := w.poll(everythingRequest("ann", ""), last, time.Millisecond); len(poll.Items) > 0 || poll.Last != last {
		t.Errorf("got %+v, want nothing", poll)
	}
	var group sync.WaitGroup
	group.Go(func() { w.poll(everythingRequest("ann", ""), last, time.Hour) })
	eventually(t, "the poll is open", func() bool { return w.hub.Connections() == 1 })
	w.hub.Close()
	group.Wait()
}
