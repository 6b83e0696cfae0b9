package volatilestore

import (
	"bytes"
	"context"
	"strings"
	"time"
)

type cached struct {
	value []byte
	until time.Time
}

// CacheGet gives copies.
func (m *Memory) CacheGet(_ context.Context, keys ...string) (map[string][]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	found, now := make(map[string][]byte, len(keys)), m.now()
	for _, key := range keys {
		one, known := m.cache.Get(key)
		switch {
		case !known:
		case now.Before(one.until):
			found[key] = bytes.Clone(one.value)
		default:
			m.cache.Remove(key)
		}
	}
	return found, nil
}

// CacheSet keeps copies.
func (m *Memory) CacheSet(_ context.Context, life time.Duration, values map[string][]byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	until := m.now().Add(life)
	for key, value := range values {
		m.cache.Remove(key) // else its bytes would be counted on
		m.bytes += len(value)
		m.cache.Add(key, cached{value: bytes.Clone(value), until: until})
	}
	for m.bytes > cacheBytes {
		m.cache.RemoveOldest()
	}
	return nil
}

// CacheDelete never fails.
func (m *Memory) CacheDelete(_ context.Context, keys ...string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, key := range keys {
		m.cache.Remove(key)
	}
	return nil
}

// CacheClear never fails.
func (m *Memory) CacheClear(_ context.Context, prefix string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, key := range m.cache.Keys() {
		if strings.HasPrefix(key, prefix) {
			m.cache.Remove(key)
		}
	}
	return nil
}
