package sqlitestore

import (
	"context"
	"errors"
)

// The time in milliseconds that a checkpoint waits for readers, while nobody writes, and that the
// writer waits else.
const (
	checkpointWaits = "PRAGMA busy_timeout = 500"
	writerWaits     = "PRAGMA busy_timeout = 5000"
)

// emptyJournal moves the pages of the write-ahead journal into the database file and cuts it. Else the
// old versions of pages stay in its file until they are written over.
func (s *Store) emptyJournal(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return s.writer.alone(func(c *connection) error {
		whole := context.WithoutCancel(ctx) // it is bounded by itself
		if err := c.exec(whole, checkpointWaits); err != nil {
			return err
		}
		var busy bool
		var pages, moved int
		err := c.row(whole, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &pages, &moved)
		if err == nil && busy {
			err = errJournal
		}
		return errors.Join(err, c.exec(whole, writerWaits))
	})
}
