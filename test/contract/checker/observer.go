package checker

import (
	"encoding/json"
	"fmt"
	"sync"
	"time"
)

const logSize = 40

// observer is what one subscriber has seen, and holds the rules of its order. It is safe for
// concurrent use.
type observer struct {
	name   string
	caller *caller
	// exact says that nothing may come twice: true for one room, false for a stream of everything,
	// whose resume may repeat.
	exact  bool
	room   string // empty for everything
	report *report
	begun  time.Time

	mu       sync.Mutex
	ready    bool
	seen     map[string]*sequence
	enriched map[string]bool // by the message's id
	log      []string
	counts   counts
	delays   []time.Duration // from the commit to here, of what came for the first time
}

// sequence is what was seen of one room, in the order in which it came.
type sequence struct {
	messages []message
	seqs     map[int64]bool
	last     int64
	// known is up to where a history was read because of a resync: that may come again.
	known int64
}

// counts are what happened to a subscriber.
type counts struct {
	Deliveries  int `json:"deliveries"`
	Enrichments int `json:"enrichments"`
	Repeats     int `json:"repeats"`
	Connects    int `json:"connects"`
	Refusals    int `json:"refusals"` // connects that failed
	Resyncs     int `json:"resyncs"`
	Goodbyes    int `json:"goodbyes"`
}

func (c *counts) add(other counts) {
	c.Deliveries += other.Deliveries
	c.Enrichments += other.Enrichments
	c.Repeats += other.Repeats
	c.Connects += other.Connects
	c.Refusals += other.Refusals
	c.Resyncs += other.Resyncs
	c.Goodbyes += other.Goodbyes
}

func newObserver(name string, caller *caller, room string, report *report) *observer {
	return &observer{
		name: name, caller: caller, room: room, exact: room != "", report: report, begun: time.Now(),
		seen: map[string]*sequence{}, enriched: map[string]bool{},
	}
}

// event takes one event of a stream or poll.
func (o *observer) event(name string, data []byte) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	switch name {
	case "message.created":
		var m message
		if err := json.Unmarshal(data, &m); err != nil {
			return fmt.Errorf("decode %s: %w", name, err)
		}
		o.created(m)
	case "message.enriched":
		var m message
		if err := json.Unmarshal(data, &m); err != nil {
			return fmt.Errorf("decode %s: %w", name, err)
		}
		o.note("enriched %s seq %d %s", m.RoomID, m.Seq, m.Enrichment.State)
		o.counts.Enrichments++
		o.enriched[m.MessageID] = o.enriched[m.MessageID] || m.isEnriched()
	case "ready":
		o.ready = true
		o.note("%s %.200s", name, data)
	case "goodbye":
		o.counts.Goodbyes++
		o.note("%s %s", name, data)
	case "resync":
		o.counts.Resyncs++
		o.note("%s %s", name, data)
	}
	return nil
}

// created holds the order: the next of a room is greater than all before it.
func (o *observer) created(m message) {
	s := o.of(m.RoomID)
	o.counts.Deliveries++
	o.enriched[m.ID] = o.enriched[m.ID] || m.isEnriched()
	if m.Seq > s.last {
		o.note("created %s seq %d", m.RoomID, m.Seq)
		o.delays = append(o.delays, time.Since(m.CreatedAt))
		s.add(m)
		return
	}
	o.note("created %s seq %d again or late", m.RoomID, m.Seq)
	switch {
	case !s.seqs[m.Seq]:
		o.violation("whoever has seen n finds no message below n later", m, fmt.Sprintf("it came after seq %d", s.last))
	case o.exact && m.Seq > s.known:
		o.violation("a room's stream repeats nothing", m, fmt.Sprintf("it came again after seq %d", s.last))
	default:
		o.counts.Repeats++
	}
}

func (s *sequence) add(m message) {
	s.messages = append(s.messages, m)
	s.seqs[m.Seq] = true
	s.last = m.Seq
}

func (o *observer) of(room string) *sequence {
	s := o.seen[room]
	if s == nil {
		s = &sequence{seqs: map[int64]bool{}}
		o.seen[room] = s
	}
	return s
}

// violation needs the lock.
func (o *observer) violation(rule string, m message, detail string) {
	o.report.violation(violation{
		Rule: rule, Room: m.RoomID, Seq: m.Seq, Detail: fmt.Sprintf("%s: message %s: %s", o.name, m.ClientMessageID, detail),
		Log: append([]string(nil), o.log...),
	})
}

// note needs the lock.
func (o *observer) note(format string, args ...any) {
	line := fmt.Sprintf("%8.3f  ", time.Since(o.begun).Seconds()) + fmt.Sprintf(format, args...)
	if o.log = append(o.log, line); len(o.log) > logSize {
		o.log = o.log[1:]
	}
}

// connected notes the outcome of one connect.
func (o *observer) connected(err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if err != nil {
		o.counts.Refusals++
		o.note("no connection: %v", err)
		return
	}
	o.counts.Connects++
}

func (o *observer) disconnected(position string, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.note("disconnected at %s: %v", position, err)
}

// isReady tells whether the first connect has succeeded.
func (o *observer) isReady() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.ready
}

// lastOf is the newest seq that was seen of a room.
func (o *observer) lastOf(room string) int64 {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.of(room).last
}

// catchUp takes a history that was read after a resync.
func (o *observer) catchUp(room string, history []message) {
	o.mu.Lock()
	defer o.mu.Unlock()
	s := o.of(room)
	for _, m := range history {
		o.enriched[m.ID] = o.enriched[m.ID] || m.isEnriched()
		if m.Seq > s.last {
			s.add(m)
		}
	}
	s.known = s.last
	o.note("read the history of %s up to seq %d", room, s.last)
}

// summary gives the counts and the delays so far.
func (o *observer) summary() (counts, []time.Duration) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.counts, append([]time.Duration(nil), o.delays...)
}
