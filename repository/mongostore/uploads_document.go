package mongostore

import (
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"dentalk/domain"
)

type uploadDocument struct {
	ID        bson.ObjectID `bson:"_id"`
	File      fileDocument  `bson:",inline"`
	RoomID    bson.ObjectID `bson:"roomId"`
	UserID    bson.ObjectID `bson:"userId"`
	CreatedAt time.Time     `bson:"createdAt"`
	Shared    bool          `bson:"shared"`
	UsedAt    time.Time     `bson:"usedAt,omitempty"`    // absent while it is in no message
	RemovedAt time.Time     `bson:"removedAt,omitempty"` // absent unless it was removed
}

// fileDocument is what an upload and the attachment of a message say of the file.
type fileDocument struct {
	Name        string `bson:"name"`
	ContentType string `bson:"contentType"`
	Size        int64  `bson:"size"`
	SHA256      string `bson:"sha256"`
}

func newFileDocument(a domain.Attachment) fileDocument {
	return fileDocument{Name: a.Name, ContentType: a.ContentType, Size: a.Size, SHA256: a.SHA256}
}

func (d fileDocument) attachment(id bson.ObjectID) domain.Attachment {
	return domain.Attachment{ID: idOf(id), Name: d.Name, ContentType: d.ContentType, Size: d.Size, SHA256: d.SHA256}
}

const (
	fieldUser    = "userId"
	fieldCreated = "createdAt"
	fieldUsed    = "usedAt"
	fieldRemoved = "removedAt"
)

func newUploadDocument(u domain.Upload) uploadDocument {
	return uploadDocument{
		ID: objectID(u.ID), File: newFileDocument(u.Attachment), RoomID: objectID(u.RoomID), UserID: objectID(u.UserID),
		CreatedAt: domain.Milliseconds(u.CreatedAt), Shared: u.Shared,
	}
}

func (d uploadDocument) upload() domain.Upload {
	return domain.Upload{
		Attachment: d.File.attachment(d.ID), RoomID: idOf(d.RoomID), UserID: idOf(d.UserID),
		CreatedAt: timeOf(d.CreatedAt), Shared: d.Shared,
	}
}
