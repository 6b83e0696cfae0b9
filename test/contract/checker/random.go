package checker

import (
	"hash/fnv"
	"math/rand/v2"
	"time"
)

// newRandom gives everybody numbers of their own, which the seed decides.
func newRandom(seed uint64, name string) *rand.Rand {
	hash := fnv.New64a()
	_, _ = hash.Write([]byte(name)) // never fails
	return rand.New(rand.NewPCG(seed, hash.Sum64()))
}

// upTo draws a duration below most.
func upTo(random *rand.Rand, most time.Duration) time.Duration {
	return time.Duration(random.Int64N(int64(most)))
}
