package volatilestore

import (
	"context"
	"maps"
	"time"

	"dentalk/domain"
)

type presence struct {
	instances map[string]time.Time // until when, by instance
	seen      time.Time
}

// connected tells whether an instance holds a stream.
func (p presence) connected(now time.Time) bool {
	for _, until := range p.instances {
		if now.Before(until) {
			return true
		}
	}
	return false
}

// forget drops the instances whose time is over.
func (p presence) forget(now time.Time) {
	maps.DeleteFunc(p.instances, func(_ string, until time.Time) bool { return !now.Before(until) })
}

// Connect never fails.
func (m *Memory) Connect(_ context.Context, now time.Time, life time.Duration, instance string, users ...domain.ID) ([]domain.ID, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var fresh []domain.ID
	for _, user := range users {
		known, found := m.presences.Get(user)
		if !found {
			known.instances = make(map[string]time.Time, 1)
		}
		if known.forget(now); len(known.instances) == 0 {
			fresh = append(fresh, user)
		}
		known.instances[instance], known.seen = now.Add(life), domain.Milliseconds(now)
		m.presences.Add(user, known)
	}
	return fresh, nil
}

// Disconnect never fails.
func (m *Memory) Disconnect(_ context.Context, now time.Time, instance string, user domain.ID) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	known, found := m.presences.Get(user)
	if !found {
		return true, nil
	}
	delete(known.instances, instance)
	known.seen = domain.Milliseconds(now)
	m.presences.Add(user, known)
	if known.connected(now) {
		return false, nil
	}
	known.forget(now)
	return true, nil
}

// Expired looks at everybody.
func (m *Memory) Expired(_ context.Context, now time.Time, limit int) ([]domain.Presence, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var expired []domain.Presence
	for _, user := range m.presences.Keys() {
		known, _ := m.presences.Peek(user)
		if len(expired) == limit {
			break
		}
		if len(known.instances) > 0 && !known.connected(now) {
			known.forget(now)
			expired = append(expired, domain.Presence{UserID: user, LastSeenAt: known.seen})
		}
	}
	return expired, nil
}

// Presences never fails.
func (m *Memory) Presences(_ context.Context, now time.Time, users ...domain.ID) ([]domain.Presence, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	presences := make([]domain.Presence, len(users))
	for i, user := range users {
		known, _ := m.presences.Get(user)
		presences[i] = domain.Presence{UserID: user, Connected: known.connected(now), LastSeenAt: known.seen}
		if presences[i].Connected {
			presences[i].LastSeenAt = domain.Milliseconds(now)
		}
	}
	return presences, nil
}
