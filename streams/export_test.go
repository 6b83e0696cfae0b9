package streams

// Waiting counts the connections whose queues are live, so that tests need not sleep.
func (h *Hub) Waiting() (n int) {
	for _, c := range h.connections.all() {
		c.queue.mu.Lock()
		if !c.queue.joining {
			n++
		}
		c.queue.mu.Unlock()
	}
	return n
}

// Lingering counts the polls that were answered and gather events for the next one.
func (h *Hub) Lingering() int {
	h.lingering.mu.Lock()
	defer h.lingering.mu.Unlock()
	return h.lingering.parked.Len()
}

// LingerAtMost is how many of them there may be.
const LingerAtMost = lingerAtMost

// Watched counts the topics that somebody here needs.
func (h *Hub) Watched() int {
	h.zone.mu.Lock()
	defer h.zone.mu.Unlock()
	return len(h.zone.topics)
}

// LineCalls is how many callers may wait for a commit.
const LineCalls = lineCalls

// Waiting counts the callers in the line.
func (s *Store) Waiting() int { return len(s.line.calls) }

// Sweeps counts those that have begun.
func (h *Hub) Sweeps() uint64 { return h.sweeps.number() }
