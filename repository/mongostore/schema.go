package mongostore

import (
	"context"
	"fmt"

	"go.mongodb.org/mongo-driver/v2/bson"

	"dentalk/domain"
)

// schemaVersion is that of the documents that this program writes.
const schemaVersion = 1

// Keys of the documents in meta.
const (
	metaSchema    = "schema"
	metaWatermark = "watermark"
	metaMigration = "migration"
)

type schemaDocument struct {
	ID      string `bson:"_id"`
	Version int64  `bson:"version"`
}

// checkSchema refuses a database of a newer version, and marks a new one.
func (s *Store) checkSchema(ctx context.Context) error {
	_, err := s.meta.InsertOne(ctx, schemaDocument{ID: metaSchema, Version: schemaVersion})
	if err == nil || !isClash(err) {
		return err
	}
	schema, err := one[schemaDocument](ctx, s.meta, "schema", bson.D{is(fieldID, metaSchema)})
	if err != nil {
		return err
	}
	if schema.Version > schemaVersion {
		return fmt.Errorf("%w: it has schema %d, this version knows up to %d", ErrNewerSchema, schema.Version, schemaVersion)
	}
	return nil
}

// watermarkDocument says up to where the messages have been looked through by heal.
type watermarkDocument struct {
	ID        string        `bson:"_id"`
	MessageID bson.ObjectID `bson:"messageId"`
}

// beginWatermark sets the first one: what is older was told to its room by whoever wrote it.
func (s *Store) beginWatermark(ctx context.Context) error {
	begin := domain.FloorID(s.now().Add(-domain.ReplayOverlap))
	_, err := s.meta.InsertOne(ctx, watermarkDocument{ID: metaWatermark, MessageID: objectID(begin)})
	if isClash(err) {
		return nil
	}
	return err
}
