package mongostore

import (
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"dentalk/domain"
)

type auditDocument struct {
	ID        bson.ObjectID      `bson:"_id"`
	At        time.Time          `bson:"at"`
	Action    domain.AuditAction `bson:"action"`
	ActorID   bson.ObjectID      `bson:"actorId,omitempty"`
	ActorRole domain.Role        `bson:"actorRole,omitempty"`
	Address   string             `bson:"address,omitempty"`
	RequestID string             `bson:"requestId,omitempty"`
	RoomID    bson.ObjectID      `bson:"roomId,omitempty"`
	UserID    bson.ObjectID      `bson:"userId,omitempty"`
	TargetID  bson.ObjectID      `bson:"targetId,omitempty"`
	Detail    map[string]string  `bson:"detail,omitempty"`
}

func newAuditDocument(e domain.AuditEntry) auditDocument {
	return auditDocument{
		ID: objectID(e.ID), At: domain.Milliseconds(e.At), Action: e.Action, ActorID: objectID(e.ActorID), ActorRole: e.ActorRole,
		Address: e.Address, RequestID: e.RequestID, RoomID: objectID(e.RoomID), UserID: objectID(e.UserID),
		TargetID: objectID(e.TargetID), Detail: e.Detail,
	}
}

func (d auditDocument) entry() domain.AuditEntry {
	return domain.AuditEntry{
		ID: idOf(d.ID), At: timeOf(d.At), Action: d.Action, ActorID: idOf(d.ActorID), ActorRole: d.ActorRole,
		Address: d.Address, RequestID: d.RequestID, RoomID: idOf(d.RoomID), UserID: idOf(d.UserID),
		TargetID: idOf(d.TargetID), Detail: d.Detail,
	}
}
