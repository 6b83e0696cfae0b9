package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"

	"dentalk/domain"
)

var errGlossaryChanged = domain.Conflict("glossary_changed", "The glossary has changed meanwhile; try again.")

// glossaryTermRow is a domain.GlossaryTerm as it is stored.
type glossaryTermRow struct {
	Term         string              `json:"term"`
	Translations map[string]string   `json:"translations,omitempty"`
	Synonyms     map[string][]string `json:"synonyms,omitempty"`
	Category     string              `json:"category,omitempty"`
}

const (
	glossaryColumns = "version, at, user_id, user_name, terms, removed"
	glossaryAfter   = "SELECT " + glossaryColumns + " FROM glossary_changes WHERE version > ? ORDER BY version LIMIT ?"
)

func scanGlossaryChange(row scanner) (domain.GlossaryChange, error) {
	var change domain.GlossaryChange
	var at int64
	var terms, removed sql.NullString
	if err := row.Scan(&change.Version, &at, &change.UserID, &change.UserName, &terms, &removed); err != nil {
		return domain.GlossaryChange{}, err
	}
	change.At = timeOf(at)
	var rows []glossaryTermRow
	if err := errors.Join(fromJSON(terms, &rows), fromJSON(removed, &change.Removed)); err != nil {
		return domain.GlossaryChange{}, err
	}
	for _, row := range rows {
		change.Set = append(change.Set, domain.GlossaryTerm(row))
	}
	return change, nil
}

// GlossaryChanges lists in ascending order of version.
func (s *Store) GlossaryChanges(ctx context.Context, after int64, limit int) ([]domain.GlossaryChange, error) {
	found, err := read(ctx, s, func(c *connection) ([]domain.GlossaryChange, error) {
		return all(ctx, c, scanGlossaryChange, glossaryAfter, after, limitOf(limit))
	})
	return found, fail("list glossary changes", err)
}

// AppendGlossaryChange stores the next version.
func (s *Store) AppendGlossaryChange(ctx context.Context, change domain.GlossaryChange) error {
	values, err := glossaryValues(change) // here, not in the transaction: they may be long
	if err != nil {
		return err
	}
	_, err = write(ctx, s, func(ctx context.Context, tx *transaction) (struct{}, error) {
		newest, err := scanValue[int64](tx.row(ctx, "SELECT coalesce(max(version), 0) FROM glossary_changes"))
		if err != nil {
			return struct{}{}, err
		}
		if change.Version != newest+1 {
			return struct{}{}, errGlossaryChanged
		}
		return struct{}{}, tx.exec(ctx, insertGlossaryChange, values...)
	})
	return fail("append glossary change", err)
}

const insertGlossaryChange = "INSERT INTO glossary_changes (" + glossaryColumns + ") VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (version) DO NOTHING"

func glossaryValues(change domain.GlossaryChange) ([]any, error) {
	rows := make([]glossaryTermRow, len(change.Set))
	for i, term := range change.Set {
		rows[i] = glossaryTermRow(term)
	}
	terms, err := jsonOrNull(rows, len(rows))
	if err != nil {
		return nil, err
	}
	removed, err := jsonOrNull(change.Removed, len(change.Removed))
	return []any{change.Version, change.At.UnixMilli(), change.UserID, change.UserName, terms, removed}, err
}

// versionKey is the key of a glossary change, as domain.Record spells it.
const versionKey = "printf('%020d', version)"

func pageGlossary(ctx context.Context, c *connection, after string, limit int) ([]domain.Record, error) {
	var version int64
	if after != "" {
		var err error
		if version, err = strconv.ParseInt(after, 10, 64); err != nil {
			return nil, fmt.Errorf("read key of glossary change: %w", err)
		}
	}
	return all(ctx, c, func(row scanner) (domain.Record, error) {
		change, err := scanGlossaryChange(row)
		return domain.Record{Key: fmt.Sprintf("%020d", change.Version), Glossary: &change}, err
	}, glossaryAfter, version, limit)
}

func importGlossary(ctx context.Context, tx *transaction, record domain.Record) error {
	values, err := glossaryValues(*record.Glossary)
	if err != nil {
		return err
	}
	return tx.exec(ctx, insertGlossaryChange, values...)
}
