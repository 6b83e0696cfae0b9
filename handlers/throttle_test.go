package handlers_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"dentalk/domain"
	"dentalk/handlers"
)

func TestInstancesShareTheLoginThrottle(t *testing.T) {
	w := newWorld(t)
	w.user("owner", domain.RoleClinic, "")
	one, two := w.instance(), w.instance()
	for i, api := range []*handlers.API{one, two, one, two, one} {
		answer := w.login(api, "Owner", "a wrong guess")
		if answer.Code != http.StatusUnauthorized || answer.Header().Get("RateLimit-Remaining") != fmt.Sprint(5-i) {
			t.Fatalf("got %d, %v", answer.Code, answer.Header())
		}
	}
	for _, api := range []*handlers.API{one, two} {
		answer := w.login(api, "owner", password)
		if answer.Code != http.StatusTooManyRequests || answer.Header().Get("Retry-After") != "1" || answer.Header().Get("RateLimit-Remaining") != "0" {
			t.Errorf("got %d, %v", answer.Code, answer.Header())
		}
	}
	w.advance(time.Second)
	if answer := w.login(two, "owner", password); answer.Code != http.StatusOK {
		t.Fatalf("after the delay: got %d", answer.Code)
	}
	if answer := w.login(one, "owner", "a wrong guess"); answer.Header().Get("RateLimit-Remaining") != "5" {
		t.Errorf("a login forgets the failures: got %v", answer.Header())
	}
}

func TestLoginDelaysGrowAndEnd(t *testing.T) {
	w := newWorld(t)
	api := w.instance()
	for range 5 {
		w.login(api, "nobody", "a wrong guess")
	}
	for _, delay := range []int{1, 2, 4, 8, 16, 32, 60, 60} {
		answer := w.login(api, "nobody", "a wrong guess")
		if answer.Code != http.StatusTooManyRequests || answer.Header().Get("Retry-After") != fmt.Sprint(delay) {
			t.Fatalf("got %d, Retry-After %s, want %d", answer.Code, answer.Header().Get("Retry-After"), delay)
		}
		w.advance(time.Duration(delay) * time.Second)
		if answer := w.login(api, "nobody", "a wrong guess"); answer.Code != http.StatusUnauthorized {
			t.Fatalf("after the delay: got %d", answer.Code)
		}
	}
	w.advance(15 * time.Minute)
	if answer := w.login(api, "nobody", "a wrong guess"); answer.Header().Get("RateLimit-Remaining") != "5" {
		t.Errorf("after 15 minutes: got %v", answer.Header())
	}
}

func TestInstancesShareTheMessageRate(t *testing.T) {
	w := newWorld(t)
	limited := func(c *handlers.Config) { c.MessagesPerMinute = 3 }
	one, two := w.instance(limited), w.instance(limited)
	w.user("operator", domain.RoleOperator, "")
	token := w.token(one, "operator")
	var room handlers.Room
	w.decode(w.call(one, http.MethodPost, "/v1/rooms", token, `{"orderId":"1","name":"n","participantIds":[]}`), http.StatusCreated, &room)
	path := "/v1/rooms/" + room.ID + "/messages"
	for i, api := range []*handlers.API{one, two, one} {
		answer := w.call(api, http.MethodPost, path, token, `{"text":"hello"}`)
		if answer.Code != http.StatusCreated || answer.Header().Get("RateLimit-Remaining") != fmt.Sprint(2-i) {
			t.Fatalf("got %d, %v", answer.Code, answer.Header())
		}
	}
	answer := w.call(two, http.MethodPost, path, token, `{"text":"hello"}`)
	if answer.Code != http.StatusTooManyRequests || answer.Header().Get("Retry-After") != "20" {
		t.Errorf("got %d, %v", answer.Code, answer.Header())
	}
}

// failing is a store of counts that fails.
type failing struct{}

var errOutage = errors.New("connection refused")

func (failing) Failures(context.Context, time.Time, ...string) ([]domain.Failures, error) {
	return nil, errOutage
}

func (failing) AddFailure(context.Context, time.Time, time.Duration, ...string) error {
	return errOutage
}

func (failing) ForgetFailures(context.Context, string) error { return errOutage }

func (failing) Take(context.Context, time.Time, string, int) (domain.Allowance, error) {
	return domain.Allowance{}, errOutage
}

func TestRequestsGoOnWithoutCounts(t *testing.T) {
	w := newWorld(t)
	var log bytes.Buffer
	api := w.instance(func(c *handlers.Config) {
		c.Failures, c.Rates, c.MessagesPerMinute, c.Log = failing{}, failing{}, 1, slog.New(slog.NewTextHandler(&log, nil))
	})
	w.user("operator", domain.RoleOperator, "")
	for range 7 {
		if answer := w.login(api, "operator", "a wrong guess"); answer.Code != http.StatusUnauthorized {
			t.Fatalf("got %d", answer.Code)
		}
	}
	token := w.token(api, "operator")
	var room handlers.Room
	w.decode(w.call(api, http.MethodPost, "/v1/rooms", token, `{"orderId":"1","name":"n","participantIds":[]}`), http.StatusCreated, &room)
	for range 3 {
		if answer := w.call(api, http.MethodPost, "/v1/rooms/"+room.ID+"/messages", token, `{"text":"hello"}`); answer.Code != http.StatusCreated {
			t.Fatalf("got %d", answer.Code)
		}
	}
	if lines := strings.Count(log.String(), "\n"); lines != 1 {
		t.Errorf("got %d lines in the log, want one a minute:\n%s", lines, log.String())
	}
}
