package mongostore

import (
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"dentalk/domain"
)

type apiKeyDocument struct {
	ID            bson.ObjectID   `bson:"_id"`
	Version       int64           `bson:"version"`
	Name          string          `bson:"name"`
	Scopes        []string        `bson:"scopes"`
	Secret        secretDocument  `bson:"secret"`
	Replaced      *secretDocument `bson:"replaced,omitempty"`
	ReplacedUntil time.Time       `bson:"replacedUntil,omitempty"`
	CreatedBy     bson.ObjectID   `bson:"createdBy,omitempty"`
	CreatedAt     time.Time       `bson:"createdAt"`
	ExpiresAt     time.Time       `bson:"expiresAt,omitempty"` // absent when never
	LastUsedAt    time.Time       `bson:"lastUsedAt,omitempty"`
}

type secretDocument struct {
	Hash   string `bson:"hash"`
	Prefix string `bson:"prefix"`
}

const (
	fieldSecret        = "secret.hash"
	fieldReplaced      = "replaced.hash"
	fieldReplacedUntil = "replacedUntil"
)

func newAPIKeyDocument(k domain.APIKey) apiKeyDocument {
	d := apiKeyDocument{
		ID: objectID(k.ID), Name: k.Name, Scopes: k.Scopes, Secret: secretDocument(k.APIKeySecret),
		ReplacedUntil: domain.Milliseconds(k.ReplacedUntil), CreatedBy: objectID(k.CreatedBy),
		CreatedAt: domain.Milliseconds(k.CreatedAt), ExpiresAt: domain.Milliseconds(k.ExpiresAt), LastUsedAt: domain.Milliseconds(k.LastUsedAt),
	}
	if k.Replaced != (domain.APIKeySecret{}) {
		d.Replaced = new(secretDocument(k.Replaced))
	}
	return d
}

func (d apiKeyDocument) key() domain.APIKey {
	k := domain.APIKey{
		ID: idOf(d.ID), Name: d.Name, Scopes: d.Scopes, APIKeySecret: domain.APIKeySecret(d.Secret),
		ReplacedUntil: timeOf(d.ReplacedUntil), CreatedBy: idOf(d.CreatedBy),
		CreatedAt: timeOf(d.CreatedAt), ExpiresAt: timeOf(d.ExpiresAt), LastUsedAt: timeOf(d.LastUsedAt),
	}
	if d.Replaced != nil {
		k.Replaced = domain.APIKeySecret(*d.Replaced)
	}
	return k
}

// rotate replaces the secret; of those that were replaced only this one stays good for a while.
func (d *apiKeyDocument) rotate(secret domain.APIKeySecret, oldUntil time.Time) {
	d.Replaced, d.ReplacedUntil = new(d.Secret), domain.Milliseconds(oldUntil)
	d.Secret = secretDocument(secret)
}

func (d *apiKeyDocument) raise() bson.D {
	d.Version++
	return sameVersion(d.ID, d.Version-1)
}
