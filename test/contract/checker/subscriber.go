package checker

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"time"
)

const (
	// silence is after how long without a line a subscriber takes its connection for dead: pings
	// come every second.
	silence = 10 * time.Second
	// stay is the mean time until a subscriber reconnects by itself.
	stay = 20 * time.Second
)

// subscriber follows a stream by Server-Sent Events and comes back whenever it ends, with the id of
// the last frame that it has received whole.
type subscriber struct {
	*observer
	path     string
	random   *rand.Rand
	http     *http.Client
	position string
}

// newSubscriber follows one room, or everything when room is empty.
func newSubscriber(name string, caller *caller, room string, random *rand.Rand, report *report) *subscriber {
	s := &subscriber{observer: newObserver(name, caller, room, report), path: "/v1/stream", random: random}
	if room != "" {
		s.path = "/v1/rooms/" + room + "/stream"
	}
	s.http = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	return s
}

func (s *subscriber) watch() *observer { return s.observer }

// run follows until ctx ends.
func (s *subscriber) run(ctx context.Context) {
	for ctx.Err() == nil {
		again, err := s.follow(ctx)
		if ctx.Err() != nil {
			return
		}
		s.disconnected(s.position, err)
		_ = pause(ctx, again)
	}
}

// follow is one connection; it tells when to come back.
func (s *subscriber) follow(ctx context.Context) (again time.Duration, err error) {
	again = 50*time.Millisecond + upTo(s.random, 250*time.Millisecond)
	ctx, cancel := context.WithTimeoutCause(ctx, stay/2+upTo(s.random, stay), errors.New("it wanted to"))
	defer cancel()
	ctx, cut := context.WithCancelCause(ctx)
	defer cut(nil)
	watchdog := time.AfterFunc(silence, func() { cut(errors.New("silence")) })
	defer watchdog.Stop()

	response, err := s.connect(ctx)
	s.connected(err)
	if err != nil {
		return again, err
	}
	defer response.Body.Close()
	frames := newFrames(response.Body, func() { watchdog.Reset(silence) })
	for {
		one, err := frames.next()
		if err != nil {
			return again, errors.Join(context.Cause(ctx), err)
		}
		if wait, err := s.take(ctx, one, watchdog); err != nil || wait > 0 {
			return max(again, wait), err
		}
	}
}

func (s *subscriber) connect(ctx context.Context) (*http.Response, error) {
	request, err := s.caller.request(ctx, http.MethodGet, s.path, nil)
	if err != nil {
		return nil, err
	}
	if s.position != "" {
		request.Header.Set("Last-Event-ID", s.position)
	}
	response, err := s.http.Do(request)
	if err != nil {
		return nil, err
	}
	if response.StatusCode == http.StatusOK {
		return response, nil
	}
	_ = response.Body.Close()
	refused := &refusal{status: response.StatusCode}
	if refused.final() || response.StatusCode == http.StatusNoContent {
		s.report.violation(violation{Rule: "a stream that is the caller's is never refused", Room: s.room, Detail: s.name + ": " + refused.Error()})
	}
	return nil, refused
}

// take handles one frame; after a goodbye it tells when to come back.
func (s *subscriber) take(ctx context.Context, one frame, watchdog *time.Timer) (time.Duration, error) {
	if err := s.event(one.event, []byte(one.data)); err != nil {
		return 0, err
	}
	if one.id != "" {
		s.position = one.id
	}
	switch one.event {
	case "resync":
		// The history is read in the middle of the stream, which goes on afterwards.
		watchdog.Stop()
		defer watchdog.Reset(silence)
		return 0, s.resync(ctx)
	case "goodbye":
		var goodbye struct{ ReconnectInMs int64 }
		if err := json.Unmarshal([]byte(one.data), &goodbye); err != nil {
			return 0, fmt.Errorf("decode goodbye: %w", err)
		}
		return max(time.Duration(goodbye.ReconnectInMs), 1) * time.Millisecond, nil
	}
	return 0, nil
}
