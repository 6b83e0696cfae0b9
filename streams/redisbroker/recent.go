package redisbroker

import (
	"fmt"
	"sync"

	lru "github.com/hashicorp/golang-lru/v2"
)

const (
	rememberPublishers = 256  // that were heard last
	rememberEvents     = 4096 // of each publisher, up to the newest one heard
)

// recent tells the first time that an event is heard from the others, which come of several
// channels. Its memory is bounded; what it has forgotten counts as the first time, since a
// repetition does no harm. It is safe for concurrent use.
type recent struct {
	mu         sync.Mutex
	publishers *lru.Cache[string, *window]
}

func newRecent() *recent {
	publishers, err := lru.New[string, *window](rememberPublishers)
	if err != nil {
		panic(fmt.Sprintf("redisbroker: make the memory of publishers: %v", err)) // the size is a constant
	}
	return &recent{publishers: publishers}
}

func (r *recent) first(from string, n uint64) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	w, known := r.publishers.Get(from)
	if !known {
		w = &window{}
		r.publishers.Add(from, w)
	}
	return w.first(n)
}

// window is a bit for each of the numbers up to the newest.
type window struct {
	newest uint64
	heard  [rememberEvents / 64]uint64
}

func (w *window) first(n uint64) bool {
	if w.newest >= rememberEvents && n <= w.newest-rememberEvents {
		return true
	}
	w.moveTo(n)
	word, bit := &w.heard[n/64%uint64(len(w.heard))], uint64(1)<<(n%64)
	first := *word&bit == 0
	*word |= bit
	return first
}

// moveTo makes n the newest and forgets what falls out.
func (w *window) moveTo(n uint64) {
	if n > w.newest && n-w.newest >= rememberEvents {
		w.heard, w.newest = [rememberEvents / 64]uint64{}, n
	}
	for w.newest < n {
		w.newest++
		w.heard[w.newest/64%uint64(len(w.heard))] &^= uint64(1) << (w.newest % 64)
	}
}
