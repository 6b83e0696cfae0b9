package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"

	_ "modernc.org/sqlite" // registers the driver

	"dentalk/domain"
)

// connection is one connection with the statements that it has prepared. One goroutine uses it
// at a time.
type connection struct {
	conn       *sql.Conn
	statements map[string]*sql.Stmt
}

// The cache sizes are negative because SQLite then takes them as KiB. secure_delete holds always, not only
// while something is erased: what is deleted at any time may be of a message that is erased later.
var (
	writerPragmas = []string{
		"journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)", "busy_timeout(5000)",
		"temp_store(MEMORY)", "cache_size(-32768)", "journal_size_limit(67108864)", "secure_delete(1)",
	}
	readerPragmas = []string{
		"query_only(1)", "busy_timeout(5000)", "temp_store(MEMORY)", "cache_size(-8192)",
	}
)

func openDatabase(file string, pragmas []string) (*sql.DB, error) {
	name := url.URL{Path: file}
	db, err := sql.Open("sqlite", "file:"+name.EscapedPath()+"?"+url.Values{"_pragma": pragmas}.Encode())
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", file, err)
	}
	return db, nil
}

func connect(ctx context.Context, db *sql.DB) (*connection, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("connect to the database: %w", err)
	}
	return &connection{conn: conn, statements: make(map[string]*sql.Stmt)}, nil
}

// statement gives the prepared statement of a query. The queries are constants, so the map is
// bounded.
func (c *connection) statement(ctx context.Context, query string) (*sql.Stmt, error) {
	if known, ok := c.statements[query]; ok {
		return known, nil
	}
	prepared, err := c.conn.PrepareContext(ctx, query)
	if err != nil {
		return nil, fmt.Errorf("prepare statement: %w", err)
	}
	c.statements[query] = prepared
	return prepared, nil
}

func (c *connection) exec(ctx context.Context, query string, args ...any) error {
	_, err := c.change(ctx, query, args...)
	return err
}

// change is exec that tells how many rows were changed.
func (c *connection) change(ctx context.Context, query string, args ...any) (int64, error) {
	statement, err := c.statement(ctx, query)
	if err != nil {
		return 0, err
	}
	result, err := statement.ExecContext(ctx, args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// scanner is a row whose columns can be read.
type scanner interface{ Scan(dest ...any) error }

// failedRow is the row of a query that could not be prepared.
type failedRow struct{ err error }

func (r failedRow) Scan(...any) error { return r.err }

func (c *connection) row(ctx context.Context, query string, args ...any) scanner {
	statement, err := c.statement(ctx, query)
	if err != nil {
		return failedRow{err}
	}
	return statement.QueryRowContext(ctx, args...)
}

func (c *connection) close() error {
	var err error
	for _, statement := range c.statements {
		err = errors.Join(err, statement.Close())
	}
	return errors.Join(err, c.conn.Close())
}

// all reads every row of a query.
func all[T any](ctx context.Context, c *connection, scan func(scanner) (T, error), query string, args ...any) ([]T, error) {
	statement, err := c.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	rows, err := statement.QueryContext(ctx, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var found []T
	for rows.Next() {
		one, err := scan(rows)
		if err != nil {
			return nil, err
		}
		found = append(found, one)
	}
	return found, rows.Err()
}

// one reads the only row of a query; without one, the thing does not exist.
func one[T any](ctx context.Context, c *connection, thing string, scan func(scanner) (T, error), query string, args ...any) (T, error) {
	found, err := scan(c.row(ctx, query, args...))
	if errors.Is(err, sql.ErrNoRows) {
		err = domain.NotFound(thing)
	}
	return found, err
}

// scanValue reads a row of one column.
func scanValue[T any](row scanner) (T, error) {
	var value T
	err := row.Scan(&value)
	return value, err
}
