package mongostore

import (
	"context"
	"fmt"
	"iter"
	"strconv"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"dentalk/domain"
)

var _ domain.Archive = (*Store)(nil)

const (
	// extentTimeout bounds the counting of a collection.
	extentTimeout = 10 * time.Minute
	// exportTimeout bounds a walk over a collection together with what is done with each record.
	// A caller who wants to bound the time between two records ends the context.
	exportTimeout = 24 * time.Hour
)

// archived is how the records of one kind are read and written. Their keys are those of the
// documents.
type archived struct {
	collection *mongo.Collection
	key        func(key string) any
	record     func(*mongo.Cursor) (domain.Record, error)
	insert     func(ctx context.Context, as archived, records []domain.Record) error
}

func (s *Store) archivedAs(kind domain.RecordKind) (archived, error) {
	switch kind {
	case domain.RecordOrganization:
		return archived{s.organizations, keyOfID, recordOf(organizationRecord), inserting(organizationOf)}, nil
	case domain.RecordUser:
		return archived{s.users, keyOfID, recordOf(userRecord), inserting(userOf)}, nil
	case domain.RecordSession:
		return archived{s.sessions, keyOfID, recordOf(sessionRecord), inserting(sessionOf)}, nil
	case domain.RecordRefreshToken:
		return archived{s.refreshTokens, keyOfText, recordOf(refreshTokenRecord), inserting(refreshTokenOf)}, nil
	case domain.RecordRoom:
		return archived{s.rooms, keyOfID, recordOf(roomRecord), inserting(roomOf)}, nil
	case domain.RecordMessage:
		return archived{s.messages, keyOfID, recordOf(messageRecord), s.importMessages}, nil
	case domain.RecordReadMarker:
		return archived{s.readMarkers, keyOfText, recordOf(markerRecord), s.importMarkers}, nil
	case domain.RecordIdempotency:
		return archived{s.idempotencyKeys, keyOfText, recordOf(idempotencyRecord), inserting(idempotencyOf)}, nil
	case domain.RecordGlossary:
		return archived{s.glossary, keyOfVersion, recordOf(glossaryRecord), inserting(glossaryOf)}, nil
	case domain.RecordUsage:
		return archived{s.usage, keyOfText, recordOf(usageRecord), inserting(usageOf)}, nil
	case domain.RecordAPIKey:
		return archived{s.apiKeys, keyOfID, recordOf(apiKeyRecord), inserting(apiKeyOf)}, nil
	case domain.RecordUpload:
		return archived{s.uploads, keyOfID, recordOf(uploadRecord), inserting(uploadOf)}, nil
	case domain.RecordAudit:
		return archived{s.audit, keyOfID, recordOf(auditRecord), inserting(auditOf)}, nil
	case domain.RecordErasure:
		return archived{s.erasures, keyOfID, recordOf(erasureRecord), inserting(erasureOf)}, nil
	}
	return archived{}, fmt.Errorf("there is no kind of records %q", kind)
}

func keyOfID(key string) any   { return objectID(domain.ID(key)) }
func keyOfText(key string) any { return key }

// keyOfVersion is 0, which no change has, of what is no number.
func keyOfVersion(key string) any {
	version, _ := strconv.ParseInt(key, 10, 64)
	return version
}

// Extent counts the records of a kind and finds their greatest key.
func (s *Store) Extent(ctx context.Context, kind domain.RecordKind) (domain.Extent, error) {
	as, err := s.archivedAs(kind)
	if err != nil {
		return domain.Extent{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, extentTimeout)
	defer cancel()
	count, err := as.collection.CountDocuments(ctx, bson.D{})
	if err != nil || count == 0 {
		return domain.Extent{}, fail("measure "+string(kind), err)
	}
	last, _, err := maybe[bson.M](ctx, as.collection, bson.D{},
		options.FindOne().SetSort(bson.D{is(fieldID, -1)}).SetProjection(bson.D{is(fieldID, 1)}))
	return domain.Extent{Count: count, Last: textOf(last[fieldID])}, fail("measure "+string(kind), err)
}

func textOf(key any) string {
	switch key := key.(type) {
	case bson.ObjectID:
		return key.Hex()
	case int64:
		return versionText(key)
	case string:
		return key
	}
	return ""
}

// Export reads all records along the index of their keys.
func (s *Store) Export(ctx context.Context, kind domain.RecordKind, after string) iter.Seq2[domain.Record, error] {
	return func(yield func(domain.Record, error) bool) {
		as, err := s.archivedAs(kind)
		if err == nil {
			err = as.export(ctx, after, yield)
		}
		if err != nil {
			yield(domain.Record{}, fail("export "+string(kind), err))
		}
	}
}

// export ends without an error when the consumer stops, so that it is called no more.
func (a archived) export(ctx context.Context, after string, yield func(domain.Record, error) bool) error {
	ctx, cancel := context.WithTimeout(ctx, exportTimeout)
	defer cancel()
	filter := bson.D{}
	if after != "" {
		filter = bson.D{above(fieldID, a.key(after))}
	}
	cursor, err := a.collection.Find(ctx, filter, ascending(0))
	if err != nil {
		return err
	}
	defer cursor.Close(context.WithoutCancel(ctx))
	for cursor.Next(ctx) {
		record, err := a.record(cursor)
		if err != nil {
			return err
		}
		if !yield(record, nil) {
			return nil
		}
	}
	return cursor.Err()
}

func recordOf[D any](make func(D) domain.Record) func(*mongo.Cursor) (domain.Record, error) {
	return func(cursor *mongo.Cursor) (domain.Record, error) {
		var document D
		err := cursor.Decode(&document)
		return make(document), err
	}
}

// migrationDocument is a domain.Migration as it is stored.
type migrationDocument struct {
	From string `bson:"from"`
	Done bool   `bson:"done"`
}

// Migration tells how far a migration into this store has come; nil when there was none.
func (s *Store) Migration(ctx context.Context) (*domain.Migration, error) {
	stored, found, err := maybe[migrationDocument](ctx, s.meta, bson.D{is(fieldID, metaMigration)})
	if err != nil || !found {
		return nil, fail("read migration", err)
	}
	migration := domain.Migration(stored)
	return &migration, nil
}

// SetMigration remembers how far a migration into this store has come.
func (s *Store) SetMigration(ctx context.Context, migration domain.Migration) error {
	_, err := s.meta.ReplaceOne(ctx, bson.D{is(fieldID, metaMigration)}, migrationDocument(migration), options.Replace().SetUpsert(true))
	return fail("store migration", err)
}
