package streams

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"time"

	"dentalk/domain"
)

const (
	writeAtOnce    = 64 << 10    // bytes; so that one deadline covers a bounded write
	goodbyeTimeout = time.Second // of the last write
)

// errWrite wraps the failure of a write: the client is gone or too slow, which is how most streams
// end.
var errWrite = errors.New("write to the stream")

// stream writes server-sent events to one response. Each write has a deadline of its own, which
// also overrides the server's WriteTimeout.
type stream struct {
	hub     *Hub
	w       http.ResponseWriter
	control *http.ResponseController
	opened  bool
	failed  bool
	ended   string // the reason, when it was the hub that ended the stream
}

func (h *Hub) newStream(w http.ResponseWriter) *stream {
	return &stream{hub: h, w: w, control: http.NewResponseController(w)}
}

// open gives what comes before the first event: padding and the time to wait before a reconnect.
func (s *stream) open(buffer []byte) []byte {
	if s.opened {
		return buffer
	}
	s.opened = true
	header := s.w.Header()
	header.Set("Content-Type", "text/event-stream")
	header.Set("Cache-Control", "no-cache, no-transform")
	header.Set("X-Accel-Buffering", "no")
	s.w.WriteHeader(http.StatusOK)
	buffer = append(buffer, padding...)
	return appendRetry(buffer, jitter(2*time.Second, 5*time.Second))
}

// write sends and flushes the bytes within the time.
func (s *stream) write(bytes []byte, within time.Duration) error {
	if len(bytes) == 0 {
		return nil
	}
	_ = s.control.SetWriteDeadline(time.Now().Add(within)) // a writer without deadlines is a test's
	_, err := s.w.Write(bytes)
	if err == nil {
		err = s.control.Flush()
	}
	if err == nil || errors.Is(err, http.ErrNotSupported) {
		return nil
	}
	s.failed = true
	return fmt.Errorf("%w: %w", errWrite, err)
}

// close takes the deadline away, so that the client may use its TCP connection again. After a
// write that failed it stays: the server must not wait for this client once more.
func (s *stream) close() {
	if s.opened && !s.failed {
		_ = s.control.SetWriteDeadline(time.Time{})
	}
}

// frames writes the frames in as few writes as the bound allows. Those of the queue are live: they
// may repeat what was replayed.
func (s *stream) frames(c *connection, frames []*frame, live bool) error {
	if len(frames) == 1 && (!live || c.fresh(frames[0])) {
		return s.frame(c, frames[0])
	}
	space := s.hub.buffer()
	defer s.hub.recycle(space)
	buffer := *space
	for _, f := range frames {
		fresh := !live || c.fresh(f)
		if fresh || c.request.Room == "" {
			c.advance(f)
		}
		if fresh {
			buffer = f.appendTo(buffer, c.position)
		}
		if len(buffer) >= writeAtOnce {
			if err := s.write(buffer, s.hub.config.WriteTimeout); err != nil {
				return err
			}
			buffer = buffer[:0]
		}
	}
	*space = buffer
	return s.write(buffer, s.hub.config.WriteTimeout)
}

// frame writes one frame, without a copy where its id is the stream's position.
func (s *stream) frame(c *connection, f *frame) error {
	c.advance(f)
	if f.id == "" || f.id == c.position {
		return s.write(f.bytes, s.hub.config.WriteTimeout)
	}
	space := s.hub.buffer()
	defer s.hub.recycle(space)
	*space = f.appendTo(*space, c.position)
	return s.write(*space, s.hub.config.WriteTimeout)
}

// goodbye is the last frame of a stream that the client should come back to, or of a session that
// has ended.
func (s *stream) goodbye(reason string, wait time.Duration) error {
	s.ended = reason
	buffer := appendRetry(s.open(nil), wait)
	buffer = appendEvent(buffer, "goodbye", struct {
		Reason      string `json:"reason"`
		ReconnectIn int64  `json:"reconnectInMs"`
	}{reason, wait.Milliseconds()})
	return s.write(buffer, goodbyeTimeout)
}

func (s *stream) ping(now time.Time, position domain.ID) error {
	return s.write(appendEvent(nil, "ping", struct {
		Time        string    `json:"time"`
		LastEventID domain.ID `json:"lastEventId"`
	}{stamp(now), position}), s.hub.config.WriteTimeout)
}

// waitAfter is spread, so that those who were told at once do not come back at once.
func waitAfter(reason string) time.Duration {
	if reason == reasonOverloaded {
		return jitter(5*time.Second, 15*time.Second)
	}
	return jitter(500*time.Millisecond, 3*time.Second)
}

func jitter(from, to time.Duration) time.Duration {
	return (from + rand.N(to-from)).Truncate(time.Millisecond) // #nosec G404 -- spreads load, keeps no secret
}

// buffer gives space for one write; idle connections hold none.
func (h *Hub) buffer() *[]byte {
	if space, ok := h.buffers.Get().(*[]byte); ok {
		*space = (*space)[:0]
		return space
	}
	return new([]byte)
}

func (h *Hub) recycle(space *[]byte) {
	if cap(*space) <= 2*writeAtOnce {
		h.buffers.Put(space)
	}
}
