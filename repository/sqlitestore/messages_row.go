package sqlitestore

import (
	"database/sql"
	"errors"

	"dentalk/domain"
)

// messageColumns are what a domain.Message is made of. They are all in its row, so that a page of
// history needs no join.
const messageColumns = `m.id, m.room_id, m.seq, m.user_id, m.user_name, m.role, m.type, m.text, m.reply_to,
	m.client_message_id, m.created_at, m.updated_at, m.enrichment_state, m.translator, m.analyser, m.language,
	m.translations, m.mismatches, m.terms, m.sentiment, m.score, m.confidence,
	m.complaint, m.complaint_category, m.complaint_confidence, m.complaint_reasons,
	m.corrections, m.machine, m.reopened, m.teeth, m.attachments, m.erased_at`

// noNotes is the condition of every query for a viewer who must not see notes.
const noNotes = " AND m.type <> 'note'"

func visibleTo(viewer domain.Viewer) string {
	if viewer.Notes {
		return ""
	}
	return noNotes
}

func scanOnlyMessage(row scanner) (domain.Message, error) { return scanMessage(row) }

// scanMessage reads messageColumns and, behind them, others.
func scanMessage(row scanner, more ...any) (domain.Message, error) {
	var m domain.Message
	var key sql.NullString
	var created, updated int64
	var erased sql.NullInt64
	var lists listRow
	var mood moodRow
	e := &m.Enrichment
	columns := []any{
		&m.ID, &m.RoomID, &m.Seq, &m.UserID, &m.UserName, &m.Role, &m.Type, &m.Text, &m.ReplyTo,
		&key, &created, &updated, &e.State, &e.Translator, &e.Analyser, &e.Language,
		&lists.translations, &lists.mismatches, &lists.terms, &mood.sentiment, &mood.score, &mood.confidence,
		&mood.complaint, &mood.complaintCategory, &mood.complaintConfidence, &mood.complaintReasons,
		&lists.corrections, &lists.machine, &e.Reopened, &lists.teeth, &lists.attachments, &erased,
	}
	if err := row.Scan(append(columns, more...)...); err != nil {
		return domain.Message{}, err
	}
	m.ClientMessageID, m.CreatedAt, m.UpdatedAt, m.ErasedAt = key.String, timeOf(created), timeOf(updated), timeOrZero(erased)
	if err := lists.read(&m); err != nil {
		return domain.Message{}, err
	}
	return m, mood.read(e)
}

// listRow holds the columns of JSON, which are null when there is nothing.
type listRow struct{ translations, mismatches, terms, corrections, machine, teeth, attachments sql.NullString }

func (r listRow) read(m *domain.Message) error {
	e := &m.Enrichment
	return errors.Join(
		readTeeth(r.teeth, m), readAttachments(r.attachments, m), readTerms(r.terms, e), readCorrections(r.corrections, e), readMachine(r.machine, e),
		fromJSON(r.translations, &e.Translations), fromJSON(r.mismatches, &e.Mismatches),
	)
}
