package sqlitestore

import (
	"database/sql"

	"dentalk/domain"
)

// termRow is a domain.Term as it is stored.
type termRow struct {
	Source   string `json:"source"`
	Target   string `json:"target"`
	Category string `json:"category,omitempty"`
	Applied  bool   `json:"applied,omitempty"`
}

func readTerms(column sql.NullString, e *domain.Enrichment) error {
	var rows []termRow
	if err := fromJSON(column, &rows); err != nil {
		return err
	}
	for _, row := range rows {
		e.Terms = append(e.Terms, domain.Term(row))
	}
	return nil
}

func encodeTerms(terms []domain.Term) (sql.NullString, error) {
	rows := make([]termRow, len(terms))
	for i, term := range terms {
		rows[i] = termRow(term)
	}
	return jsonOrNull(rows, len(rows))
}
