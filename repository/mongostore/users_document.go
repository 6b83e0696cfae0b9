package mongostore

import (
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"dentalk/domain"
)

type userDocument struct {
	ID             bson.ObjectID  `bson:"_id"`
	Version        int64          `bson:"version"`
	Username       string         `bson:"username"`
	UsernameKey    string         `bson:"usernameKey"`
	Email          string         `bson:"email,omitempty"`
	Role           domain.Role    `bson:"role"`
	Language       string         `bson:"language"`
	OrganizationID bson.ObjectID  `bson:"organizationId,omitempty"`
	PasswordHash   string         `bson:"passwordHash"`
	Disabled       bool           `bson:"disabled"`
	Reset          *resetDocument `bson:"reset,omitempty"`
	ErasedAt       time.Time      `bson:"erasedAt,omitempty"`
	CreatedAt      time.Time      `bson:"createdAt"`
	UpdatedAt      time.Time      `bson:"updatedAt"`
}

type resetDocument struct {
	Hash      string    `bson:"hash"`
	ExpiresAt time.Time `bson:"expiresAt"`
}

func newUserDocument(u domain.User) userDocument {
	d := userDocument{
		ID: objectID(u.ID), Username: u.Username, UsernameKey: domain.UsernameKey(u.Username), Email: u.Email,
		Role: u.Role, Language: u.Language, OrganizationID: objectID(u.OrganizationID), PasswordHash: u.PasswordHash,
		Disabled: u.Disabled, ErasedAt: domain.Milliseconds(u.ErasedAt),
		CreatedAt: domain.Milliseconds(u.CreatedAt), UpdatedAt: domain.Milliseconds(u.UpdatedAt),
	}
	if u.Reset != nil {
		d.Reset = &resetDocument{Hash: u.Reset.Hash, ExpiresAt: domain.Milliseconds(u.Reset.ExpiresAt)}
	}
	return d
}

func (d userDocument) user() domain.User {
	u := domain.User{
		ID: idOf(d.ID), Username: d.Username, Email: d.Email, Role: d.Role, Language: d.Language,
		OrganizationID: idOf(d.OrganizationID), PasswordHash: d.PasswordHash, Disabled: d.Disabled,
		ErasedAt: timeOf(d.ErasedAt), CreatedAt: timeOf(d.CreatedAt), UpdatedAt: timeOf(d.UpdatedAt),
	}
	if d.Reset != nil {
		u.Reset = &domain.PasswordReset{Hash: d.Reset.Hash, ExpiresAt: timeOf(d.Reset.ExpiresAt)}
	}
	return u
}

// set replaces everything but the version.
func (d *userDocument) set(u domain.User) {
	version := d.Version
	*d = newUserDocument(u)
	d.Version = version
}

func (d *userDocument) raise() bson.D {
	d.Version++
	return sameVersion(d.ID, d.Version-1)
}
