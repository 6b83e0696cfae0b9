package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"modernc.org/sqlite"
	codes "modernc.org/sqlite/lib"

	"dentalk/domain"
)

var (
	// ErrInUse means that another process has the data dir open.
	ErrInUse = errors.New("is in use by another process")

	errClosed    = errors.New("the store is closed")
	errQueueFull = errors.New("too many writes are waiting")
	errJournal   = errors.New("the journal is in use")
)

// fail says what was being done, and gives causes that pass by themselves their kind. The cause
// stays in the chain for the log; the *domain.Error has a text of its own.
func fail(doing string, err error) error {
	if err == nil {
		return nil
	}
	var known *domain.Error
	if errors.As(err, &known) || !passing(err) {
		return fmt.Errorf("%s: %w", doing, err)
	}
	return fmt.Errorf("%s: %w (%w)", doing, domain.Unavailable("The store does not answer now; try again in a moment."), err)
}

// passing tells whether the same call may succeed later.
func passing(err error) bool {
	for _, cause := range []error{context.Canceled, context.DeadlineExceeded, errClosed, errQueueFull, errJournal, errCommit, sql.ErrConnDone} {
		if errors.Is(err, cause) {
			return true
		}
	}
	var driver *sqlite.Error
	if !errors.As(err, &driver) {
		return false
	}
	switch driver.Code() & 0xff { // the rest of the code says more about the same
	case codes.SQLITE_BUSY, codes.SQLITE_LOCKED, codes.SQLITE_FULL, codes.SQLITE_IOERR,
		codes.SQLITE_INTERRUPT, codes.SQLITE_NOMEM, codes.SQLITE_CANTOPEN, codes.SQLITE_READONLY:
		return true
	}
	return false
}
