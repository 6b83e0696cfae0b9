package redisbroker_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"dentalk/streams/redisbroker"
)

func TestAnEventIsHeardOnce(t *testing.T) {
	recent, heard := redisbroker.NewRecent(), make(map[uint64]bool)
	random := rand.New(rand.NewPCG(1, 2))
	for newest := uint64(1); newest < 5*redisbroker.RememberEvents; newest += random.Uint64N(100) {
		back := random.Uint64N(min(newest, redisbroker.RememberEvents))
		for _, n := range []uint64{newest, newest - back} {
			if first := recent.First("a", n); first == heard[n] {
				t.Fatalf("event %d: first is %t", n, first)
			}
			heard[n] = true
		}
	}
}

func TestPublishersAreToldApart(t *testing.T) {
	recent := redisbroker.NewRecent()
	if !recent.First("a", 1) || !recent.First("b", 1) || recent.First("a", 1) {
		t.Error("events of two publishers were mixed up")
	}
}

func TestWhatIsForgottenCountsAsNew(t *testing.T) {
	recent := redisbroker.NewRecent()
	recent.First("a", 1)
	recent.First("a", math.MaxUint64)
	if !recent.First("a", 1) || recent.First("a", math.MaxUint64) {
		t.Error("the bounds of the memory are wrong")
	}
}
