package checker

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"
)

// betweenReads is the mean time between two read markers of one user.
const betweenReads = 2 * time.Second

// reader moves a participant's read markers, now and then also to where they have been.
type reader struct {
	caller *caller
	rooms  []string
	seen   *observer // of everything that the participant sees
	random *rand.Rand
	report *report

	mu   sync.Mutex
	read map[string]int64 // the greatest seq that was acknowledged
}

func newReader(caller *caller, rooms []string, seen *observer, random *rand.Rand, report *report) *reader {
	return &reader{caller: caller, rooms: rooms, seen: seen, random: random, report: report, read: map[string]int64{}}
}

// run reads until writing ends, and then until its last marker is acknowledged or ctx ends.
func (r *reader) run(ctx context.Context, writing <-chan struct{}) {
	for {
		wait := time.NewTimer(upTo(r.random, 2*betweenReads))
		select {
		case <-writing:
			wait.Stop()
			return
		case <-wait.C:
			r.mark(ctx)
		}
	}
}

func (r *reader) mark(ctx context.Context) {
	room := r.rooms[r.random.IntN(len(r.rooms))]
	seq := r.random.Int64N(r.seen.lastOf(room) + 1)
	_, _, err := r.caller.insist(ctx, http.MethodPut, "/v1/rooms/"+room+"/read", map[string]int64{"seq": seq}, nil)
	if err != nil {
		r.report.violation(violation{Rule: "every read marker is acknowledged in the end", Room: room, Seq: seq, Detail: fmt.Sprintf("%s: %v", r.caller.name, err)})
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.read[room] = max(r.read[room], seq)
}

func (r *reader) readUpTo(room string) int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.read[room]
}
