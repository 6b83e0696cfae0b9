package sqlitestore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"dentalk/domain"
)

var errCommit = errors.New("the transaction could not be committed")

// transaction is what a write may use. It reads what the writes before it in the same batch did.
type transaction struct {
	*connection
	ids   *domain.IDSource
	clock func() time.Time
	wrote bool // by the write that runs now
	tails tails
}

func (tx *transaction) now() time.Time { return domain.Milliseconds(tx.clock()) }

func (tx *transaction) exec(ctx context.Context, query string, args ...any) error {
	_, err := tx.change(ctx, query, args...)
	return err
}

func (tx *transaction) change(ctx context.Context, query string, args ...any) (int64, error) {
	tx.wrote = true
	return tx.connection.change(ctx, query, args...)
}

// answer executes a batch and tells each caller what came of its write.
func (w *writer) answer(batch []*request) {
	if len(batch) == 0 {
		return
	}
	errs, again := w.attempt(batch, false)
	if again {
		errs, _ = w.attempt(batch, true)
	}
	for i, r := range batch {
		r.reply <- errs[i]
	}
}

// attempt runs the batch in one transaction and commits it.
//
// A write that is refused before it has changed anything, as those are that find a clash, harms
// nobody. One that fails later must be undone alone. Savepoints do that, but cost two statements
// and copies of pages for every write of every batch; so the first attempt has none, and when the
// rare failure comes, everything is rolled back and repeated, guarded by savepoints.
func (w *writer) attempt(batch []*request, guarded bool) (errs []error, again bool) {
	ctx := context.Background() // callers have deadlines of their own; the batch belongs to all
	errs = make([]error, len(batch))
	if err := w.connection.exec(ctx, "BEGIN IMMEDIATE"); err != nil {
		w.rollback(ctx)
		return failAll(errs, err), false
	}
	tx := w.newTransaction()
	var wrote bool
	for i, r := range batch {
		tx.wrote = false
		var broken error
		if errs[i], broken = tx.run(ctx, r, guarded); broken != nil {
			w.rollback(ctx)
			return failAll(errs, broken), false
		}
		if errs[i] != nil && !guarded && !tx.untouched(errs[i]) {
			w.rollback(ctx)
			return errs, len(batch) > 1
		}
		wrote = wrote || tx.wrote && errs[i] == nil
	}
	if err := w.connection.exec(ctx, "COMMIT"); err != nil {
		w.rollback(ctx)
		return failAll(errs, err), false
	}
	if wrote {
		w.commits.Add(1)
	}
	return errs, false
}

// untouched tells whether a write that failed has left the transaction as it was. After an error
// of the driver that is not certain: SQLite ends the whole transaction after some of them.
func (tx *transaction) untouched(err error) bool {
	return !tx.wrote && domain.KindOf(err) != domain.KindInternal
}

func (w *writer) newTransaction() *transaction {
	return &transaction{connection: w.connection, ids: w.ids, clock: w.clock, tails: newTails()}
}

// run executes one write. A guarded one that fails leaves nothing behind; broken means that even
// that was not possible and the whole transaction is lost.
func (tx *transaction) run(ctx context.Context, r *request, guarded bool) (err, broken error) {
	if !guarded {
		return r.run(ctx, tx), nil
	}
	if broken = tx.connection.exec(ctx, "SAVEPOINT one_write"); broken != nil {
		return nil, broken
	}
	if err = r.run(ctx, tx); err != nil {
		tx.tails = newTails() // they may tell of rows that are undone now
		if broken = tx.connection.exec(ctx, "ROLLBACK TO one_write"); broken != nil {
			return nil, errors.Join(broken, err)
		}
	}
	return err, tx.connection.exec(ctx, "RELEASE one_write")
}

// rollback ignores its error: SQLite has rolled back by itself after the worst ones. A transaction
// that is left open all the same fails the next BEGIN, which tries once more to end it.
func (w *writer) rollback(ctx context.Context) {
	_ = w.connection.exec(ctx, "ROLLBACK")
}

// failAll answers every write of a transaction that was not committed, also those that had
// succeeded in it.
func failAll(errs []error, cause error) []error {
	for i := range errs {
		errs[i] = fmt.Errorf("%w: %w", errCommit, cause)
	}
	return errs
}
