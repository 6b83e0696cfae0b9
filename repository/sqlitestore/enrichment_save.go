package sqlitestore

import (
	"context"
	"database/sql"

	"dentalk/domain"
)

// SaveEnrichments stores the results whose lease still holds and gives those messages, without the
// Unchanged ones.
func (s *Store) SaveEnrichments(ctx context.Context, results []domain.EnrichmentResult) ([]domain.Message, error) {
	saved, err := write(ctx, s, func(ctx context.Context, tx *transaction) ([]domain.Message, error) {
		at, err := tx.nextSave(ctx)
		if err != nil {
			return nil, err
		}
		var saved []domain.Message
		for _, result := range results {
			changed, err := tx.saveEnrichment(ctx, result, at)
			if err != nil {
				return nil, err
			}
			if !changed {
				continue
			}
			message, err := scanMessage(tx.row(ctx, "SELECT "+messageColumns+" FROM messages m WHERE m.id = ?", result.MessageID))
			if err != nil {
				return nil, err
			}
			saved = append(saved, message)
			at++
		}
		return saved, nil
	})
	return saved, fail("save enrichments", err)
}

// nextSave is the time of the next save. It rises strictly, also when the clock steps back, so that
// whoever pages through the saves by time misses none.
func (tx *transaction) nextSave(ctx context.Context) (int64, error) {
	last, err := scanValue[sql.NullInt64](tx.row(ctx, "SELECT max(enriched_at) FROM messages WHERE enriched_at IS NOT NULL"))
	return max(tx.now().UnixMilli(), last.Int64+1), err
}

const leaseHolds = " WHERE id = ? AND room_id = ? AND enrichment_lease = ? AND enrichment_state = 'pending'"

// saveEnrichment tells whether something was saved: the lease held, and the result brings a change. A
// lease that has run out holds as long as no other worker has claimed the message: the work is done,
// so why do it again.
func (tx *transaction) saveEnrichment(ctx context.Context, result domain.EnrichmentResult, at int64) (bool, error) {
	if result.Unchanged {
		return false, tx.exec(ctx, "UPDATE messages SET enrichment_lease = NULL, enrichment_due = ?"+leaseHolds,
			result.RetryAt.UnixMilli(), result.MessageID, result.RoomID, result.Lease)
	}
	e := result.Enrichment
	values, err := enrichmentValues(e)
	if err != nil {
		return false, err
	}
	values = append([]any{e.State, dueOf(e.State, result.RetryAt.UnixMilli()), at, at}, values...)
	changed, err := tx.change(ctx, `UPDATE messages SET enrichment_lease = NULL,
		(enrichment_state, enrichment_due, enriched_at, updated_at, `+enrichmentColumns+`) = (?, ?, ?, ?, `+enrichmentParameters+")"+leaseHolds,
		append(values, result.MessageID, result.RoomID, result.Lease)...)
	return changed > 0, err
}
