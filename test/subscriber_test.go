package test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/r3labs/sse/v2"
	"gopkg.in/cenkalti/backoff.v1"
)

// subscriber follows a stream by the client of r3labs/sse, and comes back whenever it is cut, with
// the last id whose frame it has received whole.
type subscriber struct {
	caller *caller
	url    string

	mu       sync.Mutex
	position string
	messages []delivery
	finished map[string]time.Time // by message: when its enrichment was told to be over
	first    string               // name of the first event
	counts   map[string]int
	latest   map[string]json.RawMessage
	stop     context.CancelFunc
	cut      context.CancelFunc
	done     chan struct{}
}

// delivery is what a test wants to know of a message.created.
type delivery struct {
	ID        string
	Seq       int64
	Content   struct{ Type, Text string }
	CreatedAt time.Time
	delay     time.Duration // from the commit to here
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
	s := &subscriber{caller: c, url: c.url + path, position: position, stop: stop, done: make(chan struct{}),
		finished: map[string]time.Time{}, counts: map[string]int{}, latest: map[string]json.RawMessage{}}
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
		if s.caller.token != "" { // else the path has a ticket
			client.Headers["Authorization"] = "Bearer " + s.caller.token
		}
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
	name := string(frame.Event)
	if name == "message.created" {
		var message delivery
		if err := json.Unmarshal(frame.Data, &message); err != nil {
			return // cut inside a frame
		}
		message.delay = time.Since(message.CreatedAt)
		s.position = message.ID
		s.messages = append(s.messages, message)
	} else if !json.Valid(frame.Data) {
		return
	}
	if name == "message.enriched" {
		s.finish(frame.Data)
	}
	if name == "ready" {
		s.position = string(frame.ID)
	}
	if s.first == "" {
		s.first = name
	}
	s.counts[name]++
	s.latest[name] = frame.Data
}

func (s *subscriber) finish(data []byte) {
	var enriched struct {
		MessageID  string `json:"messageId"`
		Enrichment struct{ State string }
	}
	if json.Unmarshal(data, &enriched) == nil && enriched.Enrichment.State != "pending" {
		s.finished[enriched.MessageID] = time.Now()
	}
}

// enriched gives the time from the commit to the end of the enrichment, of each message that has both.
func (s *subscriber) enriched() (took []time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, message := range s.messages {
		if at, ended := s.finished[message.ID]; ended {
			took = append(took, at.Sub(message.CreatedAt))
		}
	}
	return took
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
	return s.counts[event]
}

func (s *subscriber) received() []delivery {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.messages)
}

// last decodes the newest event of a name.
func (s *subscriber) last(event string, into any) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.counts[event] == 0 {
		return fmt.Errorf("no %s yet", event)
	}
	return json.Unmarshal(s.latest[event], into)
}
