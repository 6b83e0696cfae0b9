package expiring_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"dentalk/enrichment/internal/expiring"
)

// source counts its loads and fails on demand.
type source struct {
	loads int
	err   error
}

func (s *source) load(context.Context) (int, error) {
	s.loads++
	return s.loads, s.err
}

func expect(t *testing.T, value *expiring.Value[int], want int, wantErr error) {
	t.Helper()
	if got, err := value.Get(t.Context()); got != want && err == nil || !errors.Is(err, wantErr) {
		t.Errorf("got %d, %v; want %d, %v", got, err, want, wantErr)
	}
}

func TestValueIsLoadedAgainAfterItsLife(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		from := &source{}
		value := expiring.New(time.Hour, from.load)
		expect(t, value, 1, nil)
		time.Sleep(time.Hour - time.Nanosecond)
		expect(t, value, 1, nil)
		time.Sleep(time.Nanosecond)
		expect(t, value, 2, nil)
	})
}

func TestOldValueServesOnWhileItCannotBeLoaded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		from := &source{}
		value := expiring.New(time.Hour, from.load)
		expect(t, value, 1, nil)
		time.Sleep(time.Hour)
		from.err = errors.New("down")
		expect(t, value, 1, nil)
		expect(t, value, 1, nil)
		if from.loads != 2 {
			t.Errorf("loaded %d times", from.loads)
		}
		from.err = nil
		time.Sleep(time.Minute)
		expect(t, value, 3, nil)
	})
}

func TestFirstLoadThatFailsIsTriedAgain(t *testing.T) {
	from := &source{err: errors.New("down")}
	value := expiring.New(time.Hour, from.load)
	expect(t, value, 0, from.err)
	from.err = nil
	expect(t, value, 2, nil)
}

func TestWaitingForAnothersLoadEndsWithTheContext(t *testing.T) {
	began, end := make(chan struct{}), make(chan struct{})
	value := expiring.New(time.Hour, func(context.Context) (int, error) {
		close(began)
		<-end
		return 1, nil
	})
	var group sync.WaitGroup
	group.Go(func() { expect(t, value, 1, nil) })
	<-began
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := value.Get(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	close(end)
	group.Wait()
	expect(t, value, 1, nil)
}
