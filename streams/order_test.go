package streams_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/url"
	"strconv"
	"sync"
	"testing"
	"time"

	"dentalk/domain"
	"dentalk/streams"
	"dentalk/streams/membroker"
	"dentalk/streams/streamstest"
)

// reading is a client that is cut and resumes at random points, and checks what it gets.
type reading struct {
	w        *world
	query    url.Values
	random   *rand.Rand
	total    map[domain.ID]int64 // what each room will have
	seen     map[domain.ID]int64
	last     string
	repeated int
	cuts     int
}

// run reads until it has everything.
func (r *reading) run(ctx context.Context) error {
	for !r.complete() {
		if err := r.once(ctx); err != nil {
			return err
		}
		r.cuts++
	}
	return nil
}

func (r *reading) complete() bool {
	for room, total := range r.total {
		if r.seen[room] < total {
			return false
		}
	}
	return true
}

// once is one connection; it is cut after a random number of events.
func (r *reading) once(ctx context.Context) error {
	reader, err := streamstest.Open(ctx, r.w.server.Client(), r.w.server.URL+"/?"+r.query.Encode(), r.last)
	if err != nil {
		return err
	}
	defer reader.Close()
	for left := 50 + r.random.IntN(1500); left > 0 && !r.complete(); left-- {
		event, err := reader.Next()
		if err != nil {
			return ctx.Err() // cut from the other side, for example as a slow reader
		}
		if event.Last < r.last {
			return fmt.Errorf("the position went back from %s to %s", r.last, event.Last)
		}
		r.last = event.Last
		if err := r.check(event); err != nil {
			return err
		}
	}
	return nil
}

func (r *reading) check(event streamstest.Event) error {
	switch event.Name {
	case "resync":
		return fmt.Errorf("resync: %s", event.Data)
	case "message.created":
	default:
		return nil
	}
	var data payload
	if err := event.Decode(&data); err != nil {
		return err
	}
	switch seen := r.seen[data.RoomID]; {
	case data.Seq <= seen:
		r.repeated++
	case data.Seq > seen+1:
		return fmt.Errorf("room %s: %d follows %d", data.RoomID, data.Seq, seen)
	default:
		r.seen[data.RoomID] = data.Seq
	}
	return nil
}

type chaos struct {
	w           *world
	rooms       []domain.ID
	perRoom     int
	subscribers int
	query       func(subscriber int) (query url.Values, rooms []domain.ID)
}

// play writes all messages while the subscribers read, and gives the number of repeated messages.
func (c chaos) play(t *testing.T, seed uint64) (repeated int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 3*patience)
	defer cancel()
	var group sync.WaitGroup
	readings := make([]*reading, c.subscribers)
	for i := range readings {
		query, rooms := c.query(i)
		r := &reading{
			w: c.w, query: query, random: rand.New(rand.NewPCG(seed, uint64(i))), last: string(domain.ZeroID),
			total: make(map[domain.ID]int64), seen: make(map[domain.ID]int64),
		}
		for _, room := range rooms {
			r.total[room] = int64(c.perRoom)
		}
		readings[i] = r
		group.Go(func() {
			if err := r.run(ctx); err != nil {
				t.Errorf("subscriber %d: %v", i, err)
			}
		})
	}
	for _, room := range c.rooms {
		group.Go(func() {
			for i := range c.perRoom {
				if _, err := c.w.store.AppendMessages(ctx, []domain.Draft{draft(room, strconv.Itoa(i))}); err != nil {
					t.Errorf("append: %v", err)
				}
			}
		})
	}
	group.Wait()
	cuts := 0
	for _, r := range readings {
		repeated, cuts = repeated+r.repeated, cuts+r.cuts
	}
	t.Logf("%d connections in all, %d messages repeated", cuts, repeated)
	return repeated
}

// rooms makes n rooms of the same participant.
func (w *world) roomsOf(user domain.ID, n int) (rooms []domain.ID) {
	for range n {
		rooms = append(rooms, w.room(user))
	}
	return rooms
}

func perRoom() int {
	if testing.Short() {
		return 250
	}
	return 1250
}

func quickSweeps(c *streams.Config) {
	c.SweepHealthy, c.SweepUnhealthy = 100*time.Millisecond, 20*time.Millisecond
}

func lossy(seed uint64) func(*streams.Config) {
	return func(c *streams.Config) { c.Broker = streamstest.NewLossy(membroker.New(), seed) }
}

func aSeed(t *testing.T) uint64 {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	return seed
}

func TestRoomStreamsGetEachMessageOnceInOrderWhateverTheBrokerDoes(t *testing.T) {
	seed := aSeed(t)
	w := newWorld(t, lossy(seed), quickSweeps)
	rooms := w.roomsOf("ann", 4)
	c := chaos{w: w, rooms: rooms, perRoom: perRoom(), subscribers: 200, query: func(i int) (url.Values, []domain.ID) {
		room := rooms[i%len(rooms)]
		return who("user", "ann", "room", string(room)), []domain.ID{room}
	}}
	if repeated := c.play(t, seed); repeated > 0 {
		t.Errorf("%d messages were repeated", repeated)
	}
}

func TestStreamsOfEverythingGetEachMessageOnceInOrder(t *testing.T) {
	seed := aSeed(t)
	w := newWorld(t)
	rooms := w.roomsOf("ann", 4)
	c := chaos{w: w, rooms: rooms, perRoom: perRoom(), subscribers: 40, query: func(i int) (url.Values, []domain.ID) {
		return everythingOf(i), rooms
	}}
	if repeated := c.play(t, seed); repeated > 0 {
		t.Errorf("%d messages were repeated", repeated)
	}
}

func TestStreamsOfEverythingMissNothingWhateverTheBrokerDoes(t *testing.T) {
	seed := aSeed(t)
	w := newWorld(t, lossy(seed), quickSweeps)
	rooms := w.roomsOf("ann", 8)
	// What is written in rooms that ann does not see must not become a position of hers.
	c := chaos{w: w, rooms: append(w.roomsOf("bob", 4), rooms...), perRoom: perRoom() / 8, subscribers: 20, query: func(i int) (url.Values, []domain.ID) {
		return everythingOf(i), rooms
	}}
	c.play(t, seed)
}

// Several instances write: what is committed later may have an ID that is older.
func TestStreamsMissNothingOfSeveralWriters(t *testing.T) {
	seed := aSeed(t)
	w := newWorld(t, lossy(seed), quickSweeps, severalWriters)
	rooms := w.roomsOf("ann", 8)
	c := chaos{w: w, rooms: append(w.roomsOf("bob", 4), rooms...), perRoom: perRoom() / 16, subscribers: 20, query: func(i int) (url.Values, []domain.ID) {
		return everythingOf(i), rooms
	}}
	c.play(t, seed)
	c.subscribers, c.perRoom = 40, 2*c.perRoom
	c.query = func(i int) (url.Values, []domain.ID) {
		room := rooms[i%len(rooms)]
		return who("user", "ann", "room", string(room)), []domain.ID{room}
	}
	if repeated := c.play(t, seed); repeated > 0 {
		t.Errorf("%d messages were repeated on streams of one room", repeated)
	}
}

func everythingOf(i int) url.Values {
	if i%2 == 0 {
		return who("user", "op", "operator", "")
	}
	return who("user", "ann")
}
