package sqlitestore

import (
	"context"

	"dentalk/domain"
)

// changed is what came of a change. A refusal is an answer and no error of the write, so that it
// leaves the transaction to the others of the batch.
type changed struct {
	message domain.Message
	refusal error
}

// ChangeEnrichment applies the change to what is stored. The change runs within the transaction that
// all writes share, so it must be quick, and may run on when the context has ended meanwhile.
func (s *Store) ChangeEnrichment(ctx context.Context, roomID, messageID domain.ID, change func(domain.Message) (domain.Enrichment, error)) (domain.Message, error) {
	done, err := write(ctx, s, func(ctx context.Context, tx *transaction) (changed, error) {
		stored, err := tx.message(ctx, roomID, messageID)
		if err != nil {
			return changed{}, err
		}
		next, err := change(stored)
		if err != nil {
			return changed{refusal: err}, nil
		}
		if err := tx.replaceEnrichment(ctx, stored.ID, next); err != nil {
			return changed{}, err
		}
		stored, err = tx.message(ctx, roomID, messageID)
		return changed{message: stored}, err
	})
	if err != nil {
		return domain.Message{}, fail("change enrichment", err)
	}
	return done.message, done.refusal
}

func (tx *transaction) message(ctx context.Context, roomID, messageID domain.ID) (domain.Message, error) {
	return one(ctx, tx.connection, "message", scanOnlyMessage,
		"SELECT "+messageColumns+" FROM messages m WHERE m.id = ? AND m.room_id = ?", messageID, roomID)
}

// replaceEnrichment ends the lease, if there is one, and begins the attempts anew when the message is
// to be enriched again.
func (tx *transaction) replaceEnrichment(ctx context.Context, id domain.ID, e domain.Enrichment) error {
	at, err := tx.nextSave(ctx)
	if err != nil {
		return err
	}
	values, err := enrichmentValues(e)
	if err != nil {
		return err
	}
	due := dueOf(e.State, tx.now().UnixMilli())
	values = append([]any{due.Valid, e.State, due, at, at}, values...)
	return tx.exec(ctx, `UPDATE messages SET enrichment_lease = NULL, enrichment_attempts = iif(?, 0, enrichment_attempts),
		(enrichment_state, enrichment_due, enriched_at, updated_at, `+enrichmentColumns+`) = (?, ?, ?, ?, `+enrichmentParameters+`)
		WHERE id = ?`, append(values, id)...)
}
