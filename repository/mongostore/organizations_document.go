package mongostore

import (
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"dentalk/domain"
)

type organizationDocument struct {
	ID          bson.ObjectID           `bson:"_id"`
	Version     int64                   `bson:"version"`
	Kind        domain.OrganizationKind `bson:"kind"`
	Name        string                  `bson:"name"`
	Language    string                  `bson:"language"`
	Country     string                  `bson:"country,omitempty"`
	Timezone    string                  `bson:"timezone,omitempty"`
	Specialties []string                `bson:"specialties,omitempty"`
	Notation    domain.ToothNotation    `bson:"toothNotation,omitempty"`
	CreatedAt   time.Time               `bson:"createdAt"`
	UpdatedAt   time.Time               `bson:"updatedAt"`
}

func newOrganizationDocument(o domain.Organization) organizationDocument {
	return organizationDocument{
		ID: objectID(o.ID), Kind: o.Kind, Name: o.Name, Language: o.Language, Country: o.Country, Timezone: o.Timezone,
		Specialties: o.Specialties, Notation: o.Notation, CreatedAt: domain.Milliseconds(o.CreatedAt), UpdatedAt: domain.Milliseconds(o.UpdatedAt),
	}
}

func (d organizationDocument) organization() domain.Organization {
	return domain.Organization{
		ID: idOf(d.ID), Kind: d.Kind, Name: d.Name, Language: d.Language, Country: d.Country, Timezone: d.Timezone,
		Specialties: d.Specialties, Notation: d.Notation, CreatedAt: timeOf(d.CreatedAt), UpdatedAt: timeOf(d.UpdatedAt),
	}
}

// set replaces everything but the version.
func (d *organizationDocument) set(o domain.Organization) {
	version := d.Version
	*d = newOrganizationDocument(o)
	d.Version = version
}

func (d *organizationDocument) raise() bson.D {
	d.Version++
	return sameVersion(d.ID, d.Version-1)
}
