package mongostore

import (
	"context"
	"fmt"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"dentalk/domain"
)

var errGlossaryChanged = domain.Conflict("glossary_changed", "The glossary has changed meanwhile; try again.")

// GlossaryChanges lists in ascending order of version.
func (s *Store) GlossaryChanges(ctx context.Context, after int64, limit int) ([]domain.GlossaryChange, error) {
	found, err := all[glossaryDocument](ctx, s.glossary, bson.D{above(fieldID, after)}, ascending(limit))
	return convert(found, glossaryDocument.change), fail("list glossary changes", err)
}

// AppendGlossaryChange stores the next version. Nothing is ever removed, so the one before tells that
// there is no hole, and the key that there is none already.
func (s *Store) AppendGlossaryChange(ctx context.Context, change domain.GlossaryChange) error {
	follows, err := s.followsGlossary(ctx, change.Version)
	if err == nil && !follows {
		err = errGlossaryChanged
	}
	if err != nil {
		return fail("append glossary change", err)
	}
	_, err = s.glossary.InsertOne(ctx, newGlossaryDocument(change))
	if isClash(err) {
		err = errGlossaryChanged
	}
	return fail("append glossary change", err)
}

func (s *Store) followsGlossary(ctx context.Context, version int64) (bool, error) {
	if version == 1 {
		return true, nil
	}
	_, found, err := maybe[glossaryDocument](ctx, s.glossary, bson.D{is(fieldID, version-1)},
		options.FindOne().SetProjection(bson.D{is(fieldID, 1)}))
	return found, err
}

// versionText is the key of a glossary change, as domain.Record spells it.
func versionText(version int64) string { return fmt.Sprintf("%020d", version) }
