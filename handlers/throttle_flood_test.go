package handlers_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"dentalk/domain"
	"dentalk/handlers"
)

// gated counts failures only once it is opened: whoever has failed waits.
type gated struct {
	domain.FailureCounter
	failed atomic.Int64
	open   chan struct{}
}

func (g *gated) AddFailure(ctx context.Context, now time.Time, life time.Duration, keys ...string) error {
	g.failed.Add(1)
	<-g.open
	return g.FailureCounter.AddFailure(ctx, now, life, keys...)
}

// eventually waits for a condition.
func eventually(t *testing.T, what string, condition func() bool) {
	t.Helper()
	for until := time.Now().Add(20 * time.Second); !condition(); time.Sleep(time.Millisecond) {
		if time.Now().After(until) {
			t.Fatalf("never: %s", what)
		}
	}
}

func TestFloodFromOneAddressIsCountedAndKeepsNobodyElseOut(t *testing.T) {
	w := newWorld(t)
	w.user("owner", domain.RoleClinic, "")
	var log bytes.Buffer
	counter := &gated{FailureCounter: w.volatile, open: make(chan struct{})}
	api := w.instance(behindProxy, func(c *handlers.Config) {
		c.Failures, c.Log = counter, slog.New(slog.NewTextHandler(&log, nil))
	})
	var flood sync.WaitGroup
	codes := make(chan int, 400)
	for i := range cap(codes) {
		flood.Go(func() {
			answer := w.loginFrom(api, fmt.Sprintf("2001:db8::%d", i), fmt.Sprint("name", i), "a wrong guess")
			if answer.Code == http.StatusTooManyRequests && (answer.Header().Get("Retry-After") == "" || answer.Header().Get("RateLimit-Limit") == "") {
				t.Errorf("refused without saying for how long: %v", answer.Header())
			}
			codes <- answer.Code
		})
	}
	eventually(t, "two have failed", func() bool { return counter.failed.Load() >= 2 })
	if answer := w.loginFrom(api, "203.0.113.1", "owner", password); answer.Code != http.StatusOK {
		t.Errorf("the owner elsewhere: got %d %s", answer.Code, answer.Body)
	}
	if judged := counter.failed.Load(); judged != 2 {
		t.Errorf("%d of the flood were looked at before the owner", judged)
	}
	close(counter.open)
	flood.Wait()
	close(codes)
	answers := map[int]int{}
	for code := range codes {
		answers[code]++
	}
	if answers[http.StatusUnauthorized] > 52 || answers[http.StatusUnauthorized]+answers[http.StatusTooManyRequests] != cap(codes) {
		t.Errorf("got %v", answers)
	}
	if strings.Contains(log.String(), "ERROR") {
		t.Errorf("got the log:\n%s", log.String())
	}
}

func TestOneAddressComputesFewHashesAtOnce(t *testing.T) {
	w := newWorld(t)
	w.accounts.RegistrationOpen = true
	counter := &gated{FailureCounter: w.volatile, open: make(chan struct{})}
	api := w.instance(behindProxy, func(c *handlers.Config) { c.Failures = counter })
	var group sync.WaitGroup
	for i := range 2 {
		group.Go(func() { w.loginFrom(api, "203.0.113.1", fmt.Sprint("name", i), "a wrong guess") })
	}
	eventually(t, "two have failed", func() bool { return counter.failed.Load() == 2 })
	var early atomic.Int64
	register := func(address, name string) int {
		body := fmt.Sprintf(`{"username": %q, "password": %q, "email": "a@example.com", "role": "clinic", "language": "en"}`, name, password)
		return w.from(api, address, http.MethodPost, "/v1/auth/register", body).Code
	}
	group.Go(func() {
		if code := register("203.0.113.1", "waits"); code == http.StatusCreated {
			early.Add(1)
		}
	})
	if code := register("203.0.113.2", "other"); code != http.StatusCreated {
		t.Errorf("another address: got %d", code)
	}
	if early.Load() != 0 {
		t.Error("a registration did not wait for the logins of its address")
	}
	close(counter.open)
	group.Wait()
	if code := register("203.0.113.1", "afterwards"); code != http.StatusCreated {
		t.Errorf("afterwards: got %d", code)
	}
}
