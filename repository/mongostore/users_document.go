package mongostore

import (
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"dentalk/domain"
)

type userDocument struct {
	ID             bson.ObjectID `bson:"_id"`
	Version        int64         `bson:"version"`
	Username       string        `bson:"username"`
	UsernameKey    string        `bson:"usernameKey"`
	Email          string        `bson:"email,omitempty"`
	Role           domain.Role   `bson:"role"`
	Language       string        `bson:"language"`
	OrganizationID bson.ObjectID `bson:"organizationId,omitempty"`
	PasswordHash   string        `bson:"passwordHash"`
	Disabled       bool          `bson:"disabled"`
	CreatedAt      time.Time     `bson:"createdAt"`
	UpdatedAt      time.Time     `bson:"updatedAt"`
}

func newUserDocument(u domain.User) userDocument {
	return userDocument{
		ID: objectID(u.ID), Username: u.Username, UsernameKey: domain.UsernameKey(u.Username), Email: u.Email,
		Role: u.Role, Language: u.Language, OrganizationID: objectID(u.OrganizationID), PasswordHash: u.PasswordHash,
		Disabled: u.Disabled, CreatedAt: domain.Milliseconds(u.CreatedAt), UpdatedAt: domain.Milliseconds(u.UpdatedAt),
	}
}

func (d userDocument) user() domain.User {
	return domain.User{
		ID: idOf(d.ID), Username: d.Username, Email: d.Email, Role: d.Role, Language: d.Language,
		OrganizationID: idOf(d.OrganizationID), PasswordHash: d.PasswordHash, Disabled: d.Disabled,
		CreatedAt: timeOf(d.CreatedAt), UpdatedAt: timeOf(d.UpdatedAt),
	}
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
