package repositorytest

import (
	"sync/atomic"
	"time"

	"dentalk/domain"
)

var failureRules = []volatileRule{
	{"count by key", failuresCount},
	{"are forgotten a life after the last one", failuresForgotten},
	{"are forgotten on demand", failuresForget},
	{"are all counted when they come at once", failuresAtOnce},
	{"keep the time to the millisecond", failuresMilliseconds},
}

var rateRules = []volatileRule{
	{"a bucket holds a minute's worth and no more", rateHolds},
	{"a bucket is filled evenly", rateFills},
	{"a bucket is full again when it says so", rateFull},
	{"keys have buckets of their own", rateKeys},
	{"takers at once get no more than there is", rateAtOnce},
	{"a rate that divides no minute", rateOdd},
}

func (w *volatileWorld) failures(keys ...string) []domain.Failures {
	w.Helper()
	counts, err := w.store.Failures(w.ctx, w.now(), keys...)
	w.must(err)
	return counts
}

func (w *volatileWorld) fail(keys ...string) {
	w.Helper()
	w.must(w.store.AddFailure(w.ctx, w.now(), time.Minute, keys...))
}

func failuresCount(w *volatileWorld) {
	w.same("before", w.failures("a", "b"), []domain.Failures{{}, {}})
	first := w.now()
	w.fail("a", "b")
	w.clock.advance(time.Second)
	w.fail("b", "c")
	w.same("after", w.failures("c", "b", "a", "none"), []domain.Failures{
		{Count: 1, Last: w.now()}, {Count: 2, Last: w.now()}, {Count: 1, Last: first}, {},
	})
}

func failuresForgotten(w *volatileWorld) {
	w.fail("a")
	w.clock.advance(time.Minute - time.Millisecond)
	w.fail("a")
	w.same("within the life", w.failures("a"), []domain.Failures{{Count: 2, Last: w.now()}})
	w.clock.advance(time.Minute)
	w.same("after it", w.failures("a"), []domain.Failures{{}})
	w.fail("a")
	w.same("anew", w.failures("a"), []domain.Failures{{Count: 1, Last: w.now()}})
}

func failuresForget(w *volatileWorld) {
	w.fail("a", "b")
	w.must(w.store.ForgetFailures(w.ctx, "a"))
	w.must(w.store.ForgetFailures(w.ctx, "never failed"))
	w.same("counts", w.failures("a", "b"), []domain.Failures{{}, {Count: 1, Last: w.now()}})
}

func failuresAtOnce(w *volatileWorld) {
	w.atOnce(50, func(int) error { return w.store.AddFailure(w.ctx, w.now(), time.Minute, "a", "b") })
	w.same("counts", w.failures("a", "b"), []domain.Failures{{Count: 50, Last: w.now()}, {Count: 50, Last: w.now()}})
}

func failuresMilliseconds(w *volatileWorld) {
	want := w.now()
	w.clock.advance(123 * time.Microsecond)
	w.fail("a")
	w.same("counts", w.failures("a"), []domain.Failures{{Count: 1, Last: want}})
}

func (w *volatileWorld) take(key string, perMinute int) domain.Allowance {
	w.Helper()
	allowance, err := w.store.Take(w.ctx, w.now(), key, perMinute)
	w.must(err)
	return allowance
}

func rateHolds(w *volatileWorld) {
	for left := 2; left >= 0; left-- {
		want := domain.Allowance{Taken: true, Left: left, Full: time.Duration(3-left) * 20 * time.Second}
		if left == 0 {
			want.Wait = 20 * time.Second
		}
		w.same("allowance", w.take("a", 3), want)
	}
	w.same("refusal", w.take("a", 3), domain.Allowance{Wait: 20 * time.Second, Full: time.Minute})
	w.same("refusals take nothing", w.take("a", 3), domain.Allowance{Wait: 20 * time.Second, Full: time.Minute})
}

func rateFills(w *volatileWorld) {
	for range 3 {
		w.take("a", 3)
	}
	w.clock.advance(20*time.Second - time.Millisecond)
	w.same("too early", w.take("a", 3), domain.Allowance{Wait: time.Millisecond, Full: 40*time.Second + time.Millisecond})
	w.clock.advance(time.Millisecond)
	w.same("in time", w.take("a", 3), domain.Allowance{Taken: true, Wait: 20 * time.Second, Full: time.Minute})
}

func rateFull(w *volatileWorld) {
	w.take("a", 60)
	w.clock.advance(w.take("a", 60).Full)
	w.same("the first of a full bucket", w.take("a", 60), domain.Allowance{Taken: true, Left: 59, Full: time.Second})
	w.clock.advance(time.Hour)
	w.same("no more than full", w.take("a", 60), domain.Allowance{Taken: true, Left: 59, Full: time.Second})
}

func rateKeys(w *volatileWorld) {
	w.take("a", 1)
	w.same("the other's", w.take("b", 1).Taken, true)
	w.same("one's own", w.take("a", 1).Taken, false)
}

func rateAtOnce(w *volatileWorld) {
	var taken atomic.Int64
	w.atOnce(50, func(int) error {
		allowance, err := w.store.Take(w.ctx, w.now(), "a", 20)
		if allowance.Taken {
			taken.Add(1)
		}
		return err
	})
	w.same("taken", taken.Load(), int64(20))
}

func rateOdd(w *volatileWorld) {
	for left := 6; left >= 0; left-- {
		got := w.take("a", 7)
		w.same("taken and left", []any{got.Taken, got.Left}, []any{true, left})
	}
	w.same("refused", w.take("a", 7).Taken, false)
	w.clock.advance(time.Minute)
	w.same("a minute later", w.take("a", 7).Left, 6)
}
