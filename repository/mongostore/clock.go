package mongostore

import (
	"context"
	"fmt"
	"math"
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

const (
	// samples is how many round trips one measurement takes.
	samples = 5
	// believable is the longest round trip that tells more of the clock than of a delay.
	believable = 500 * time.Millisecond
)

func (c *clock) now() time.Time {
	return domain.Milliseconds(c.local().Add(time.Duration(c.offset.Load())))
}

// measure compares the clocks by the quickest of a few round trips. Later it changes nothing when
// even that one was slow: what was measured before is nearer to the truth.
func (c *clock) measure(ctx context.Context) error {
	if c.fixed {
		return nil
	}
	quickest := time.Duration(math.MaxInt64)
	var offset time.Duration
	for range samples {
		ahead, roundTrip, err := c.sample(ctx)
		if err != nil {
			return fmt.Errorf("ask for the server's clock: %w", err)
		}
		if roundTrip < quickest {
			quickest, offset = roundTrip, ahead
		}
	}
	if quickest <= believable || !c.measured.Swap(true) {
		c.offset.Store(int64(offset))
	}
	return nil
}

// sample asks once. The answer is taken to be half a round trip old.
func (c *clock) sample(ctx context.Context) (ahead, roundTrip time.Duration, err error) {
	var answer struct {
		LocalTime time.Time `bson:"localTime"`
	}
	began := c.local()
	if err := c.server.RunCommand(ctx, bson.D{is("hello", 1)}).Decode(&answer); err != nil {
		return 0, 0, err
	}
	roundTrip = c.local().Sub(began)
	if answer.LocalTime.IsZero() {
		return 0, roundTrip, nil
	}
	return answer.LocalTime.Sub(began) - roundTrip/2, roundTrip, nil
}
