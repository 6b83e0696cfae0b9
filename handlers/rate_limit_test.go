package handlers_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"dentalk/domain"
	"dentalk/handlers"
)

func TestRequestsOfAKeyAreLimited(t *testing.T) {
	w := newWorld(t)
	limited := func(c *handlers.Config) { c.KeyRequestsPerMinute = 3 }
	one, two := w.instance(limited), w.instance(limited)
	w.user("operator", domain.RoleOperator, "")
	operator := w.token(one, "operator")
	key := func() string {
		var made struct{ Secret string }
		w.decode(w.call(one, http.MethodPost, "/v1/api-keys", operator, `{"name": "orders", "scopes": ["ops:read"]}`), http.StatusCreated, &made)
		return made.Secret
	}
	first, second := key(), key()
	for i, request := range []struct {
		api    *handlers.API
		path   string
		status int
	}{{one, "/v1/me", http.StatusOK}, {two, "/v1/rooms?limit=0", http.StatusBadRequest}, {one, "/v1/users/nobody", 0}} {
		answer := w.call(request.api, http.MethodGet, request.path, first, "")
		if request.status != 0 && answer.Code != request.status || answer.Header().Get("RateLimit-Limit") != "3" || answer.Header().Get("RateLimit-Remaining") != fmt.Sprint(2-i) {
			t.Errorf("%s: got %d, %v", request.path, answer.Code, answer.Header())
		}
	}
	answer := w.call(two, http.MethodGet, "/v1/me", first, "")
	w.refused(answer, http.StatusTooManyRequests, "too_many_requests")
	if answer.Header().Get("Retry-After") != "20" {
		t.Errorf("got %v", answer.Header())
	}
	if answer := w.call(two, http.MethodGet, "/v1/me", second, ""); answer.Code != http.StatusOK {
		t.Errorf("another key: got %d", answer.Code)
	}
	for range 5 {
		if answer := w.call(one, http.MethodGet, "/v1/me", operator, ""); answer.Code != http.StatusOK || answer.Header().Get("RateLimit-Limit") != "" {
			t.Errorf("a user: got %d, %v", answer.Code, answer.Header())
		}
	}
	w.advance(20 * time.Second)
	if answer := w.call(one, http.MethodGet, "/v1/me", first, ""); answer.Code != http.StatusOK {
		t.Errorf("a moment later: got %d", answer.Code)
	}
}

func TestAttemptsOfAnAddressAreLimited(t *testing.T) {
	w := newWorld(t)
	api := w.instance(behindProxy)
	refusals := map[string]string{"/v1/auth/register": "registration_closed", "/v1/auth/password-reset": "validation_failed"}
	attempt := func(address, path string) string {
		var problem handlers.Problem
		answer := w.from(api, address, http.MethodPost, path, `{}`)
		w.decode(answer, answer.Code, &problem)
		return problem.Code
	}
	for range 120 {
		for path, code := range refusals {
			if got := attempt("203.0.113.1", path); got != code {
				t.Fatalf("%s: got %s", path, got)
			}
		}
	}
	for path, code := range refusals {
		if got := attempt("203.0.113.1", path); got != "too_many_attempts" {
			t.Errorf("%s once more: got %s", path, got)
		}
		if got := attempt("203.0.113.2", path); got != code {
			t.Errorf("%s from another address: got %s", path, got)
		}
	}
}
