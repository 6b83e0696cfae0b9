package test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"testing"

	"github.com/r3labs/sse/v2"
	"gopkg.in/cenkalti/backoff.v1"

	"dentalk/handlers"
)

// subscriber follows a stream by the client of r3labs/sse, and comes back whenever it is cut, with
// the last id whose frame it has received whole.
type subscriber struct {
	caller *caller
	url    string

	mu       sync.Mutex
	position string
	messages []handlers.Message
	events   []string // names of all events, in order
	data     map[string][]json.RawMessage
	connects int
	stop     context.CancelFunc
	cut      context.CancelFunc
	done     chan struct{}
}

// subscribe follows path until the test ends.
func (c *caller) subscribe(t testing.TB, path string) *subscriber {
	t.Helper()
	return c.subscribeFrom(t, path, "")
}

// subscribeFrom begins at a position.
func (c *caller) subscribeFrom(t testing.TB, path, position string) *subscriber {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	s := &subscriber{caller: c, url: c.url + path, position: position, stop: stop, done: make(chan struct{}), data: map[string][]json.RawMessage{}}
	go s.follow(ctx)
	t.Cleanup(s.close)
	return s
}

func (s *subscriber) follow(ctx context.Context) {
	defer close(s.done)
	for ctx.Err() == nil {
		connection, cut := context.WithCancel(ctx)
		s.mu.Lock()
		client := sse.NewClient(s.url, sse.ClientMaxBufferSize(1<<20))
		client.Connection = &http.Client{Transport: streamTransport}
		client.Headers["Authorization"] = "Bearer " + s.caller.token
		client.ReconnectStrategy = &backoff.StopBackOff{}
		if s.position != "" {
			client.LastEventID.Store([]byte(s.position))
		}
		s.cut = cut
		s.mu.Unlock()
		_ = client.SubscribeRawWithContext(connection, s.event)
		cut()
	}
}

// streamTransport never reuses a connection: each stream ends with its own.
var streamTransport = &http.Transport{DisableKeepAlives: true}

func (s *subscriber) event(frame *sse.Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !json.Valid(frame.Data) {
		return // cut inside a frame
	}
	name := string(frame.Event)
	s.events = append(s.events, name)
	s.data[name] = append(s.data[name], json.RawMessage(frame.Data))
	switch name {
	case "ready":
		s.connects++
		s.position = string(frame.ID)
	case "message.created":
		var message handlers.Message
		if err := json.Unmarshal(frame.Data, &message); err != nil {
			panic(err)
		}
		s.position = message.ID
		s.messages = append(s.messages, message)
	}
}

// ready waits until the stream has begun.
func (s *subscriber) ready() *subscriber {
	s.caller.t.Helper()
	eventually(s.caller.t, "ready", func() bool { return s.count("ready") > 0 })
	return s
}

// disconnect cuts the connection wherever it is now.
func (s *subscriber) disconnect() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cut != nil {
		s.cut()
	}
}

func (s *subscriber) close() {
	s.stop()
	<-s.done
}

func (s *subscriber) count(event string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.data[event])
}

func (s *subscriber) received() []handlers.Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]handlers.Message(nil), s.messages...)
}

// last decodes the newest event of a name.
func (s *subscriber) last(event string, into any) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	seen := s.data[event]
	if len(seen) == 0 {
		return fmt.Errorf("no %s yet", event)
	}
	return json.Unmarshal(seen[len(seen)-1], into)
}
