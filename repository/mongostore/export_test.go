package mongostore

import (
	"context"
	"time"
)

// Heal tells rooms of their newest messages, as goes on beside the calls.
func Heal(ctx context.Context, s *Store) error { return s.heal(ctx) }

// RemoveExpired removes what has expired, as goes on beside the calls.
func RemoveExpired(ctx context.Context, s *Store) error { return s.removeExpired(ctx) }

// Corrected gives the time of a local clock, corrected by the server's.
func Corrected(ctx context.Context, s *Store, local func() time.Time) (time.Time, error) {
	c := &clock{local: local, server: s.database}
	err := c.measure(ctx)
	return c.now(), err
}
