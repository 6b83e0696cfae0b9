package streams

import (
	"maps"
	"slices"
	"time"

	"dentalk/domain"
)

// rememberedFrames bounds what is remembered for one position. Forgetting some of it only makes a
// poll repeat them.
const rememberedFrames = 2000

// pollKey is one poller at one position.
type pollKey struct {
	who   domain.ID // the session, or the user where there is none
	rooms string    // which stream it polls
	after domain.ID
}

func (c *connection) pollKey(after domain.ID) pollKey {
	key := pollKey{who: c.request.SessionID, rooms: string(c.request.Room), after: after}
	if key.who == "" {
		key.who = c.request.Viewer.UserID
	}
	if c.request.Room == "" {
		only := slices.Clone(c.request.Only)
		slices.Sort(only)
		for _, id := range only {
			key.rooms += string(id) + ","
		}
	}
	return key
}

// handedOut is what polls up to a position have been given: messages, and enrichments with the
// store's time of their saving. Without it a poll would return at once with the same enrichments
// for as long as no message moves the position. It is immutable, since two polls may share it.
type handedOut struct {
	since   time.Time // enrichments saved earlier have all been handed out
	saved   map[domain.ID]time.Time
	created map[domain.ID]time.Time
}

func (h *Hub) recall(key pollKey, since time.Time) *handedOut {
	if memory, found := h.polls.Get(key); found {
		return memory
	}
	return &handedOut{since: since}
}

// has tells whether the frame was handed out.
func (m *handedOut) has(f *frame) bool {
	switch f.event {
	case domain.EventMessageCreated:
		_, found := m.created[f.message]
		return found
	case domain.EventMessageEnriched:
		saved, found := m.saved[f.message]
		return found && !f.updated.After(saved)
	}
	return false
}

// with adds the frames. A message carries its enrichment, so it counts as both.
func (m *handedOut) with(frames []*frame) *handedOut {
	if len(frames) == 0 {
		return m
	}
	next := &handedOut{since: m.since, saved: clone(m.saved), created: clone(m.created)}
	for _, f := range frames {
		if f.message == "" {
			continue
		}
		if f.event == domain.EventMessageCreated {
			next.created[f.message] = f.updated
		}
		next.saved[f.message] = f.updated
		if since := f.updated.Add(-enrichmentOverlap); since.After(next.since) {
			next.since = since
		}
	}
	forget(next.saved, next.since)
	forget(next.created, next.since)
	return next
}

func clone(times map[domain.ID]time.Time) map[domain.ID]time.Time {
	if times == nil {
		return make(map[domain.ID]time.Time)
	}
	return maps.Clone(times)
}

// forget drops what no query gives again, and more when there is too much.
func forget(times map[domain.ID]time.Time, since time.Time) {
	for id, at := range times {
		if at.Before(since) || len(times) > rememberedFrames {
			delete(times, id)
		}
	}
}
