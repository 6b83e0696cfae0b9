package mongostore

import (
	"context"
	"crypto/rand"
	"slices"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"dentalk/domain"
)

// ClaimEnrichments takes pending messages that are due. Other instances may take the same ones at
// the same time: then this one gets fewer, or tries again when it got none.
func (s *Store) ClaimEnrichments(ctx context.Context, claim domain.Claim) ([]domain.EnrichmentTask, error) {
	select {
	case s.claiming <- struct{}{}: // those of one store would only be in each other's way
		defer func() { <-s.claiming }()
	case <-ctx.Done():
		return nil, fail("claim enrichments", ctx.Err())
	}
	for losses := range mostLosses {
		due, err := s.due(ctx, claim)
		if err != nil || len(due) == 0 {
			return nil, fail("claim enrichments", err)
		}
		claimed, err := s.claim(ctx, due, claim.Lease)
		if err != nil || len(claimed) > 0 {
			return claimed, fail("claim enrichments", err)
		}
		if err := pause(ctx, losses); err != nil {
			return nil, fail("claim enrichments", err)
		}
	}
	return nil, nil
}

// pendingDue is the condition of the messages that are due. Only pending ones have a due time; the
// state is asked for because some servers search better by equality.
func pendingDue(now time.Time) bson.D {
	return bson.D{is(fieldState, domain.EnrichmentPending), upTo(fieldDue, now)}
}

// due reads what the claim is to take, along an index that ends with the due times.
func (s *Store) due(ctx context.Context, claim domain.Claim) ([]messageDocument, error) {
	condition, order := pendingDue(s.now()), 1
	if claim.First {
		condition, order = append(condition, is(fieldAttempts, 0)), -1
	}
	return all[messageDocument](ctx, s.messages, condition, options.Find().
		SetSort(bson.D{is(fieldDue, order)}).SetLimit(limitOf(claim.Limit)).SetProjection(bson.D{is(fieldRoom, 1)}))
}

// claim takes those of the messages that are still due, and then reads which ones it got.
func (s *Store) claim(ctx context.Context, due []messageDocument, lease time.Duration) ([]domain.EnrichmentTask, error) {
	token, now := rand.Text(), s.now()
	take := bson.D{
		is("$set", bson.D{is(fieldLease, token), is(fieldDue, now.Add(lease))}),
		is("$inc", bson.D{is(fieldAttempts, 1)}),
	}
	updates := make([]mongo.WriteModel, len(due))
	for i, message := range due {
		filter := append(bson.D{is(fieldRoom, message.RoomID), is(fieldID, message.ID)}, pendingDue(now)...)
		updates[i] = mongo.NewUpdateOneModel().SetFilter(filter).SetUpdate(take)
	}
	if _, err := s.messages.BulkWrite(ctx, updates, unordered()); err != nil {
		return nil, err
	}
	claimed, err := s.carrying(ctx, due, fieldLease, token)
	if err != nil || len(claimed) == 0 {
		return nil, err
	}
	return s.tasks(ctx, inOrder(claimed, due), token)
}

// carrying reads those of the messages that carry a token.
func (s *Store) carrying(ctx context.Context, messages []messageDocument, field, token string) ([]messageDocument, error) {
	ids := convert(messages, func(m messageDocument) domain.ID { return idOf(m.ID) })
	rooms := convert(messages, func(m messageDocument) domain.ID { return idOf(m.RoomID) })
	slices.Sort(rooms)
	filter := append(bson.D{is(fieldRoom, among(slices.Compact(rooms)))}, byIDs(ids)...)
	return all[messageDocument](ctx, s.messages, append(filter, is(field, token)), options.Find().SetProjection(withoutCounts))
}

// inOrder sorts messages as the wanted ones are.
func inOrder(messages, wanted []messageDocument) []messageDocument {
	byID := make(map[bson.ObjectID]messageDocument, len(messages))
	for _, message := range messages {
		byID[message.ID] = message
	}
	sorted := messages[:0]
	for _, one := range wanted {
		if message, found := byID[one.ID]; found {
			sorted = append(sorted, message)
			delete(byID, one.ID)
		}
	}
	return sorted
}

func (s *Store) tasks(ctx context.Context, claimed []messageDocument, token string) ([]domain.EnrichmentTask, error) {
	spoken, err := s.spoken(ctx, claimed)
	if err != nil {
		return nil, err
	}
	return convert(claimed, func(m messageDocument) domain.EnrichmentTask {
		task := domain.EnrichmentTask{Message: m.message(), Attempt: m.Enrichment.Attempts, Lease: token}
		own := baseLanguage(task.Message.Enrichment.Language)
		for _, language := range spoken[m.RoomID] {
			if language != own && language != "" {
				task.Targets = append(task.Targets, language)
			}
		}
		return task
	}), nil
}

// spoken gives the languages of the messages' rooms, sorted.
func (s *Store) spoken(ctx context.Context, messages []messageDocument) (map[bson.ObjectID][]string, error) {
	ids := convert(messages, func(m messageDocument) domain.ID { return idOf(m.RoomID) })
	slices.Sort(ids)
	rooms, err := all[roomDocument](ctx, s.rooms, byIDs(slices.Compact(ids)),
		options.Find().SetProjection(bson.D{is("participants.language", 1)}))
	spoken := make(map[bson.ObjectID][]string, len(rooms))
	for _, room := range rooms {
		languages := convert(room.Participants, func(p participantDocument) string { return baseLanguage(p.Language) })
		slices.Sort(languages)
		spoken[room.ID] = slices.Compact(languages)
	}
	return spoken, err
}

// baseLanguage is the language of a tag without script and region: nobody needs a translation
// from American into British English.
func baseLanguage(tag string) string {
	base, _, _ := strings.Cut(tag, "-")
	return base
}

// NextEnrichment tells when the next pending message is due.
func (s *Store) NextEnrichment(ctx context.Context) (time.Time, error) {
	// Since the beginning of time, because in the index the messages without a due time come first.
	next, _, err := maybe[messageDocument](ctx, s.messages,
		bson.D{is(fieldState, domain.EnrichmentPending), from(fieldDue, time.Time{})},
		options.FindOne().SetSort(bson.D{is(fieldDue, 1)}).SetProjection(bson.D{is(fieldDue, 1)}))
	return timeOf(next.Enrichment.DueAt), fail("read next enrichment", err)
}
