package mongostore

import (
	"context"
	"crypto/rand"
	"errors"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"dentalk/domain"
)

// EraseMessages blanks one message after the other, each in one step that gives it as it was before, so
// that of several callers one gets it. When it fails it also gives those that it has blanked, for
// nobody will get them again.
func (s *Store) EraseMessages(ctx context.Context, target domain.ErasureTarget, after domain.ID, limit int, now time.Time) ([]domain.Message, error) {
	found, err := all[messageDocument](ctx, s.messages, append(targeted(target, after), unerased(target)),
		ascending(limit).SetProjection(bson.D{is(fieldRoom, 1), is("updatedAt", 1)}))
	if err != nil {
		return nil, fail("erase messages", err)
	}
	var before []domain.Message
	for _, message := range found {
		blanked, won, err := s.eraseMessage(ctx, message, target, now)
		if err != nil {
			return before, fail("erase messages", err)
		}
		if won {
			before = append(before, blanked.message())
		}
	}
	return before, nil
}

// targeted is the condition of the target's messages after a position: each is found along an index.
func targeted(target domain.ErasureTarget, position domain.ID) bson.D {
	switch {
	case target.RoomID != "":
		return append(after(position), is(fieldRoom, objectID(target.RoomID)))
	case target.UserID != "":
		return append(after(position), is(fieldUser, objectID(target.UserID)))
	}
	return bson.D{is(fieldID, bson.D{is("$eq", objectID(target.MessageID)), is("$gt", objectID(position))})}
}

// unerased is the condition of messages that are still to be blanked: of a user's also those that were
// blanked under the user's name.
func unerased(target domain.ErasureTarget) bson.E {
	if target.UserID == "" {
		return absent(fieldErased)
	}
	return is("$or", []bson.D{{absent(fieldErased)}, {compare(fieldUserName, "$ne", domain.ErasedName)}})
}

// eraseMessage tells false when somebody else has blanked the message.
func (s *Store) eraseMessage(ctx context.Context, m messageDocument, target domain.ErasureTarget, now time.Time) (messageDocument, bool, error) {
	var before messageDocument
	err := s.messages.FindOneAndUpdate(ctx,
		bson.D{is(fieldRoom, m.RoomID), is(fieldID, m.ID), unerased(target)},
		blanking(target, domain.Milliseconds(now), saveMark{s.saveAfter(m.UpdatedAt), rand.Text()}),
		options.FindOneAndUpdate().SetReturnDocument(options.Before)).Decode(&before)
	if errors.Is(err, mongo.ErrNoDocuments) {
		return before, false, nil
	}
	return before, err == nil, err
}

// blanking is the update that blanks a message as domain.Message.Erased does. It names a save and ends
// the lease, so that a worker or an operator who has read the message before stores nothing. The counts
// stay, and with them all that is derived of them.
func blanking(target domain.ErasureTarget, now time.Time, mark saveMark) bson.D {
	u := saving(domain.Enrichment{State: domain.EnrichmentOff}, time.Time{}, mark)
	u.put(fieldAttempts, 0, true)
	u.put("content.text", "", true)
	u.put("content.teeth", nil, false)
	u.put("content.attachments", nil, false)
	if target.UserID != "" {
		u.put(fieldUserName, domain.ErasedName, true)
	}
	u.put(fieldErased, now, true)
	return u.update()
}
