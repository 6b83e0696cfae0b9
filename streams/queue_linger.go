package streams

import (
	"slices"

	"dentalk/domain"
)

// linger makes the queue wait for the next poll, which reads messages from the store: only other
// events are kept for it. Like the queue of a joining connection it overflows without an end.
func (q *queue) linger() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.joining, q.lingers = true, true
	q.drop((*frame).elsewhere)
}

// forget drops what is queued of the room.
func (q *queue) forget(room domain.ID) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.drop(func(f *frame) bool { return f.room == room })
}

func (q *queue) drop(unwanted func(*frame) bool) {
	q.frames = slices.DeleteFunc(q.frames, unwanted)
	q.bytes = 0
	for _, f := range q.frames {
		q.bytes += len(f.bytes)
	}
}

// resume ends the lingering.
func (q *queue) resume() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.lingers = false
}

// elsewhere tells whether a later poll does without the frame: messages, their enrichments and
// erasures are in the store, and typing is over by then.
func (f *frame) elsewhere() bool { return f.message != "" || f.event == domain.EventTyping }
