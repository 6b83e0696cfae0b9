package mongostore

import (
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"dentalk/domain"
)

type glossaryDocument struct {
	Version  int64                  `bson:"_id"`
	At       time.Time              `bson:"at"`
	UserID   bson.ObjectID          `bson:"userId"`
	UserName string                 `bson:"userName"`
	Set      []glossaryTermDocument `bson:"set,omitempty"`
	Removed  []string               `bson:"removed,omitempty"`
}

type glossaryTermDocument struct {
	Term         string              `bson:"term"`
	Translations map[string]string   `bson:"translations,omitempty"`
	Synonyms     map[string][]string `bson:"synonyms,omitempty"`
	Category     string              `bson:"category,omitempty"`
}

func newGlossaryDocument(c domain.GlossaryChange) glossaryDocument {
	return glossaryDocument{
		Version: c.Version, At: domain.Milliseconds(c.At), UserID: objectID(c.UserID), UserName: c.UserName,
		Set:     convert(c.Set, func(t domain.GlossaryTerm) glossaryTermDocument { return glossaryTermDocument(t) }),
		Removed: c.Removed,
	}
}

func (d glossaryDocument) change() domain.GlossaryChange {
	return domain.GlossaryChange{
		Version: d.Version, At: timeOf(d.At), UserID: idOf(d.UserID), UserName: d.UserName,
		Set:     convert(d.Set, func(t glossaryTermDocument) domain.GlossaryTerm { return domain.GlossaryTerm(t) }),
		Removed: d.Removed,
	}
}
