package sqlitestore

import (
	"database/sql"

	"dentalk/domain"
)

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
