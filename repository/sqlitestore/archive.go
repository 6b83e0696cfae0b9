package sqlitestore

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"dentalk/domain"
)

var _ domain.Archive = (*Store)(nil)

// Exists tells whether there is a store in the data dir, which Open would make.
func Exists(dir string) bool {
	info, err := os.Stat(filepath.Join(dir, databaseName))
	return err == nil && info.Mode().IsRegular()
}

// archived is how the records of one kind are read and written.
type archived struct {
	extent string // one row: how many there are, and the greatest key
	// page reads records in the order of their keys, those after a key.
	page   func(ctx context.Context, c *connection, after string, limit int) ([]domain.Record, error)
	insert func(ctx context.Context, tx *transaction, record domain.Record) error
}

func archivedAs(kind domain.RecordKind) (archived, error) {
	switch kind {
	case domain.RecordOrganization:
		return archived{"SELECT count(*), coalesce(max(id), '') FROM organizations", pageOrganizations, importOrganization}, nil
	case domain.RecordUser:
		return archived{"SELECT count(*), coalesce(max(id), '') FROM users", pageUsers, importUser}, nil
	case domain.RecordSession:
		return archived{"SELECT count(*), coalesce(max(id), '') FROM sessions", pageSessions, importSession}, nil
	case domain.RecordRefreshToken:
		return archived{"SELECT count(*), coalesce(max(hash), '') FROM refresh_tokens", pageRefreshTokens, importRefreshToken}, nil
	case domain.RecordRoom:
		return archived{"SELECT count(*), coalesce(max(id), '') FROM rooms", pageRooms, importRoom}, nil
	case domain.RecordMessage:
		return archived{"SELECT count(*), coalesce(max(id), '') FROM messages", pageMessages, importMessage}, nil
	case domain.RecordReadMarker:
		return archived{"SELECT count(*), coalesce(max(" + markerKey + "), '') FROM read_markers", pageReadMarkers, importReadMarker}, nil
	case domain.RecordIdempotency:
		return archived{"SELECT count(*), coalesce(max(" + idempotencyKey + "), '') FROM idempotency_keys", pageIdempotency, importIdempotency}, nil
	case domain.RecordGlossary:
		return archived{"SELECT count(*), coalesce(max(" + versionKey + "), '') FROM glossary_changes", pageGlossary, importGlossary}, nil
	case domain.RecordUsage:
		return archived{"SELECT count(*), coalesce(max(" + usageKey + "), '') FROM usage", pageUsage, importUsage}, nil
	case domain.RecordAPIKey:
		return archived{"SELECT count(*), coalesce(max(id), '') FROM api_keys", pageKeys, importKey}, nil
	case domain.RecordUpload:
		return archived{"SELECT count(*), coalesce(max(id), '') FROM uploads", pageUploads, importUpload}, nil
	case domain.RecordAudit:
		return archived{"SELECT count(*), coalesce(max(id), '') FROM audit_entries", pageAudit, importAudit}, nil
	case domain.RecordErasure:
		return archived{"SELECT count(*), coalesce(max(id), '') FROM erasures", pageErasures, importErasure}, nil
	}
	return archived{}, fmt.Errorf("there is no kind of records %q", kind)
}

func scanExtent(row scanner) (domain.Extent, error) {
	var extent domain.Extent
	err := row.Scan(&extent.Count, &extent.Last)
	return extent, err
}

// Extent counts the records of a kind and finds their greatest key.
func (s *Store) Extent(ctx context.Context, kind domain.RecordKind) (domain.Extent, error) {
	as, err := archivedAs(kind)
	if err != nil {
		return domain.Extent{}, err
	}
	extent, err := read(ctx, s, func(c *connection) (domain.Extent, error) {
		return scanExtent(c.row(ctx, as.extent))
	})
	return extent, fail("measure "+string(kind), err)
}

// migrationName is the row of meta that holds the migration.
const migrationName = "migration"

// migrationRow is a domain.Migration as it is stored.
type migrationRow struct {
	From string `json:"from"`
	Done bool   `json:"done"`
}

// Migration tells how far a migration into this store has come; nil when there was none.
func (s *Store) Migration(ctx context.Context) (*domain.Migration, error) {
	text, err := read(ctx, s, func(c *connection) (string, error) {
		return scanValue[string](c.row(ctx, "SELECT value FROM meta WHERE name = ?", migrationName))
	})
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fail("read migration", err)
	}
	var row migrationRow
	if err := json.Unmarshal([]byte(text), &row); err != nil {
		return nil, fmt.Errorf("decode migration: %w", err)
	}
	return new(domain.Migration(row)), nil
}

// SetMigration remembers how far a migration into this store has come.
func (s *Store) SetMigration(ctx context.Context, migration domain.Migration) error {
	text, err := json.Marshal(migrationRow(migration))
	if err != nil {
		return fmt.Errorf("encode migration: %w", err)
	}
	_, err = write(ctx, s, func(ctx context.Context, tx *transaction) (struct{}, error) {
		return struct{}{}, tx.exec(ctx, "INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", migrationName, string(text))
	})
	return fail("store migration", err)
}
