package mongostore

import (
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"dentalk/domain"
)

type sessionDocument struct {
	ID         bson.ObjectID  `bson:"_id"`
	UserID     bson.ObjectID  `bson:"userId"`
	CreatedAt  time.Time      `bson:"createdAt"`
	ExpiresAt  time.Time      `bson:"expiresAt"`
	LastUsedAt time.Time      `bson:"lastUsedAt,omitempty"`
	Client     clientDocument `bson:"client"`
	EndedAt    time.Time      `bson:"endedAt,omitempty"` // absent while it is not ended
}

type clientDocument struct {
	Address   string `bson:"address,omitempty"`
	UserAgent string `bson:"userAgent,omitempty"`
}

func newSessionDocument(s domain.Session) sessionDocument {
	return sessionDocument{
		ID: objectID(s.ID), UserID: objectID(s.UserID),
		CreatedAt: domain.Milliseconds(s.CreatedAt), ExpiresAt: domain.Milliseconds(s.ExpiresAt),
		LastUsedAt: domain.Milliseconds(s.LastUsedAt), Client: clientDocument(s.Client),
	}
}

func (d sessionDocument) session() domain.Session {
	return domain.Session{
		ID: idOf(d.ID), UserID: idOf(d.UserID), CreatedAt: timeOf(d.CreatedAt), ExpiresAt: timeOf(d.ExpiresAt),
		LastUsedAt: timeOf(d.LastUsedAt), Client: domain.Client(d.Client),
	}
}

// refreshTokenDocument is known by the token's hash.
type refreshTokenDocument struct {
	Hash       string        `bson:"_id"`
	SessionID  bson.ObjectID `bson:"sessionId"`
	ReplacedAt time.Time     `bson:"replacedAt,omitempty"` // absent while it is the session's newest
}

// live is the condition under which a session lives.
func live(now time.Time) bson.D {
	return bson.D{
		{Key: "endedAt", Value: bson.D{{Key: "$exists", Value: false}}},
		{Key: "expiresAt", Value: bson.D{{Key: "$gt", Value: now}}},
	}
}
