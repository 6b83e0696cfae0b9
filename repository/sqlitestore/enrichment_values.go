package sqlitestore

import (
	"database/sql"
	"errors"

	"dentalk/domain"
)

// enrichmentColumns are those of an enrichment apart from its place in the queue, and
// enrichmentParameters their parameters, whose values enrichmentValues gives.
const (
	enrichmentColumns = `translator, analyser, language, translations, mismatches, terms, sentiment, score, confidence,
	complaint, complaint_category, complaint_confidence, complaint_reasons, corrections, machine, reopened`
	enrichmentParameters = "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?"
)

func enrichmentValues(e domain.Enrichment) ([]any, error) {
	mood, err := newMoodRow(e)
	if err != nil {
		return nil, err
	}
	lists, err := newListRow(e)
	if err != nil {
		return nil, err
	}
	return []any{
		e.Translator, e.Analyser, e.Language, lists.translations, lists.mismatches, lists.terms,
		mood.sentiment, mood.score, mood.confidence,
		mood.complaint, mood.complaintCategory, mood.complaintConfidence, mood.complaintReasons,
		lists.corrections, lists.machine, e.Reopened,
	}, nil
}

// newListRow leaves out the teeth and attachments, which are no part of the enrichment.
func newListRow(e domain.Enrichment) (listRow, error) {
	var r listRow
	var errs [5]error
	r.translations, errs[0] = jsonOrNull(e.Translations, len(e.Translations))
	r.mismatches, errs[1] = jsonOrNull(e.Mismatches, len(e.Mismatches))
	r.terms, errs[2] = encodeTerms(e.Terms)
	r.corrections, errs[3] = encodeCorrections(e.Corrections)
	r.machine, errs[4] = encodeMachine(e.Machine)
	return r, errors.Join(errs[:]...)
}

// dueOf is the due time of a message in a state: only pending ones have one.
func dueOf(state domain.EnrichmentState, at int64) sql.NullInt64 {
	return sql.NullInt64{Int64: at, Valid: state == domain.EnrichmentPending}
}
