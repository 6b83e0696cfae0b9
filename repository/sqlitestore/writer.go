package sqlitestore

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"dentalk/domain"
)

const (
	// queueLength bounds the writes that wait; more than that many would miss their deadlines.
	queueLength = 1024
	// batchLength bounds a transaction, and with it the time that its first write waits.
	batchLength = 512
)

// writer owns the only connection that writes.
type writer struct {
	connection *connection
	ids        *domain.IDSource
	clock      func() time.Time
	commits    atomic.Uint64

	turn   sync.Mutex   // held by who uses the connection
	mu     sync.RWMutex // held for reading while something is put into queue, or done alone
	closed bool
	queue  chan *request
	done   chan struct{}
}

// request is one write on its way through the queue.
type request struct {
	run   func(context.Context, *transaction) error
	taken atomic.Bool // by the writer, who executes it, or by a caller who waits no longer
	reply chan error
}

func startWriter(connection *connection, ids *domain.IDSource, clock func() time.Time) *writer {
	w := &writer{
		connection: connection, ids: ids, clock: clock,
		queue: make(chan *request, queueLength), done: make(chan struct{}),
	}
	go w.loop()
	return w
}

// write runs a function in a transaction that others may share, and returns when that is
// committed. The function may run twice (see writer.attempt), so it changes nothing but the
// transaction. When the context ends first, nothing is known, unless the function had not begun:
// then it never will.
func write[T any](ctx context.Context, s *Store, run func(context.Context, *transaction) (T, error)) (T, error) {
	var none T
	// The result has a place of its own: the writer may still fill it when the caller is gone.
	result := new(T)
	r := &request{reply: make(chan error, 1), run: func(ctx context.Context, tx *transaction) (err error) {
		*result, err = run(ctx, tx)
		return err
	}}
	if err := ctx.Err(); err != nil {
		return none, err
	}
	if err := s.writer.put(r); err != nil {
		return none, err
	}
	if err := r.wait(ctx); err != nil {
		return none, err
	}
	return *result, nil
}

// wait prefers an outcome that is there to the end of the context.
func (r *request) wait(ctx context.Context) error {
	select {
	case err := <-r.reply:
		return err
	case <-ctx.Done():
	}
	r.taken.Store(true) // keeps the writer from beginning it
	select {
	case err := <-r.reply:
		return err
	default:
		return ctx.Err()
	}
}

// put never blocks: a full queue says at once that the store is overloaded.
func (w *writer) put(r *request) error {
	w.mu.RLock()
	defer w.mu.RUnlock()
	if w.closed {
		return errClosed
	}
	select {
	case w.queue <- r:
		return nil
	default:
		return errQueueFull
	}
}

// alone runs what must be in no transaction, between two batches.
func (w *writer) alone(run func(*connection) error) error {
	w.mu.RLock()
	defer w.mu.RUnlock()
	if w.closed {
		return errClosed
	}
	w.turn.Lock()
	defer w.turn.Unlock()
	return run(w.connection)
}

// loop waits for no timer: while one batch is committed the next one gathers by itself.
func (w *writer) loop() {
	defer close(w.done)
	batch := make([]*request, 0, batchLength)
	for first := range w.queue {
		batch = w.gather(append(batch[:0], first))
		w.turn.Lock()
		w.answer(batch)
		w.turn.Unlock()
		clear(batch)
	}
}

// gather adds what waits already to the first request, up to the bound, and leaves out what its
// caller has given up.
func (w *writer) gather(batch []*request) []*request {
	if batch[0].taken.Swap(true) {
		batch = batch[:0]
	}
	for len(batch) < batchLength {
		select {
		case next, ok := <-w.queue:
			if !ok {
				return batch
			}
			if !next.taken.Swap(true) {
				batch = append(batch, next)
			}
		default:
			return batch
		}
	}
	return batch
}

// close lets what waits be written, and ends the loop.
func (w *writer) close() {
	w.mu.Lock()
	if !w.closed {
		w.closed = true
		close(w.queue)
	}
	w.mu.Unlock()
	<-w.done
}
