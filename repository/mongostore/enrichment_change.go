package mongostore

import (
	"context"
	"crypto/rand"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"dentalk/domain"
)

// ChangeEnrichment applies the change to what is stored, unless somebody has saved meanwhile: then it
// begins again.
func (s *Store) ChangeEnrichment(ctx context.Context, roomID, messageID domain.ID, change func(domain.Message) (domain.Enrichment, error)) (domain.Message, error) {
	for losses := range mostLosses {
		stored, err := one[messageDocument](ctx, s.messages, "message",
			bson.D{is(fieldRoom, objectID(roomID)), is(fieldID, objectID(messageID))}, options.FindOne().SetProjection(withoutCounts))
		if err != nil {
			return domain.Message{}, fail("change enrichment", err)
		}
		next, err := change(stored.message())
		if err != nil {
			return domain.Message{}, err
		}
		won, err := s.replaceEnrichment(ctx, &stored, next)
		if err != nil {
			return domain.Message{}, fail("change enrichment", err)
		}
		if won {
			return stored.message(), nil
		}
		if err := pause(ctx, losses); err != nil {
			return domain.Message{}, fail("change enrichment", err)
		}
	}
	return domain.Message{}, fail("change enrichment", errLost)
}

// replaceEnrichment tells whether the message was still as it was read. A claim since then does not
// count: it changes nothing but the place in the queue, and its lease ends here.
func (s *Store) replaceEnrichment(ctx context.Context, stored *messageDocument, next domain.Enrichment) (bool, error) {
	mark := saveMark{s.saveAfter(stored.UpdatedAt), rand.Text()}
	update := saving(next, s.now(), mark)
	if next.State == domain.EnrichmentPending {
		update.put(fieldAttempts, 0, true)
	}
	saved, err := s.messages.UpdateOne(ctx,
		bson.D{is(fieldRoom, stored.RoomID), is(fieldID, stored.ID), savedBy(stored.Enrichment.SavedBy)}, update.update())
	if err != nil {
		return false, err
	}
	stored.enrich(next)
	stored.UpdatedAt = mark.at
	return saved.MatchedCount > 0, nil
}

// savedBy is the condition that the call of this name saved last; the empty one is nobody's.
func savedBy(token string) bson.E {
	if token == "" {
		return is(fieldBy, bson.D{is("$exists", false)})
	}
	return is(fieldBy, token)
}
