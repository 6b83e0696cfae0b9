package enrichment_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/sync/errgroup"

	"dentalk/enrichment"
)

// server answers a request after some time, and counts how many are there at once.
type server struct {
	takes     time.Duration
	now, most atomic.Int32
	answered  atomic.Int32
}

func (s *server) RoundTrip(r *http.Request) (*http.Response, error) {
	s.most.Store(max(s.most.Load(), s.now.Add(1)))
	defer s.now.Add(-1)
	if err := wait(r.Context(), s.takes); err != nil {
		return nil, err
	}
	s.answered.Add(1)
	return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader("{}"))}, nil
}

func get(ctx context.Context, by http.RoundTripper) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://provider.example", nil)
	if err != nil {
		return err
	}
	response, err := by.RoundTrip(request)
	if err != nil {
		return err
	}
	return response.Body.Close()
}

func TestTransportLimitsRequestsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{takes: time.Second}
		by := enrichment.NewTransport(enrichment.TransportConfig{Name: "p", Base: s, Metrics: enrichment.NewMetrics(nil), AtOnce: 3})
		var group errgroup.Group
		began := time.Now()
		for range 9 {
			group.Go(func() error { return get(t.Context(), by) })
		}
		if err := group.Wait(); err != nil {
			t.Fatal(err)
		}
		same(t, "at once", s.most.Load(), int32(3))
		same(t, "time", time.Since(began), 3*time.Second)
	})
}

func TestTransportLimitsRequestsASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{}
		by := enrichment.NewTransport(enrichment.TransportConfig{Name: "p", Base: s, Metrics: enrichment.NewMetrics(nil), PerSecond: 10})
		began := time.Now()
		for range 40 {
			if err := get(t.Context(), by); err != nil {
				t.Fatal(err)
			}
		}
		if took := time.Since(began); took < 2900*time.Millisecond || took > 3100*time.Millisecond {
			t.Errorf("40 requests took %v, want 10 at once and 10 a second", took)
		}
	})
}

func TestTransportCutsOffWhoHangsButNotWhoWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{takes: 900 * time.Millisecond}
		by := enrichment.NewTransport(enrichment.TransportConfig{
			Name: "p", Base: s, Metrics: enrichment.NewMetrics(nil), AtOnce: 1, Timeout: time.Second,
		})
		var group errgroup.Group
		for range 5 { // the last waits for four times the timeout
			group.Go(func() error { return get(t.Context(), by) })
		}
		if err := group.Wait(); err != nil {
			t.Error(err)
		}
		s.takes = time.Hour
		began := time.Now()
		if err := get(t.Context(), by); !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, enrichment.ErrBusy) {
			t.Errorf("error %v", err)
		}
		same(t, "cut off after", time.Since(began), time.Second)
	})
}

func TestWaitingTooLongIsOurOwnFault(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{takes: time.Hour}
		by := enrichment.NewTransport(enrichment.TransportConfig{
			Name: "p", Base: s, Metrics: enrichment.NewMetrics(nil), AtOnce: 1, Timeout: 2 * time.Hour,
		})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		go func() { _ = get(t.Context(), by) }()
		synctest.Wait()
		if err := get(ctx, by); !errors.Is(err, enrichment.ErrBusy) {
			t.Errorf("error %v", err)
		}
		time.Sleep(time.Hour)
	})
}
