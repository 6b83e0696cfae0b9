package sqlitestore

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"dentalk/domain"
)

// unlimited is what LIMIT takes for all rows.
const unlimited = -1

func limitOf(limit int) int {
	if limit <= 0 {
		return unlimited
	}
	return limit
}

func timeOf(milliseconds int64) time.Time { return time.UnixMilli(milliseconds).UTC() }

// orNull stores an empty text as NULL, which partial indexes leave out.
func orNull(text string) sql.NullString { return sql.NullString{String: text, Valid: text != ""} }

// orLast makes an empty ID, which stands for no bound, one that is greater than all.
func orLast(id domain.ID) domain.ID {
	if id == "" {
		return "~"
	}
	return id
}

// orNoTime stores the zero time as NULL.
func orNoTime(at time.Time) sql.NullInt64 {
	return sql.NullInt64{Int64: at.UnixMilli(), Valid: !at.IsZero()}
}

func timeOrZero(milliseconds sql.NullInt64) time.Time {
	if !milliseconds.Valid {
		return time.Time{}
	}
	return timeOf(milliseconds.Int64)
}

// jsonOrNull stores an empty list or map as NULL.
func jsonOrNull(value any, length int) (sql.NullString, error) {
	if length == 0 {
		return sql.NullString{}, nil
	}
	text, err := json.Marshal(value)
	if err != nil {
		return sql.NullString{}, fmt.Errorf("encode column: %w", err)
	}
	return sql.NullString{String: string(text), Valid: true}, nil
}

// fromJSON reads what jsonOrNull made.
func fromJSON(column sql.NullString, value any) error {
	if !column.Valid {
		return nil
	}
	if err := json.Unmarshal([]byte(column.String), value); err != nil {
		return fmt.Errorf("decode column: %w", err)
	}
	return nil
}

// listOf makes the argument of json_each out of ids, each once, in their order. A query with a
// list has thus one text, however long the list is.
func listOf(ids []domain.ID) (string, error) {
	known := make(map[domain.ID]bool, len(ids))
	unique := make([]domain.ID, 0, len(ids))
	for _, id := range ids {
		if !known[id] {
			known[id] = true
			unique = append(unique, id)
		}
	}
	text, err := json.Marshal(unique)
	if err != nil {
		return "", fmt.Errorf("encode list of ids: %w", err)
	}
	return string(text), nil
}
