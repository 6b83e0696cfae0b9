package streams_test

import (
	"context"
	"fmt"
	"net/http"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"dentalk/domain"
	"dentalk/streams"
	"dentalk/streams/streamstest"
)

// counter is a response that throws away what is written and counts the messages.
type counter struct {
	header http.Header
	ready  sync.Once
	opened *sync.WaitGroup
	frames *atomic.Int64
}

func (c *counter) Header() http.Header { return c.header }
func (c *counter) WriteHeader(int)     {}
func (c *counter) Flush()              {}

// SetWriteDeadline is what a real connection has.
func (c *counter) SetWriteDeadline(time.Time) error { return nil }

func (c *counter) Write(b []byte) (int, error) {
	frames := int64(countFrames(b))
	c.ready.Do(func() {
		frames = 0 // padding and ready
		c.opened.Done()
	})
	c.frames.Add(frames)
	return len(b), nil
}

func countFrames(b []byte) (n int) {
	for i := 1; i < len(b); i++ {
		if b[i] == '\n' && b[i-1] == '\n' {
			n++
		}
	}
	return n
}

// BenchmarkFanOut publishes messages to subscribers that write into nothing. One operation is one
// message in each room, delivered to everybody.
func BenchmarkFanOut(b *testing.B) {
	for _, shape := range []struct{ rooms, each int }{{1, 1000}, {250, 4}} {
		b.Run(fmt.Sprintf("%drooms_x_%d", shape.rooms, shape.each), func(b *testing.B) {
			w := newWorld(b)
			rooms := w.roomsOf("ann", shape.rooms)
			ctx, stop := context.WithCancel(context.Background())
			var group, opened sync.WaitGroup
			var frames atomic.Int64
			opened.Add(shape.rooms * shape.each)
			for i := range shape.rooms * shape.each {
				one := &counter{header: http.Header{}, opened: &opened, frames: &frames}
				own, cancel := context.WithCancel(ctx) // as each request has its own
				defer cancel()
				group.Go(func() {
					_ = w.hub.Serve(own, one, streams.Request{Viewer: domain.Viewer{UserID: "ann"}, Room: rooms[i%len(rooms)]})
				})
			}
			opened.Wait()
			publishAndWait(b, w, rooms, shape.each, &frames)
			stop()
			group.Wait()
		})
	}
}

// publishAndWait measures; everything of one operation is delivered before the next.
func publishAndWait(b *testing.B, w *world, rooms []domain.ID, each int, frames *atomic.Int64) {
	b.Helper()
	deliveries := int64(len(rooms) * each)
	seqs := int64(0)
	b.ReportAllocs()
	for b.Loop() {
		seqs++
		for _, room := range rooms {
			message := benchMessage(room, seqs)
			if err := w.broker.Publish(b.Context(), domain.Event{Name: domain.EventMessageCreated, RoomID: room, Message: &message}); err != nil {
				b.Fatal(err)
			}
		}
		for frames.Load() < seqs*deliveries {
			runtime.Gosched()
		}
	}
	b.ReportMetric(float64(deliveries)*float64(b.N)/b.Elapsed().Seconds(), "deliveries/s")
}

func benchMessage(room domain.ID, seq int64) domain.Message {
	return domain.Message{
		ID: domain.ID(fmt.Sprintf("%024x", seq)), RoomID: room, Seq: seq, Type: domain.MessageText,
		Text: "The margin of the crown on tooth 26 is open by half a millimetre; please make it again.",
	}
}

// BenchmarkFanOutOverSockets is one room with 200 subscribers over real connections.
func BenchmarkFanOutOverSockets(b *testing.B) {
	const each = 200
	w := newWorld(b)
	room := w.room("ann")
	var frames atomic.Int64
	ctx, stop := context.WithCancel(context.Background())
	var group sync.WaitGroup
	for range each {
		reader, err := streamstest.Open(ctx, w.server.Client(), w.server.URL+"/?user=ann&room="+string(room), "")
		if err != nil {
			b.Fatal(err)
		}
		want(b, reader, "ready")
		group.Go(func() {
			defer reader.Close()
			for {
				if _, err := reader.Next(); err != nil {
					return
				}
				frames.Add(1)
			}
		})
	}
	publishAndWait(b, w, []domain.ID{room}, each, &frames)
	stop()
	group.Wait()
}
