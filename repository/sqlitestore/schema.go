package sqlitestore

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"
)

// ErrNewerSchema means that the file was written by a newer version of the program.
var ErrNewerSchema = errors.New("the database was written by a newer version of dentalk")

//go:embed schema/*.sql
var schemaFiles embed.FS

// migrate brings the database to the newest schema, all steps in one transaction, so that a
// crash leaves the old version or the new one.
func migrate(ctx context.Context, c *connection) error {
	steps, err := fs.Glob(schemaFiles, "schema/*.sql") // sorted, hence in the order of versions
	if err != nil {
		return fmt.Errorf("list schema files: %w", err)
	}
	var current int
	if err := c.row(ctx, "PRAGMA user_version").Scan(&current); err != nil {
		return fmt.Errorf("read schema version: %w", err)
	}
	if current > len(steps) {
		return fmt.Errorf("%w: it has schema %d, this version knows up to %d", ErrNewerSchema, current, len(steps))
	}
	if current == len(steps) {
		return nil
	}
	if err := c.exec(ctx, "BEGIN IMMEDIATE"); err != nil {
		return fmt.Errorf("begin migration: %w", err)
	}
	if err := applySteps(ctx, c, steps, current); err != nil {
		return errors.Join(err, c.exec(ctx, "ROLLBACK"))
	}
	if err := c.exec(ctx, "COMMIT"); err != nil {
		return fmt.Errorf("commit migration: %w", err)
	}
	return nil
}

func applySteps(ctx context.Context, c *connection, steps []string, current int) error {
	for i, step := range steps {
		version, err := versionOf(step)
		if err != nil || version != i+1 {
			return fmt.Errorf("schema file %s is not number %d", step, i+1)
		}
		if version <= current {
			continue
		}
		text, err := schemaFiles.ReadFile(step)
		if err != nil {
			return fmt.Errorf("read schema file: %w", err)
		}
		if _, err := c.conn.ExecContext(ctx, string(text)); err != nil {
			return fmt.Errorf("apply %s: %w", step, err)
		}
	}
	_, err := c.conn.ExecContext(ctx, "PRAGMA user_version = "+strconv.Itoa(len(steps)))
	if err != nil {
		return fmt.Errorf("write schema version: %w", err)
	}
	return nil
}

func versionOf(file string) (int, error) {
	number, _, _ := strings.Cut(path.Base(file), "_")
	return strconv.Atoi(number)
}
