package streams

import "sync"

// The reasons of a goodbye.
const (
	reasonOverloaded   = "overloaded"
	reasonSlow         = "slow"
	reasonDraining     = "draining"
	reasonSessionEnded = "session_ended"
)

// ending says how a connection ends: with a last frame, with a goodbye, or with neither.
type ending struct {
	last   *frame
	reason string
}

// queue holds what a connection has not written yet, bounded in frames and in bytes. Pushing never
// waits. While the connection is joining, a queue that is full is thrown away, since the replay
// reads the store anyway; afterwards it ends the connection.
type queue struct {
	maxFrames, maxBytes int
	wake                chan struct{} // of capacity 1

	mu      sync.Mutex
	frames  []*frame
	bytes   int
	joining bool
	lingers bool // only what is nowhere else is kept
	thrown  bool // something was thrown away since the last call of goLive
	ping    bool
	ending  *ending
}

func newQueue(maxFrames, maxBytes int) *queue {
	return &queue{maxFrames: maxFrames, maxBytes: maxBytes, wake: make(chan struct{}, 1), joining: true}
}

func (q *queue) signal() {
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

func (q *queue) push(f *frame) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.ending != nil || q.lingers && f.elsewhere() {
		return
	}
	if len(q.frames) >= q.maxFrames || (len(q.frames) > 0 && q.bytes+len(f.bytes) > q.maxBytes) {
		if !q.joining {
			q.end(&ending{reason: reasonSlow})
			q.frames, q.bytes = nil, 0
			return
		}
		q.throwAway()
	}
	q.frames = append(q.frames, f)
	q.bytes += len(f.bytes)
	q.signal()
}

// throwAway keeps only the wishes to follow a room; there is at most one for each of the
// connection's rooms that joins.
func (q *queue) throwAway() {
	kept := q.frames[:0:0]
	for _, f := range q.frames {
		if f.follow {
			kept = append(kept, f)
		}
	}
	q.frames, q.bytes, q.thrown = kept, 0, true
}

// follow asks for a room to be followed, after everything that is queued already.
func (q *queue) follow(f *frame) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, other := range q.frames {
		if other.follow && other.room == f.room {
			return
		}
	}
	q.frames = append(q.frames, f)
	q.signal()
}

// finish ends the connection after what is queued; the first one decides.
func (q *queue) finish(how *ending) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.end(how)
}

func (q *queue) end(how *ending) {
	if q.ending == nil {
		q.ending = how
	}
	q.signal()
}

func (q *queue) ended() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.ending != nil
}

// heartbeat asks for a ping.
func (q *queue) heartbeat() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.ping = true
	q.signal()
}

// goLive ends the joining, unless something was thrown away meanwhile: then the replay must go on
// for another round. Deciding under the lock makes sure that nothing falls between.
func (q *queue) goLive() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.thrown {
		q.thrown = false
		return false
	}
	q.joining = false
	return true
}

// taken is what a connection takes out of its queue at once.
type taken struct {
	frames []*frame
	ping   bool
	ending *ending
}

// take empties the queue. spare becomes the queue's new space; it may be nil.
func (q *queue) take(spare []*frame) taken {
	q.mu.Lock()
	defer q.mu.Unlock()
	t := taken{frames: q.frames, ping: q.ping, ending: q.ending}
	q.frames, q.bytes, q.ping = spare[:0], 0, false
	return t
}
