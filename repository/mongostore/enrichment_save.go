package mongostore

import (
	"context"
	"crypto/rand"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"dentalk/domain"
)

// SaveEnrichments stores the results whose lease still holds and gives those messages, without the
// Unchanged ones. A lease that has run out holds as long as no other worker has claimed the message:
// the work is done, so why do it again.
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
		if !result.Unchanged {
			wanted = append(wanted, one)
		}
		updates = append(updates, mongo.NewUpdateOneModel().
			SetFilter(bson.D{is(fieldRoom, one.RoomID), is(fieldID, one.ID),
				is(fieldLease, result.Lease), is(fieldState, domain.EnrichmentPending)}).
			SetUpdate(s.outcome(result, token).update()))
	}
	if len(updates) == 0 {
		return nil, ctx.Err()
	}
	if _, err := s.messages.BulkWrite(ctx, updates, unordered()); err != nil || len(wanted) == 0 {
		return nil, err
	}
	saved, err := s.carrying(ctx, wanted, fieldBy, token)
	return inOrder(saved, wanted), err
}

func (s *Store) outcome(result domain.EnrichmentResult, token string) fields {
	if result.Unchanged {
		var u fields
		u.release(result.RetryAt, true)
		return u
	}
	return saving(result.Enrichment, result.RetryAt, saveMark{s.nextSave(), token})
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

// saveAfter is the time of a save that replaces what was saved at another, which an instance with a faster
// clock may have done.
func (s *Store) saveAfter(other time.Time) time.Time {
	at := s.nextSave()
	if !at.After(other) {
		return timeOf(other).Add(time.Millisecond)
	}
	return at
}

// saveMark is what a save leaves in the message: when, and the name of the call.
type saveMark struct {
	at    time.Time
	token string
}

// saving is the update that stores an enrichment and ends its lease; a pending one is due then. What
// the enrichment does not have is removed.
func saving(e domain.Enrichment, due time.Time, mark saveMark) fields {
	var d messageDocument
	d.enrich(e)
	var u fields
	u.put(fieldState, d.Enrichment.State, true)
	u.release(due, d.Enrichment.State == domain.EnrichmentPending)
	u.put(fieldSaved, mark.at, true)
	u.put(fieldBy, mark.token, true)
	u.put("updatedAt", mark.at, true)
	u.put("enrichment.translator", d.Enrichment.Translator, d.Enrichment.Translator != "")
	u.put("enrichment.analyser", d.Enrichment.Analyser, d.Enrichment.Analyser != "")
	u.put("content.language", d.Content.Language, d.Content.Language != "")
	u.put("content.translations", d.Content.Translations, len(d.Content.Translations) > 0)
	u.put("content.mismatches", d.Content.Mismatches, len(d.Content.Mismatches) > 0)
	u.put("content.terms", d.Content.Terms, len(d.Content.Terms) > 0)
	u.put("emotion", d.Emotion, d.Emotion != nil)
	u.put("complaint", d.Complaint, d.Complaint != nil)
	u.put("enrichment.corrections", d.Enrichment.Corrections, len(d.Enrichment.Corrections) > 0)
	u.put("enrichment.machine", d.Enrichment.Machine, d.Enrichment.Machine != nil)
	u.put("enrichment.reopened", d.Enrichment.Reopened, d.Enrichment.Reopened > 0)
	return u
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

// release ends the lease; a pending message is due then.
func (f *fields) release(due time.Time, pending bool) {
	f.put(fieldDue, domain.Milliseconds(due), pending)
	f.put(fieldLease, nil, false)
}

// update has both parts: a save sets the state or the due time, and removes the lease.
func (f fields) update() bson.D { return bson.D{is("$set", f.set), is("$unset", f.unset)} }
