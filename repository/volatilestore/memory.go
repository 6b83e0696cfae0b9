package volatilestore

import (
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"

	"dentalk/domain"
)

// Bounds of the memory; what was not used for longest makes room.
const (
	cacheEntries = 50_000
	cacheBytes   = 64 << 20
	countedKeys  = 50_000
	buckets      = 100_000
	knownUsers   = 100_000
)

// Memory keeps everything in this process. It is safe for concurrent use.
type Memory struct {
	now func() time.Time

	mu        sync.Mutex
	cache     *simplelru.LRU[string, cached]
	bytes     int // of the cache's values
	failures  *simplelru.LRU[string, failures]
	buckets   *simplelru.LRU[string, time.Time] // when each is full again
	presences *simplelru.LRU[domain.ID, presence]
}

var _ domain.VolatileStore = (*Memory)(nil)

// NewMemory makes an empty memory. What is cached lives by the clock now.
func NewMemory(now func() time.Time) *Memory {
	m := &Memory{now: now}
	m.cache = newLRU(cacheEntries, func(_ string, one cached) { m.bytes -= len(one.value) })
	m.failures = newLRU[string, failures](countedKeys, nil)
	m.buckets = newLRU[string, time.Time](buckets, nil)
	m.presences = newLRU[domain.ID, presence](knownUsers, nil)
	return m
}

func newLRU[K comparable, V any](size int, gone func(K, V)) *simplelru.LRU[K, V] {
	lru, err := simplelru.NewLRU(size, gone)
	if err != nil {
		panic(err) // only a size that is not positive fails
	}
	return lru
}

// Close does nothing.
func (m *Memory) Close() error { return nil }
