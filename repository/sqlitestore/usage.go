package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"dentalk/domain"
)

const countUsage = `INSERT INTO usage (month, provider, calls, characters) VALUES (?, ?, ?, ?)
	ON CONFLICT (month, provider) DO UPDATE SET calls = calls + excluded.calls, characters = characters + excluded.characters
	RETURNING calls, characters`

// AddUsage counts, or reads when there is nothing to add.
func (s *Store) AddUsage(ctx context.Context, month domain.Month, provider string, more domain.Usage) (domain.Usage, error) {
	if more == (domain.Usage{}) {
		return s.usage(ctx, month, provider)
	}
	counted, err := write(ctx, s, func(ctx context.Context, tx *transaction) (domain.Usage, error) {
		tx.wrote = true
		return scanUsage(tx.row(ctx, countUsage, month, provider, more.Calls, more.Characters))
	})
	return counted, fail("count usage", err)
}

func (s *Store) usage(ctx context.Context, month domain.Month, provider string) (domain.Usage, error) {
	counted, err := read(ctx, s, func(c *connection) (domain.Usage, error) {
		return scanUsage(c.row(ctx, "SELECT calls, characters FROM usage WHERE month = ? AND provider = ?", month, provider))
	})
	if errors.Is(err, sql.ErrNoRows) {
		return domain.Usage{}, nil
	}
	return counted, fail("read usage", err)
}

func scanUsage(row scanner) (domain.Usage, error) {
	var usage domain.Usage
	err := row.Scan(&usage.Calls, &usage.Characters)
	return usage, err
}

// usageKey is the key of a record of usage, as domain.Record spells it.
const usageKey = "month || '/' || provider"

func pageUsage(ctx context.Context, c *connection, after string, limit int) ([]domain.Record, error) {
	month, provider, _ := strings.Cut(after, "/")
	return all(ctx, c, func(row scanner) (domain.Record, error) {
		var key string
		var usage domain.UsageRecord
		err := row.Scan(&key, &usage.Month, &usage.Provider, &usage.Calls, &usage.Characters)
		return domain.Record{Key: key, Usage: &usage}, err
	}, "SELECT "+usageKey+`, month, provider, calls, characters FROM usage
		WHERE (month, provider) > (?, ?) ORDER BY month, provider LIMIT ?`, month, provider, limit)
}

func importUsage(ctx context.Context, tx *transaction, record domain.Record) error {
	u := *record.Usage
	return tx.exec(ctx, `INSERT INTO usage (month, provider, calls, characters)
		VALUES (?, ?, ?, ?) ON CONFLICT (month, provider) DO NOTHING`, u.Month, u.Provider, u.Calls, u.Characters)
}
