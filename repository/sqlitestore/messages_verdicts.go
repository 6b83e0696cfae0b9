package sqlitestore

import (
	"database/sql"

	"dentalk/domain"
)

// toothRow is a domain.Tooth as it is stored.
type toothRow struct {
	Text      string `json:"text"`
	FDI       string `json:"fdi"`
	Universal string `json:"universal"`
	Ambiguous bool   `json:"ambiguous,omitempty"`
}

// verdictRow is a domain.Verdict as it is stored.
type verdictRow struct {
	Translations map[string]string `json:"translations,omitempty"`
	Emotion      *emotionRow       `json:"emotion,omitempty"`
	Complaint    *complaintRow     `json:"complaint,omitempty"`
}

type emotionRow struct {
	Sentiment  domain.Sentiment `json:"sentiment"`
	Score      float64          `json:"score"`
	Confidence float64          `json:"confidence"`
}

type complaintRow struct {
	Detected   bool                     `json:"detected"`
	Category   domain.ComplaintCategory `json:"category,omitempty"`
	Confidence float64                  `json:"confidence"`
	Reasons    []string                 `json:"reasons,omitempty"`
}

// correctionRow is a domain.Correction as it is stored.
type correctionRow struct {
	UserID   domain.ID `json:"userId"`
	UserName string    `json:"userName"`
	At       int64     `json:"at"` // milliseconds
	verdictRow
}

func newVerdictRow(v domain.Verdict) verdictRow {
	return verdictRow{v.Translations, (*emotionRow)(v.Emotion), (*complaintRow)(v.Complaint)}
}

func (r verdictRow) verdict() domain.Verdict {
	return domain.Verdict{
		Translations: r.Translations, Emotion: (*domain.Emotion)(r.Emotion), Complaint: (*domain.Complaint)(r.Complaint),
	}
}

func encodeTeeth(teeth []domain.Tooth) (sql.NullString, error) {
	rows := make([]toothRow, len(teeth))
	for i, tooth := range teeth {
		rows[i] = toothRow(tooth)
	}
	return jsonOrNull(rows, len(rows))
}

func readTeeth(column sql.NullString, m *domain.Message) error {
	var rows []toothRow
	if err := fromJSON(column, &rows); err != nil {
		return err
	}
	for _, row := range rows {
		m.Teeth = append(m.Teeth, domain.Tooth(row))
	}
	return nil
}

func encodeCorrections(corrections []domain.Correction) (sql.NullString, error) {
	rows := make([]correctionRow, len(corrections))
	for i, c := range corrections {
		rows[i] = correctionRow{c.UserID, c.UserName, c.At.UnixMilli(), newVerdictRow(c.Verdict)}
	}
	return jsonOrNull(rows, len(rows))
}

func readCorrections(column sql.NullString, e *domain.Enrichment) error {
	var rows []correctionRow
	if err := fromJSON(column, &rows); err != nil {
		return err
	}
	for _, row := range rows {
		e.Corrections = append(e.Corrections, domain.Correction{
			UserID: row.UserID, UserName: row.UserName, At: timeOf(row.At), Verdict: row.verdict(),
		})
	}
	return nil
}

func encodeMachine(machine *domain.Verdict) (sql.NullString, error) {
	if machine == nil {
		return sql.NullString{}, nil
	}
	return jsonOrNull(newVerdictRow(*machine), 1)
}

func readMachine(column sql.NullString, e *domain.Enrichment) error {
	if !column.Valid {
		return nil
	}
	var row verdictRow
	err := fromJSON(column, &row)
	e.Machine = new(row.verdict())
	return err
}
