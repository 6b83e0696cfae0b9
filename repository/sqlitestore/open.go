package sqlitestore

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gofrs/flock"

	"dentalk/domain"
)

const (
	databaseName = "dentalk.db"
	lockName     = "dentalk.lock"
)

// Options are the settings of a Store.
type Options struct {
	// Now is the store's clock; nil means time.Now.
	Now func() time.Time
}

// Store is a domain.Store in one SQLite file.
type Store struct {
	clock   func() time.Time
	lock    *flock.Flock
	writing *connection
	writer  *writer
	readers *readers
	// databases make the connections: one for the writer, one for the readers.
	databases []*sql.DB
	// tracesFrom is where clearTraces goes on.
	tracesFrom atomic.Int64

	closeOnce sync.Once
	closeErr  error
}

var _ domain.Store = (*Store)(nil)

// Open opens the store in the data dir, which is made when it is missing. While it is open no
// other process can open it: that gives ErrInUse.
func Open(ctx context.Context, dir string, options Options) (*Store, error) {
	if options.Now == nil {
		options.Now = time.Now
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("find data dir: %w", err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make data dir: %w", err)
	}
	lock, err := lockDir(dir)
	if err != nil {
		return nil, err
	}
	s := &Store{clock: options.Now, lock: lock}
	s.tracesFrom.Store(everyPage) // a process before may have erased something
	if err := keepPrivate(filepath.Join(dir, databaseName)); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	if err := s.start(ctx, filepath.Join(dir, databaseName)); err != nil {
		return nil, errors.Join(fail("open store", err), s.Close())
	}
	return s, nil
}

// Now is the store's clock.
func (s *Store) Now() time.Time { return s.clock() }

// keepPrivate makes the database file before SQLite does, which would let the machine's other users
// read it where the data dir lets them in. The journal gets the same mode.
func keepPrivate(file string) error {
	made, err := os.OpenFile(file, os.O_CREATE|os.O_RDWR, 0o600) // #nosec G304 -- in the data dir of the settings
	if err != nil {
		return fmt.Errorf("make database file: %w", err)
	}
	if err := errors.Join(made.Chmod(0o600), made.Close()); err != nil {
		return fmt.Errorf("keep database file private: %w", err)
	}
	return nil
}

func lockDir(dir string) (*flock.Flock, error) {
	lock := flock.New(filepath.Join(dir, lockName))
	locked, err := lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("lock data dir %q: %w", dir, err)
	}
	if !locked {
		return nil, fmt.Errorf("data dir %q %w", dir, ErrInUse)
	}
	return lock, nil
}

// start begins with the writer: only it may make the file and its schema.
func (s *Store) start(ctx context.Context, file string) error {
	db, err := openDatabase(file, writerPragmas)
	if err != nil {
		return err
	}
	s.databases = append(s.databases, db)
	if s.writing, err = connect(ctx, db); err != nil {
		return err
	}
	if err := migrate(ctx, s.writing); err != nil {
		return err
	}
	if err := s.releaseLeases(ctx); err != nil {
		return err
	}
	ids, err := messageIDs(ctx, s.writing)
	if err != nil {
		return err
	}
	s.writer = startWriter(s.writing, ids, s.clock)
	if db, err = openDatabase(file, readerPragmas); err != nil {
		return err
	}
	s.databases = append(s.databases, db)
	s.readers, err = openReaders(ctx, db)
	return err
}

// releaseLeases makes due at once what a process held that died: the lock says that no other lives,
// so nobody needs to wait for the leases to run out.
func (s *Store) releaseLeases(ctx context.Context) error {
	err := s.writing.exec(ctx, `UPDATE messages SET enrichment_lease = NULL, enrichment_due = ?
		WHERE enrichment_state = 'pending' AND enrichment_due IS NOT NULL AND enrichment_lease IS NOT NULL`, s.clock().UnixMilli())
	if err != nil {
		return fmt.Errorf("release leases: %w", err)
	}
	return nil
}

// messageIDs makes IDs that follow those of the stored messages and rooms, whatever the clock says.
func messageIDs(ctx context.Context, c *connection) (*domain.IDSource, error) {
	message, err := newestMessage(ctx, c)
	if err != nil {
		return nil, fmt.Errorf("read newest message id: %w", err)
	}
	room, err := scanValue[domain.ID](c.row(ctx, "SELECT coalesce(max(id), '') FROM rooms"))
	if err != nil {
		return nil, fmt.Errorf("read newest room id: %w", err)
	}
	return domain.NewIDSource(rand.Reader, max(message, room))
}

// Commits counts the transactions that were committed since Open. It shows how many writes
// shared one.
func (s *Store) Commits() uint64 { return s.writer.commits.Load() }

// Check reads from the database file.
func (s *Store) Check(ctx context.Context) error {
	_, err := read(ctx, s, func(c *connection) (int, error) {
		return scanValue[int](c.row(ctx, "SELECT count(*) FROM (SELECT 1 FROM rooms LIMIT 1)"))
	})
	return fail("check store", err)
}

// Close waits for the reads and writes under way, and closes the file. Closing again does nothing.
func (s *Store) Close() error {
	s.closeOnce.Do(func() { s.closeErr = s.close() })
	return s.closeErr
}

// close leaves the writing connection for last: the last one to close folds the journal into the
// database file.
func (s *Store) close() error {
	var errs []error
	if s.writer != nil {
		s.writer.close()
	}
	if s.readers != nil {
		errs = append(errs, s.readers.close())
	}
	if s.writing != nil {
		errs = append(errs, s.writing.close())
	}
	for _, db := range s.databases {
		errs = append(errs, db.Close())
	}
	return errors.Join(append(errs, s.lock.Close())...)
}
