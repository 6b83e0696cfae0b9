package streams_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/r3labs/sse/v2"

	"dentalk/domain"
)

// flushed is a counter that tells a subscriber of the other server apart by its first flush.
type flushed struct{ counter }

func (f *flushed) Flush()                      { f.ready.Do(f.opened.Done) }
func (f *flushed) Write(b []byte) (int, error) { return len(b), f.count(b) }

// count counts frames by the empty line that the server writes on its own at their end.
func (f *flushed) count(b []byte) error {
	if len(b) == 1 && b[0] == '\n' {
		f.frames.Add(1)
	}
	return nil
}

// BenchmarkR3labsFanOut is BenchmarkFanOut/1rooms_x_1000 through the server of r3labs/sse. It has
// no replay here, no bounds, no repair and no deadlines.
func BenchmarkR3labsFanOut(b *testing.B) {
	const each = 1000
	w := newWorld(b)
	server := sse.New()
	server.AutoReplay = false
	server.CreateStream("room")
	ctx, stop := context.WithCancel(context.Background())
	var group, opened sync.WaitGroup
	var frames atomic.Int64
	opened.Add(each)
	for range each {
		one := &flushed{counter{header: http.Header{}, opened: &opened, frames: &frames}}
		own, cancel := context.WithCancel(ctx) // as each request has its own
		defer cancel()
		request := httptest.NewRequestWithContext(own, http.MethodGet, "/?stream=room", nil)
		group.Go(func() { server.ServeHTTP(one, request) })
	}
	opened.Wait()
	seqs := int64(0)
	b.ReportAllocs()
	for b.Loop() {
		seqs++
		message := benchMessage("room", seqs)
		data, err := w.encode(domain.Event{Name: domain.EventMessageCreated, RoomID: "room", Message: &message}, false)
		if err != nil {
			b.Fatal(err)
		}
		server.Publish("room", &sse.Event{ID: []byte(message.ID), Event: []byte("message.created"), Data: data})
		for frames.Load() < seqs*each {
			runtime.Gosched()
		}
	}
	b.ReportMetric(each*float64(b.N)/b.Elapsed().Seconds(), "deliveries/s")
	stop()
	group.Wait()
	server.Close()
}
