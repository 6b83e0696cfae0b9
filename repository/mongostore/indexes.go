package mongostore

import (
	"context"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// indexTimeout bounds the making of the indexes of one collection, which takes long only in a
// version that adds one to a long history.
const indexTimeout = 10 * time.Minute

// makeIndexes makes those that are missing. Several instances may do it at once.
func (s *Store) makeIndexes(ctx context.Context) error {
	for _, one := range []struct {
		collection *mongo.Collection
		indexes    []mongo.IndexModel
	}{
		{s.users, []mongo.IndexModel{unique("usernameKey")}},
		{s.sessions, []mongo.IndexModel{index(fieldUser, fieldID), index("expiresAt")}},
		{s.refreshTokens, []mongo.IndexModel{index("sessionId")}},
		{s.rooms, []mongo.IndexModel{unique("orderId"), latest("participants.userId"), latest(), index("updatedAt")}},
		{s.readMarkers, []mongo.IndexModel{index(fieldRoom)}},
		{s.idempotencyKeys, []mongo.IndexModel{index("expiresAt")}},
		{s.messages, []mongo.IndexModel{
			unique(fieldRoom, fieldSeq), unique(fieldRoom, "userId", "key"), index(fieldRoom, fieldID),
			index(fieldDue), index(fieldAttempts, fieldDue), index(fieldSaved), index(fieldRoom, fieldSaved),
			index(fieldUser, fieldID),
		}},
		{s.glossary, []mongo.IndexModel{index(fieldUser)}},
		{s.apiKeys, []mongo.IndexModel{unique(fieldSecretID), unique(fieldSecret), index(fieldReplacedID), index(fieldReplaced)}},
		{s.uploads, []mongo.IndexModel{index(fieldRoom), index(fieldUser), index(fieldUsed, fieldCreated), index(fieldRemoved)}},
		{s.audit, []mongo.IndexModel{
			index("action", fieldID), index("actorId", fieldID), index(fieldRoom, fieldID), index(fieldUser, fieldID),
		}},
		{s.erasures, []mongo.IndexModel{index(fieldRepeated, fieldID)}},
	} {
		if err := createIndexes(ctx, one.collection, one.indexes); err != nil {
			return fmt.Errorf("make indexes of %s: %w", one.collection.Name(), err)
		}
	}
	return nil
}

// createIndexes makes one after the other: FerretDB fails at a list of several that exist.
func createIndexes(ctx context.Context, collection *mongo.Collection, indexes []mongo.IndexModel) error {
	ctx, cancel := context.WithTimeout(ctx, indexTimeout)
	defer cancel()
	for _, one := range indexes {
		if _, err := collection.Indexes().CreateOne(ctx, one); err != nil {
			return err
		}
	}
	return nil
}

func index(fields ...string) mongo.IndexModel {
	keys := make(bson.D, len(fields))
	for i, field := range fields {
		keys[i] = is(field, 1)
	}
	return mongo.IndexModel{Keys: keys}
}

func unique(fields ...string) mongo.IndexModel {
	model := index(fields...)
	model.Options = options.Index().SetUnique(true)
	return model
}

// latest is an index for lists of rooms, latest activity first.
func latest(fields ...string) mongo.IndexModel {
	model := index(fields...)
	model.Keys = append(model.Keys.(bson.D), is(fieldActivity, -1))
	return model
}
