package sqlitestore

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"runtime"
	"slices"

	"dentalk/domain"
)

// ErrDeliberate is the error of FailAfterWriting.
var ErrDeliberate = errors.New("deliberate")

// Hold keeps the writer busy until release is called, so that writes gather behind it.
func Hold(ctx context.Context, s *Store) (release func()) {
	begun, end, done := make(chan struct{}), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		_, _ = write(ctx, s, func(context.Context, *transaction) (struct{}, error) {
			close(begun)
			<-end
			return struct{}{}, nil
		})
	}()
	<-begun
	return func() {
		close(end)
		<-done
	}
}

// AwaitQueue returns when count writes wait.
func AwaitQueue(s *Store, count int) {
	for len(s.writer.queue) != count {
		runtime.Gosched()
	}
}

// QueueLength is how many writes may wait.
const QueueLength = queueLength

// FailAfterWriting is a write that changes something and then fails.
func FailAfterWriting(ctx context.Context, s *Store, room domain.ID) error {
	_, err := write(ctx, s, func(ctx context.Context, tx *transaction) (struct{}, error) {
		if err := tx.exec(ctx, "UPDATE rooms SET name = 'spoilt' WHERE id = ?", room); err != nil {
			return struct{}{}, err
		}
		return struct{}{}, ErrDeliberate
	})
	return err
}

// BreakCommit is a write that takes its transaction away, so that the batch cannot be committed.
func BreakCommit(ctx context.Context, s *Store) error {
	_, err := write(ctx, s, func(ctx context.Context, tx *transaction) (struct{}, error) {
		return struct{}{}, tx.exec(ctx, "ROLLBACK")
	})
	return fail("break commit", err)
}

// SetSchemaVersion pretends that another version of the program wrote the file.
func SetSchemaVersion(ctx context.Context, s *Store, version int) error {
	_, err := write(ctx, s, func(ctx context.Context, tx *transaction) (struct{}, error) {
		return struct{}{}, tx.exec(ctx, fmt.Sprint("PRAGMA user_version = ", version))
	})
	return err
}

// MakeOld makes a database as an older version of the program has left it, and fills it.
func MakeOld(ctx context.Context, dir string, version int, statements ...string) (err error) {
	db, err := openDatabase(filepath.Join(dir, databaseName), writerPragmas)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	c, err := connect(ctx, db)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.close()) }()
	steps, err := fs.Glob(schemaFiles, "schema/*.sql")
	if err != nil {
		return err
	}
	if err := applySteps(ctx, c, steps[:version], 0); err != nil {
		return err
	}
	for _, statement := range statements {
		if err := c.exec(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

// Statements are the texts of all statements that the idle store has prepared.
func Statements(s *Store) []string {
	known := make(map[string]bool)
	for statement := range s.writer.connection.statements {
		known[statement] = true
	}
	for range cap(s.readers.free) {
		connection := <-s.readers.free
		for statement := range connection.statements {
			known[statement] = true
		}
		s.readers.free <- connection
	}
	return slices.Sorted(maps.Keys(known))
}

// mostArguments are more than any statement has; the plan does not depend on them.
const mostArguments = 40

// Explain gives the steps of SQLite's plan for a statement.
func Explain(ctx context.Context, s *Store, statement string) ([]string, error) {
	return read(ctx, s, func(c *connection) ([]string, error) {
		return all(ctx, c, func(row scanner) (string, error) {
			var ignored int
			var step string
			err := row.Scan(&ignored, &ignored, &ignored, &step)
			return step, err
		}, "EXPLAIN QUERY PLAN "+statement, make([]any, mostArguments)...)
	})
}

// Pragmas reads settings from the idle writer's connection and from a reader's.
func Pragmas(ctx context.Context, s *Store, names ...string) (writing, reading map[string]string, err error) {
	writing, err = pragmas(ctx, s.writing, names)
	if err != nil {
		return nil, nil, err
	}
	reading, err = read(ctx, s, func(c *connection) (map[string]string, error) { return pragmas(ctx, c, names) })
	return writing, reading, err
}

func pragmas(ctx context.Context, c *connection, names []string) (map[string]string, error) {
	values := make(map[string]string)
	for _, name := range names {
		value, err := scanValue[string](c.row(ctx, "PRAGMA "+name))
		if err != nil {
			return nil, err
		}
		values[name] = value
	}
	return values, nil
}

// Intact lets SQLite check the whole file.
func Intact(ctx context.Context, s *Store) error {
	found, err := read(ctx, s, func(c *connection) (string, error) {
		return scanValue[string](c.row(ctx, "PRAGMA integrity_check"))
	})
	if err == nil && found != "ok" {
		err = errors.New(found)
	}
	return err
}
