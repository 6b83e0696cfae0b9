package mongostore

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"dentalk/domain"
)

// clock is the local clock, corrected by what the server's says, so that several instances agree
// on IDs and on when a lease ends.
type clock struct {
	local  func() time.Time
	server *mongo.Database
	fixed  bool         // the local clock is not to be corrected
	offset atomic.Int64 // nanoseconds by which the server's clock is ahead

	measured atomic.Bool
}

// believable is the longest round trip that tells more of the clock than of a delay.
const believable = 500 * time.Millisecond

func (c *clock) now() time.Time {
	return domain.Milliseconds(c.local().Add(time.Duration(c.offset.Load())))
}

// measure compares the clocks. The answer is taken to be half a round trip old.
func (c *clock) measure(ctx context.Context) error {
	if c.fixed {
		return nil
	}
	var answer struct {
		LocalTime time.Time `bson:"localTime"`
	}
	began := c.local()
	if err := c.server.RunCommand(ctx, bson.D{is("hello", 1)}).Decode(&answer); err != nil {
		return fmt.Errorf("ask for the server's clock: %w", err)
	}
	roundTrip := c.local().Sub(began)
	if !answer.LocalTime.IsZero() && (roundTrip <= believable || !c.measured.Swap(true)) {
		c.offset.Store(int64(answer.LocalTime.Sub(began) - roundTrip/2))
	}
	return nil
}
