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
	ID     bson.ObjectID `bson:"id"`
	Hash   string        `bson:"hash"`
	Prefix string        `bson:"prefix"`
}

func newSecretDocument(s domain.APIKeySecret) secretDocument {
	return secretDocument{ID: objectID(s.ID), Hash: s.Hash, Prefix: s.Prefix}
}

func (d secretDocument) secret() domain.APIKeySecret {
	return domain.APIKeySecret{ID: idOf(d.ID), Hash: d.Hash, Prefix: d.Prefix}
}

const (
	fieldSecretID      = "secret.id"
	fieldSecret        = "secret.hash"
	fieldReplacedID    = "replaced.id"
	fieldReplaced      = "replaced.hash"
	fieldReplacedUntil = "replacedUntil"
)

func newAPIKeyDocument(k domain.APIKey) apiKeyDocument {
	d := apiKeyDocument{
		ID: objectID(k.ID), Name: k.Name, Scopes: k.Scopes, Secret: newSecretDocument(k.Secret),
		ReplacedUntil: domain.Milliseconds(k.ReplacedUntil), CreatedBy: objectID(k.CreatedBy),
		CreatedAt: domain.Milliseconds(k.CreatedAt), ExpiresAt: domain.Milliseconds(k.ExpiresAt), LastUsedAt: domain.Milliseconds(k.LastUsedAt),
	}
	if k.Replaced != (domain.APIKeySecret{}) {
		d.Replaced = new(newSecretDocument(k.Replaced))
	}
	return d
}

func (d apiKeyDocument) key() domain.APIKey {
	k := domain.APIKey{
		ID: idOf(d.ID), Name: d.Name, Scopes: d.Scopes, Secret: d.Secret.secret(),
		ReplacedUntil: timeOf(d.ReplacedUntil), CreatedBy: idOf(d.CreatedBy),
		CreatedAt: timeOf(d.CreatedAt), ExpiresAt: timeOf(d.ExpiresAt), LastUsedAt: timeOf(d.LastUsedAt),
	}
	if d.Replaced != nil {
		k.Replaced = d.Replaced.secret()
	}
	return k
}

// rotate replaces the secret; of those that were replaced only this one stays good for a while.
func (d *apiKeyDocument) rotate(secret domain.APIKeySecret, oldUntil time.Time) {
	d.Replaced, d.ReplacedUntil = new(d.Secret), domain.Milliseconds(oldUntil)
	d.Secret = newSecretDocument(secret)
}

func (d *apiKeyDocument) raise() bson.D {
	d.Version++
	return sameVersion(d.ID, d.Version-1)
}
