package mongostore

import (
	"context"
	"crypto/rand"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"dentalk/domain"
)

// SaveEnrichments stores the results whose lease still holds and gives those messages. A lease
// that has run out holds as long as no other worker has claimed the message: the work is done, so
// why do it again.
func (s *Store) SaveEnrichments(ctx context.Context, results []domain.EnrichmentResult) ([]domain.Message, error) {
	saved, err := s.saveEnrichments(ctx, results)
	if err != nil {
		return nil, fail("save enrichments", err)
	}
	return convert(saved, messageDocument.message), nil
}

func (s *Store) saveEnrichments(ctx context.Context, results []domain.EnrichmentResult) ([]messageDocument, error) {
	token := rand.Text()
	var updates []mongo.WriteModel
	var wanted []messageDocument
	for _, result := range results {
		if result.Lease == "" {
			continue
		}
		one := messageDocument{ID: objectID(result.MessageID), RoomID: objectID(result.RoomID)}
		wanted = append(wanted, one)
		updates = append(updates, mongo.NewUpdateOneModel().
			SetFilter(bson.D{is(fieldRoom, one.RoomID), is(fieldID, one.ID),
				is(fieldLease, result.Lease), is(fieldState, domain.EnrichmentPending)}).
			SetUpdate(saving(result, token, s.nextSave())))
	}
	if len(updates) == 0 {
		return nil, ctx.Err()
	}
	if _, err := s.messages.BulkWrite(ctx, updates, unordered()); err != nil {
		return nil, err
	}
	saved, err := s.carrying(ctx, wanted, fieldBy, token)
	return inOrder(saved, wanted), err
}

// nextSave is the time of the next save. Those of one store rise strictly, also when the clock
// steps back, so that whoever pages through the saves by time gets on.
func (s *Store) nextSave() time.Time {
	s.saves.Lock()
	defer s.saves.Unlock()
	now := s.now()
	if !now.After(s.saves.last) {
		now = s.saves.last.Add(time.Millisecond)
	}
	s.saves.last = now
	return now
}

// saving is the update that stores a result. What the result does not have is removed.
func saving(result domain.EnrichmentResult, token string, at time.Time) bson.D {
	var d messageDocument
	d.enrich(result.Enrichment)
	var u fields
	u.put(fieldState, d.Enrichment.State, true)
	u.put(fieldDue, domain.Milliseconds(result.RetryAt), d.Enrichment.State == domain.EnrichmentPending)
	u.put(fieldLease, nil, false)
	u.put(fieldSaved, at, true)
	u.put(fieldBy, token, true)
	u.put("updatedAt", at, true)
	u.put("enrichment.translator", d.Enrichment.Translator, d.Enrichment.Translator != "")
	u.put("enrichment.analyser", d.Enrichment.Analyser, d.Enrichment.Analyser != "")
	u.put("content.language", d.Content.Language, d.Content.Language != "")
	u.put("content.translations", d.Content.Translations, len(d.Content.Translations) > 0)
	u.put("content.terms", d.Content.Terms, len(d.Content.Terms) > 0)
	u.put("emotion", d.Emotion, d.Emotion != nil)
	u.put("complaint", d.Complaint, d.Complaint != nil)
	return bson.D{is("$set", u.set), is("$unset", u.unset)}
}

// fields are those that an update sets or removes.
type fields struct{ set, unset bson.D }

func (f *fields) put(field string, value any, present bool) {
	if present {
		f.set = append(f.set, is(field, value))
		return
	}
	f.unset = append(f.unset, is(field, ""))
}
