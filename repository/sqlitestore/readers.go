package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"runtime"
)

// leastReaders keeps one slow query from holding up all others on a machine with few cores.
const leastReaders = 4

// readers are the connections for reading, each used by one goroutine at a time.
type readers struct {
	free    chan *connection
	closing chan struct{}
}

func openReaders(ctx context.Context, db *sql.DB) (*readers, error) {
	count := max(leastReaders, runtime.GOMAXPROCS(0))
	r := &readers{free: make(chan *connection, count), closing: make(chan struct{})}
	for range count {
		connection, err := connect(ctx, db)
		if err != nil {
			return nil, errors.Join(err, r.closeFree())
		}
		r.free <- connection
	}
	return r, nil
}

func (r *readers) closeFree() error {
	var err error
	for len(r.free) > 0 {
		err = errors.Join(err, (<-r.free).close())
	}
	return err
}

// take waits for a free connection as long as the context allows.
func (r *readers) take(ctx context.Context) (*connection, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	select {
	case <-r.closing:
		return nil, errClosed
	default:
	}
	select {
	case connection := <-r.free:
		return connection, nil
	case <-r.closing:
		return nil, errClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// close waits until every connection is given back. It is called once.
func (r *readers) close() error {
	close(r.closing)
	var err error
	for range cap(r.free) {
		err = errors.Join(err, (<-r.free).close())
	}
	return err
}

// read runs queries on one reading connection.
func read[T any](ctx context.Context, s *Store, run func(*connection) (T, error)) (T, error) {
	connection, err := s.readers.take(ctx)
	if err != nil {
		var none T
		return none, err
	}
	defer func() { s.readers.free <- connection }()
	return run(connection)
}

// readSnapshot is read for several queries that must see the same state.
func readSnapshot[T any](ctx context.Context, s *Store, run func(*connection) (T, error)) (T, error) {
	return read(ctx, s, func(c *connection) (found T, err error) {
		// Neither is done with ctx: cancelled at the wrong moment, BEGIN fails and has begun all the
		// same, and a query whose context has ended must give its snapshot up. Neither waits.
		whole := context.WithoutCancel(ctx)
		if err := c.exec(whole, "BEGIN"); err != nil {
			return found, err
		}
		defer func() { err = errors.Join(err, c.exec(whole, "ROLLBACK")) }()
		return run(c)
	})
}
