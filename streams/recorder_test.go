package streams_test

import (
	"bytes"
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"dentalk/domain"
	"dentalk/streams"
	"dentalk/streams/streamstest"
)

const w300 = 300 * time.Millisecond

func (w *world) memoryTime() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 6e6, time.UTC) }

// recorder is a response that keeps what is written.
type recorder struct {
	header http.Header
	mu     sync.Mutex
	bytes  bytes.Buffer
}

func (r *recorder) Header() http.Header { return r.header }
func (r *recorder) WriteHeader(int)     {}
func (r *recorder) Flush()              {}
func (r *recorder) Write(b []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.bytes.Write(b)
}

func (r *recorder) text() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.bytes.String()
}

func (r *recorder) count(part string) int { return strings.Count(r.text(), part) }

// after gives what follows the frame that begins so.
func (r *recorder) after(start string) string {
	_, rest, _ := strings.Cut(r.text(), start)
	_, rest, _ = strings.Cut(rest, "\n\n")
	return rest
}

// subscribe opens streams in this process and waits until each is ready. stop ends them.
func (w *world) subscribe(t testing.TB, n int, request func(int) streams.Request, writers *[]*recorder) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	var group sync.WaitGroup
	for i := range n {
		one := &recorder{header: http.Header{}}
		*writers = append(*writers, one)
		group.Go(func() {
			if err := w.hub.Serve(ctx, one, request(i)); err != nil {
				t.Errorf("Serve: %v", err)
			}
		})
	}
	for _, one := range *writers {
		eventually(t, "a stream is ready", func() bool { return one.count("event: ready") == 1 })
	}
	return func() {
		cancel()
		group.Wait()
	}
}

type event = streamstest.Event

func everythingRequest(user, last domain.ID) streams.Request {
	return streams.Request{Viewer: domain.Viewer{UserID: user}, LastEventID: string(last)}
}
