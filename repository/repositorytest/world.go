package repositorytest

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"dentalk/domain"
)

// clock stands still unless it is moved.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(by time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(by)
}

// world is an empty store with what a test needs to fill it.
type world struct {
	*testing.T
	store domain.Store
	clock *clock
	ids   *domain.IDSource
	ctx   context.Context
	made  int
	// repeats says that replays may begin up to domain.ReplayOverlap before the position.
	repeats bool
}

func newWorld(t *testing.T, open Open) *world {
	t.Helper()
	ids, err := domain.NewIDSource(rand.Reader, domain.ZeroID)
	if err != nil {
		t.Fatal(err)
	}
	c := &clock{now: time.Date(2026, 3, 1, 9, 30, 0, 123_456_789, time.UTC)}
	return &world{T: t, store: open(t, c.Now), clock: c, ids: ids, ctx: t.Context()}
}

// now is the clock's time as a store keeps it.
func (w *world) now() time.Time { return domain.Milliseconds(w.clock.Now()) }

func (w *world) id() domain.ID { return w.ids.Next(w.clock.Now()) }

// name gives a name that is used only once.
func (w *world) name(kind string) string {
	w.made++
	return fmt.Sprintf("%s-%d", kind, w.made)
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// same compares; nil and empty lists and maps are the same.
func (w *world) same(what string, got, want any) {
	w.Helper()
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		w.Fatalf("%s (-want +got):\n%s", what, diff)
	}
}

// fails checks the kind of an error, and its code unless that is empty.
func (w *world) fails(err error, kind domain.Kind, code string) {
	w.Helper()
	if domain.KindOf(err) != kind || err == nil {
		w.Fatalf("got error %v of kind %d, want kind %d", err, domain.KindOf(err), kind)
	}
	if code != "" && domain.CodeOf(err) != code {
		w.Fatalf("got code %q, want %q", domain.CodeOf(err), code)
	}
}

// sameSet compares lists whose order does not matter.
func (w *world) sameSet(what string, got, want []domain.ID) {
	w.Helper()
	w.same(what, slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(want)))
}
