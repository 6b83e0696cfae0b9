package sqlitestore

import (
	"database/sql"

	"dentalk/domain"
)

// messageColumns are what a domain.Message is made of. They are all in its row, so that a page of
// history needs no join.
const messageColumns = `m.id, m.room_id, m.seq, m.user_id, m.user_name, m.role, m.type, m.text, m.reply_to,
	m.client_message_id, m.created_at, m.updated_at, m.enrichment_state, m.translator, m.analyser, m.language,
	m.translations, m.terms, m.sentiment, m.score, m.confidence,
	m.complaint, m.complaint_category, m.complaint_confidence, m.complaint_reasons`

// noNotes is the condition of every query for a viewer who must not see notes.
const noNotes = " AND m.type <> 'note'"

func visibleTo(viewer domain.Viewer) string {
	if viewer.Notes {
		return ""
	}
	return noNotes
}

// termRow is a domain.Term as it is stored.
type termRow struct {
	Source   string `json:"source"`
	Target   string `json:"target"`
	Category string `json:"category,omitempty"`
}

// moodRow holds the columns that are null until the message is analysed.
type moodRow struct {
	sentiment           sql.NullString
	score               sql.NullFloat64
	confidence          sql.NullFloat64
	complaint           sql.NullBool
	complaintCategory   sql.NullString
	complaintConfidence sql.NullFloat64
	complaintReasons    sql.NullString
}

func scanOnlyMessage(row scanner) (domain.Message, error) { return scanMessage(row) }

// scanMessage reads messageColumns and, behind them, others.
func scanMessage(row scanner, more ...any) (domain.Message, error) {
	var m domain.Message
	var key, translations, terms sql.NullString
	var created, updated int64
	var mood moodRow
	e := &m.Enrichment
	columns := []any{
		&m.ID, &m.RoomID, &m.Seq, &m.UserID, &m.UserName, &m.Role, &m.Type, &m.Text, &m.ReplyTo,
		&key, &created, &updated, &e.State, &e.Translator, &e.Analyser, &e.Language,
		&translations, &terms, &mood.sentiment, &mood.score, &mood.confidence,
		&mood.complaint, &mood.complaintCategory, &mood.complaintConfidence, &mood.complaintReasons,
	}
	if err := row.Scan(append(columns, more...)...); err != nil {
		return domain.Message{}, err
	}
	m.ClientMessageID, m.CreatedAt, m.UpdatedAt = key.String, timeOf(created), timeOf(updated)
	if err := fromJSON(translations, &e.Translations); err != nil {
		return domain.Message{}, err
	}
	if err := readTerms(terms, e); err != nil {
		return domain.Message{}, err
	}
	return m, mood.read(e)
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

func (r moodRow) read(e *domain.Enrichment) error {
	if r.sentiment.Valid {
		e.Emotion = &domain.Emotion{
			Sentiment: domain.Sentiment(r.sentiment.String), Score: r.score.Float64, Confidence: r.confidence.Float64,
		}
	}
	if !r.complaint.Valid {
		return nil
	}
	e.Complaint = &domain.Complaint{
		Detected: r.complaint.Bool, Category: domain.ComplaintCategory(r.complaintCategory.String),
		Confidence: r.complaintConfidence.Float64,
	}
	return fromJSON(r.complaintReasons, &e.Complaint.Reasons)
}

// newMoodRow is the reverse of read.
func newMoodRow(e domain.Enrichment) (moodRow, error) {
	var r moodRow
	if e.Emotion != nil {
		r.sentiment = sql.NullString{String: string(e.Emotion.Sentiment), Valid: true}
		r.score = sql.NullFloat64{Float64: e.Emotion.Score, Valid: true}
		r.confidence = sql.NullFloat64{Float64: e.Emotion.Confidence, Valid: true}
	}
	if e.Complaint == nil {
		return r, nil
	}
	r.complaint = sql.NullBool{Bool: e.Complaint.Detected, Valid: true}
	r.complaintCategory = orNull(string(e.Complaint.Category))
	r.complaintConfidence = sql.NullFloat64{Float64: e.Complaint.Confidence, Valid: true}
	var err error
	r.complaintReasons, err = jsonOrNull(e.Complaint.Reasons, len(e.Complaint.Reasons))
	return r, err
}

func encodeTerms(terms []domain.Term) (sql.NullString, error) {
	rows := make([]termRow, len(terms))
	for i, term := range terms {
		rows[i] = termRow(term)
	}
	return jsonOrNull(rows, len(rows))
}
