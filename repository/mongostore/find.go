package mongostore

import (
	"context"
	"errors"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"dentalk/domain"
)

// one reads a document; thing names what is not found when there is none.
func one[D any](ctx context.Context, c *mongo.Collection, thing string, filter any, how ...options.Lister[options.FindOneOptions]) (D, error) {
	var document D
	err := c.FindOne(ctx, filter, how...).Decode(&document)
	return document, orNotFound(thing, err)
}

// orNotFound names what is not found when no document met the filter.
func orNotFound(thing string, err error) error {
	if errors.Is(err, mongo.ErrNoDocuments) {
		return domain.NotFound(thing)
	}
	return err
}

// maybe reads a document, or tells false when there is none.
func maybe[D any](ctx context.Context, c *mongo.Collection, filter any, how ...options.Lister[options.FindOneOptions]) (D, bool, error) {
	document, err := one[D](ctx, c, "document", filter, how...)
	if domain.KindOf(err) == domain.KindNotFound {
		return document, false, nil
	}
	return document, err == nil, err
}

func all[D any](ctx context.Context, c *mongo.Collection, filter any, how ...options.Lister[options.FindOptions]) ([]D, error) {
	cursor, err := c.Find(ctx, filter, how...)
	if err != nil {
		return nil, err
	}
	var documents []D
	if err := cursor.All(ctx, &documents); err != nil {
		return nil, err
	}
	return documents, nil
}

// convert makes what the domain knows out of documents.
func convert[D, T any](documents []D, into func(D) T) []T {
	if len(documents) == 0 {
		return nil
	}
	converted := make([]T, len(documents))
	for i, document := range documents {
		converted[i] = into(document)
	}
	return converted
}

func byID(id domain.ID) bson.D { return bson.D{{Key: "_id", Value: objectID(id)}} }

// byIDs keeps to equality for a single one.
func byIDs(ids []domain.ID) bson.D { return bson.D{{Key: "_id", Value: among(ids)}} }

// among is the condition that a field holds one of ids.
func among(ids []domain.ID) any {
	if len(ids) == 1 {
		return objectID(ids[0])
	}
	return bson.D{{Key: "$in", Value: objectIDs(ids)}}
}

// after is the condition of the next page in ascending order of _id.
func after(id domain.ID) bson.D {
	return bson.D{{Key: "_id", Value: bson.D{{Key: "$gt", Value: objectID(id)}}}}
}

// newestBefore is the condition of the next page in descending order of _id; an empty ID begins with
// the newest.
func newestBefore(id domain.ID) bson.D {
	if id == "" {
		return nil
	}
	return bson.D{below(fieldID, objectID(id))}
}

func ascending(limit int) *options.FindOptionsBuilder {
	return options.Find().SetSort(bson.D{{Key: "_id", Value: 1}}).SetLimit(limitOf(limit))
}

func descending(limit int) *options.FindOptionsBuilder {
	return options.Find().SetSort(bson.D{is(fieldID, -1)}).SetLimit(limitOf(limit))
}
