package checker

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"time"
)

const pollWait = 3 // seconds

// poller follows by long polls, each at whichever instance the gateway gives.
type poller struct {
	*observer
	path   string
	random *rand.Rand
	after  string
}

// newPoller follows one room, or everything when room is empty.
func newPoller(name string, caller *caller, room string, random *rand.Rand, report *report) *poller {
	p := &poller{observer: newObserver(name, caller, room, report), path: "/v1/events", random: random}
	if room != "" {
		p.path = "/v1/rooms/" + room + "/events"
	}
	return p
}

func (p *poller) watch() *observer { return p.observer }

// run polls until ctx ends.
func (p *poller) run(ctx context.Context) {
	for ctx.Err() == nil {
		err := p.poll(ctx)
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			p.connected(err)
			_ = pause(ctx, 50*time.Millisecond+upTo(p.random, 250*time.Millisecond))
		}
	}
}

func (p *poller) poll(ctx context.Context) error {
	var answer struct {
		Items []struct {
			Event string
			Data  json.RawMessage
		}
		Last   string
		Resync bool
	}
	waiting, cancel := context.WithTimeout(ctx, pollWait*time.Second+callTimeout)
	defer cancel()
	path := fmt.Sprintf("%s?after=%s&wait=%d", p.path, p.after, pollWait)
	if p.after == "" {
		path = p.path
	}
	if _, err := p.caller.send(waiting, http.MethodGet, path, nil, &answer); err != nil {
		return err
	}
	p.after = answer.Last
	for _, item := range answer.Items {
		if err := p.event(item.Event, item.Data); err != nil {
			return err
		}
	}
	if answer.Resync {
		if err := p.event("resync", nil); err != nil {
			return err
		}
		return p.resync(ctx)
	}
	return p.event("ready", nil)
}
