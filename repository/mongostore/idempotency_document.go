package mongostore

import (
	"time"

	"dentalk/domain"
)

type idempotencyDocument struct {
	ID          string    `bson:"_id"`
	CallerID    domain.ID `bson:"callerId"` // or what stands for one
	Path        string    `bson:"path"`
	Key         string    `bson:"key"`
	Fingerprint string    `bson:"fingerprint"`
	Answer      *[]byte   `bson:"answer,omitempty"` // absent while the request is under way
	ExpiresAt   time.Time `bson:"expiresAt"`
}

// idempotencyKey is what must be unique; callers and paths hold no line break.
func idempotencyKey(r domain.IdempotencyRecord) string {
	return string(r.CallerID) + "\n" + r.Path + "\n" + r.Key
}

func newIdempotencyDocument(r domain.IdempotencyRecord) idempotencyDocument {
	d := idempotencyDocument{
		ID: idempotencyKey(r), CallerID: r.CallerID, Path: r.Path, Key: r.Key,
		Fingerprint: r.Fingerprint, ExpiresAt: domain.Milliseconds(r.ExpiresAt),
	}
	if r.Answer != nil {
		d.Answer = &r.Answer
	}
	return d
}

func (d idempotencyDocument) record() domain.IdempotencyRecord {
	r := domain.IdempotencyRecord{
		CallerID: d.CallerID, Path: d.Path, Key: d.Key, Fingerprint: d.Fingerprint, ExpiresAt: timeOf(d.ExpiresAt),
	}
	if d.Answer != nil {
		r.Answer = *d.Answer
	}
	return r
}
