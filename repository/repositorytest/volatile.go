package repositorytest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"dentalk/domain"
)

// RunVolatile is the conformance suite of domain.VolatileStore. open makes an empty store and ends
// it when the test ends. Where the port has no time of its own, the store may go by now or by a
// clock elsewhere that runs.
func RunVolatile(t *testing.T, open func(t *testing.T, now func() time.Time) domain.VolatileStore) {
	t.Helper()
	for _, part := range []struct {
		name  string
		rules []volatileRule
	}{
		{"Cache", cacheRules}, {"Failures", failureRules}, {"Rates", rateRules}, {"Presence", presenceRules},
	} {
		t.Run(part.name, func(t *testing.T) {
			for _, one := range part.rules {
				t.Run(one.name, func(t *testing.T) { one.hold(newVolatileWorld(t, open)) })
			}
		})
	}
}

type volatileRule struct {
	name string
	hold func(w *volatileWorld)
}

// volatileWorld is an empty store whose clock stands still unless it is moved.
type volatileWorld struct {
	*testing.T
	store domain.VolatileStore
	clock *clock
	ctx   context.Context
}

func newVolatileWorld(t *testing.T, open func(*testing.T, func() time.Time) domain.VolatileStore) *volatileWorld {
	t.Helper()
	c := &clock{now: time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC)}
	return &volatileWorld{T: t, store: open(t, c.Now), clock: c, ctx: t.Context()}
}

func (w *volatileWorld) now() time.Time { return w.clock.Now() }

func (w *volatileWorld) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// same compares; nil and empty lists and maps are the same.
func (w *volatileWorld) same(what string, got, want any) {
	w.Helper()
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		w.Fatalf("%s (-want +got):\n%s", what, diff)
	}
}

// eventually waits for a condition while time passes, here and elsewhere.
func (w *volatileWorld) eventually(what string, condition func() bool) {
	w.Helper()
	ticker := time.NewTicker(time.Millisecond)
	defer ticker.Stop()
	for range 30_000 {
		if condition() {
			return
		}
		<-ticker.C
		w.clock.advance(time.Millisecond)
	}
	w.Fatalf("never happened: %s", what)
}

// atOnce runs n calls at the same time and waits for them.
func (w *volatileWorld) atOnce(n int, call func(i int) error) {
	w.Helper()
	errs := make(chan error, n)
	for i := range n {
		go func() { errs <- call(i) }()
	}
	for range n {
		w.must(<-errs)
	}
}

func numbered(n int, name string) []string {
	names := make([]string, n)
	for i := range names {
		names[i] = fmt.Sprintf("%s-%d", name, i)
	}
	return names
}
