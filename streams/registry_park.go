package streams

// park makes c count no longer, while events of its user and its session still find it. Nobody
// waits for a parked connection, so a registry that drains refuses.
func (r *registry) park(c *connection) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.draining {
		return false
	}
	c.parked = true
	r.uncount(c)
	return true
}

// unpark makes c count again, or tells why not.
func (r *registry) unpark(c *connection) Refusal {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.open(c)
}
