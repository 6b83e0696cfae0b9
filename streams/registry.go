package streams

import (
	"sync"

	"dentalk/domain"
)

// slots is the number of parts into which the connections are cut, so that their pings are spread
// over the interval and one ticker serves them all.
const slots = 16

// registry knows the open connections by slot, by user and by session.
type registry struct {
	limit, userLimit int // 0: none

	mu       sync.RWMutex
	number   int
	counts   map[domain.ID]int // of number, by user
	next     int
	slots    [slots]map[*connection]struct{}
	users    map[domain.ID]map[*connection]struct{}
	sessions map[domain.ID]map[*connection]struct{}
	draining bool
	idle     chan struct{} // closed when draining and the last connection has gone
	// changed is called, with mu held, when a user's first connection was added or last one removed.
	changed func(user domain.ID)
}

func newRegistry(limit, userLimit int) *registry {
	r := &registry{
		limit:     limit,
		userLimit: userLimit,
		counts:    make(map[domain.ID]int),
		users:     make(map[domain.ID]map[*connection]struct{}),
		sessions:  make(map[domain.ID]map[*connection]struct{}),
		idle:      make(chan struct{}),
		changed:   func(domain.ID) {},
	}
	for i := range r.slots {
		r.slots[i] = make(map[*connection]struct{})
	}
	return r
}

// add takes c in, or tells why not.
func (r *registry) add(c *connection) Refusal {
	r.mu.Lock()
	defer r.mu.Unlock()
	if refused := r.open(c); refused != "" {
		return refused
	}
	r.addUser(c)
	addTo(r.sessions, c.request.SessionID, c)
	return ""
}

// open counts c, unless there is a reason against it; r.mu is held.
func (r *registry) open(c *connection) Refusal {
	user := c.request.Viewer.UserID
	switch {
	case r.draining:
		return refusedDraining
	case r.userLimit > 0 && user != "" && r.counts[user] >= r.userLimit:
		return RefusedUser
	case r.limit > 0 && r.number >= r.limit:
		return refusedInstance
	}
	c.slot, c.parked = r.next%slots, false
	r.next++
	r.number++
	r.counts[user]++
	r.slots[c.slot][c] = struct{}{}
	return ""
}

// uncount is the opposite of open; r.mu is held.
func (r *registry) uncount(c *connection) {
	user := c.request.Viewer.UserID
	r.number--
	if r.counts[user]--; r.counts[user] == 0 {
		delete(r.counts, user)
	}
	delete(r.slots[c.slot], c)
}

func (r *registry) remove(c *connection) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.removeUser(c)
	removeFrom(r.sessions, c.request.SessionID, c)
	if c.parked {
		return
	}
	r.uncount(c)
	r.closeWhenIdle()
}

// drain refuses new connections from now on. The channel is closed when none is left.
func (r *registry) drain() <-chan struct{} {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.draining {
		r.draining = true
		r.closeWhenIdle()
	}
	return r.idle
}

func (r *registry) closeWhenIdle() {
	if r.draining && r.number == 0 {
		close(r.idle)
	}
}

func (r *registry) count() int {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.number
}

func (r *registry) all() []*connection {
	r.mu.RLock()
	defer r.mu.RUnlock()
	all := make([]*connection, 0, r.number)
	for _, slot := range r.slots {
		all = appendKeys(all, slot)
	}
	return all
}

func (r *registry) inSlot(slot int) []*connection {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return appendKeys(nil, r.slots[slot%slots])
}

func (r *registry) ofUser(id domain.ID) []*connection {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return appendKeys(nil, r.users[id])
}

func (r *registry) ofSession(id domain.ID) []*connection {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return appendKeys(nil, r.sessions[id])
}

// openSessions lists the sessions that have connections.
func (r *registry) openSessions() []domain.ID {
	r.mu.RLock()
	defer r.mu.RUnlock()
	ids := make([]domain.ID, 0, len(r.sessions))
	for id := range r.sessions {
		ids = append(ids, id)
	}
	return ids
}

func appendKeys(list []*connection, set map[*connection]struct{}) []*connection {
	for c := range set {
		list = append(list, c)
	}
	return list
}

func addTo(index map[domain.ID]map[*connection]struct{}, id domain.ID, c *connection) {
	if id == "" {
		return
	}
	if index[id] == nil {
		index[id] = make(map[*connection]struct{})
	}
	index[id][c] = struct{}{}
}

func removeFrom(index map[domain.ID]map[*connection]struct{}, id domain.ID, c *connection) {
	delete(index[id], c)
	if len(index[id]) == 0 {
		delete(index, id)
	}
}
