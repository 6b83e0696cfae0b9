package mongostore

import (
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"dentalk/domain"
)

type erasureDocument struct {
	ID          bson.ObjectID  `bson:"_id"`
	Target      targetDocument `bson:"target"`
	Reason      string         `bson:"reason,omitempty"`
	CreatedBy   bson.ObjectID  `bson:"createdBy,omitempty"`
	CreatedAt   time.Time      `bson:"createdAt"`
	CompletedAt time.Time      `bson:"completedAt,omitempty"` // absent while it is pending
	RepeatedAt  time.Time      `bson:"repeatedAt,omitempty"`  // absent until it was carried out once more
	Messages    int64          `bson:"messages"`
}

// targetDocument has one field.
type targetDocument struct {
	MessageID bson.ObjectID `bson:"messageId,omitempty"`
	RoomID    bson.ObjectID `bson:"roomId,omitempty"`
	UserID    bson.ObjectID `bson:"userId,omitempty"`
}

const (
	fieldCompleted = "completedAt"
	fieldRepeated  = "repeatedAt"
)

func newErasureDocument(e domain.Erasure) erasureDocument {
	return erasureDocument{
		ID:     objectID(e.ID),
		Target: targetDocument{objectID(e.Target.MessageID), objectID(e.Target.RoomID), objectID(e.Target.UserID)},
		Reason: e.Reason, CreatedBy: objectID(e.CreatedBy), CreatedAt: domain.Milliseconds(e.CreatedAt),
		CompletedAt: domain.Milliseconds(e.CompletedAt), RepeatedAt: domain.Milliseconds(e.RepeatedAt), Messages: e.Messages,
	}
}

func (d erasureDocument) erasure() domain.Erasure {
	return domain.Erasure{
		ID:     idOf(d.ID),
		Target: domain.ErasureTarget{MessageID: idOf(d.Target.MessageID), RoomID: idOf(d.Target.RoomID), UserID: idOf(d.Target.UserID)},
		Reason: d.Reason, CreatedBy: idOf(d.CreatedBy), CreatedAt: timeOf(d.CreatedAt),
		CompletedAt: timeOf(d.CompletedAt), RepeatedAt: timeOf(d.RepeatedAt), Messages: d.Messages,
	}
}
