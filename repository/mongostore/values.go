package mongostore

import (
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"dentalk/domain"
)

// objectID is an ID as it is stored. What is no ID becomes the zero one, which no document has.
func objectID(id domain.ID) bson.ObjectID {
	parsed, ok := domain.ParseID(string(id)) // the driver would take capitals too
	if !ok {
		return bson.NilObjectID
	}
	key, err := bson.ObjectIDFromHex(string(parsed))
	if err != nil {
		return bson.NilObjectID
	}
	return key
}

func objectIDs(ids []domain.ID) []bson.ObjectID {
	keys := make([]bson.ObjectID, len(ids))
	for i, id := range ids {
		keys[i] = objectID(id)
	}
	return keys
}

func idOf(key bson.ObjectID) domain.ID {
	if key.IsZero() {
		return ""
	}
	return domain.ID(key.Hex())
}

// idOrZero is idOf for positions, which are never empty.
func idOrZero(key bson.ObjectID) domain.ID { return domain.ID(key.Hex()) }

// timeOf is a time as it was stored: the zero one stays zero.
func timeOf(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return t.UTC()
}

// limitOf is a limit for the server, for which 0 means none and a negative one something else.
func limitOf(limit int) int64 { return int64(max(limit, 0)) }
