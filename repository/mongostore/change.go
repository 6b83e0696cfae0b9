package mongostore

import (
	"context"
	"math/rand/v2"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"dentalk/domain"
)

// mostLosses bounds how often a change begins again because others came first.
const mostLosses = 100

// versioned is a document that is replaced as a whole: every write raises its version.
type versioned[D any] interface {
	*D
	// raise raises the version and gives the condition that the stored one is still that of before.
	raise() bson.D
}

// change reads a document, changes it and stores it, unless it has changed meanwhile: then it
// begins again. compute tells whether there is anything to store.
func change[D any, P versioned[D]](ctx context.Context, c *mongo.Collection, thing string, id domain.ID, compute func(P) (bool, error)) (D, error) {
	for losses := range mostLosses {
		document, err := one[D](ctx, c, thing, byID(id))
		if err != nil {
			return document, err
		}
		changed, err := compute(&document)
		if err != nil || !changed {
			return document, err
		}
		stored, err := c.ReplaceOne(ctx, P(&document).raise(), document)
		if err != nil {
			return document, err
		}
		if stored.MatchedCount > 0 {
			return document, nil
		}
		if err := pause(ctx, losses); err != nil {
			return document, err
		}
	}
	var none D
	return none, errLost
}

const longestPause = 64 * time.Millisecond

// pause lets others pass after a loss: not at all after the first one, then for a random time that
// grows with the losses.
func pause(ctx context.Context, losses int) error {
	if losses == 0 {
		return ctx.Err()
	}
	wait := time.NewTimer(rand.N(min(time.Millisecond<<min(losses, 10), longestPause))) // #nosec G404 -- spreads load, keeps no secret
	defer wait.Stop()
	select {
	case <-wait.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func sameVersion(id bson.ObjectID, version int64) bson.D {
	return bson.D{{Key: "_id", Value: id}, {Key: "version", Value: version}}
}
