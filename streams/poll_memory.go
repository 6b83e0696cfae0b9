package streams

import (
	"maps"
	"slices"
	"time"

	"dentalk/domain"
)

// rememberedFrames bounds what is remembered for one position.
const rememberedFrames = 2000

// pollKey is one poller at one position.
type pollKey struct {
	stream streamKey
	after  domain.ID
}

// handedOut is what polls up to a position have been given: messages, and enrichments with the
// store's time of their saving. Without it a poll would return at once with the same enrichments
// for as long as no message moves the position. What was given once is given once more with the
// next answer, since the first one may have been lost on its way; it is no reason to answer. A
// position that moved needs no repetition: who sends the new one has received the answer. A memory
// that is stored does not change, since two polls may share it.
type handedOut struct {
	since   time.Time // enrichments saved earlier need not be given again
	created map[domain.ID]handout
	saved   map[domain.ID]handout
}

type handout struct {
	save
	state   domain.EnrichmentState
	settled bool // not to be given again
}

func (h *Hub) recall(key pollKey, since time.Time) *handedOut {
	if memory, found := h.polls.Get(key); found {
		return memory
	}
	return &handedOut{since: since}
}

// has tells whether the frame was handed out, or something newer. Times are of milliseconds: a message
// may be enriched in the one in which it was written, which its state tells.
func (m *handedOut) has(f *frame) bool {
	if f.event == domain.EventMessageCreated {
		_, found := m.created[f.message]
		return found
	}
	one, found := m.saved[f.message]
	return found && one.covers(f.save) && (one.erased || f.state == one.state || f.updated.Before(one.updated))
}

// settled is the memory with which the next answer begins: it knows only what must not be in it.
func (m *handedOut) settled() *handedOut {
	open := func(_ domain.ID, one handout) bool { return !one.settled }
	next := &handedOut{since: m.since, created: make(map[domain.ID]handout), saved: make(map[domain.ID]handout)}
	maps.Copy(next.created, m.created)
	maps.Copy(next.saved, m.saved)
	maps.DeleteFunc(next.created, open)
	maps.DeleteFunc(next.saved, open)
	return next
}

// put adds a frame of the answer. A message carries its enrichment, so it counts as both.
func (m *handedOut) put(f *frame, settled bool) {
	if f.event == domain.EventMessageCreated {
		m.created[f.message] = handout{f.save, f.state, settled}
		settled = true
	}
	m.saved[f.message] = handout{f.save, f.state, settled}
}

// finish makes the memory for the position of the answer, which may have moved.
func (m *handedOut) finish(moved bool) {
	if moved {
		settle(m.created)
		settle(m.saved)
	}
	m.advance()
	maps.DeleteFunc(m.saved, func(_ domain.ID, one handout) bool { return one.latest().Before(m.since) })
	if excess := len(m.created) - rememberedFrames; excess > 0 {
		for _, id := range slices.Sorted(maps.Keys(m.created))[:excess] {
			delete(m.created, id) // the oldest, which no query gives again
		}
	}
}

func settle(handouts map[domain.ID]handout) {
	for id, one := range handouts {
		one.settled = true
		handouts[id] = one
	}
}

// advance moves since to a little before the newest, or as far as the bound demands, but never
// past what must be given again.
func (m *handedOut) advance() {
	if len(m.saved) == 0 {
		return
	}
	times, since := make([]time.Time, 0, len(m.saved)), m.since
	for _, one := range m.saved {
		times = append(times, one.earliest())
	}
	slices.SortFunc(times, time.Time.Compare)
	since = later(since, times[len(times)-1].Add(-enrichmentOverlap))
	if excess := len(times) - rememberedFrames; excess > 0 {
		since = later(since, times[excess])
	}
	for _, one := range m.saved {
		if !one.settled && one.earliest().Before(since) {
			since = one.earliest()
		}
	}
	m.since = later(m.since, since)
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
