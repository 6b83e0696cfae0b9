package mongostore

import (
	"context"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"dentalk/domain"
)

type usageDocument struct {
	ID         string       `bson:"_id"` // month/provider
	Month      domain.Month `bson:"month"`
	Provider   string       `bson:"provider"`
	Calls      int64        `bson:"calls"`
	Characters int64        `bson:"characters"`
}

func (d usageDocument) usage() domain.Usage {
	return domain.Usage{Calls: d.Calls, Characters: d.Characters}
}

// AddUsage counts, or reads when there is nothing to add.
func (s *Store) AddUsage(ctx context.Context, month domain.Month, provider string, more domain.Usage) (domain.Usage, error) {
	key := bson.D{is(fieldID, string(month)+"/"+provider)}
	if more == (domain.Usage{}) {
		counted, _, err := maybe[usageDocument](ctx, s.usage, key)
		return counted.usage(), fail("read usage", err)
	}
	for losses := range mostLosses {
		var counted usageDocument
		err := s.usage.FindOneAndUpdate(ctx, key, bson.D{
			is("$inc", bson.D{is("calls", more.Calls), is("characters", more.Characters)}),
			is("$setOnInsert", bson.D{is("month", month), is("provider", provider)}),
		}, options.FindOneAndUpdate().SetUpsert(true).SetReturnDocument(options.After)).Decode(&counted)
		if !isClash(err) {
			return counted.usage(), fail("count usage", err)
		}
		// Two that count first both insert; the loser counts on what is there now.
		if err := pause(ctx, losses); err != nil {
			return domain.Usage{}, fail("count usage", err)
		}
	}
	return domain.Usage{}, fail("count usage", errLost)
}
