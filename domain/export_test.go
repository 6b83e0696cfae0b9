package domain

// Exhaust leaves the source one ID before its counter is full.
func (s *IDSource) Exhaust() { s.counter = counterLimit - 1 }
