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

// LineCalls is how many callers may wait for a commit.
const LineCalls = lineCalls

// Waiting counts the callers in the line.
func (s *Store) Waiting() int { return len(s.line.calls) }
