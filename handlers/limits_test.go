package handlers_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"dentalk/domain"
	"dentalk/handlers"
)

// wantLimit fails the test unless the answer is a 429 that tells its limit.
func (w *world) wantLimit(answer *httptest.ResponseRecorder, code, limit string) {
	w.Helper()
	w.refused(answer, http.StatusTooManyRequests, code)
	header := answer.Header()
	if header.Get("Retry-After") == "" || header.Get("RateLimit-Limit") != limit || header.Get("RateLimit-Remaining") != "0" || header.Get("RateLimit-Reset") == "" {
		w.Errorf("got %v", header)
	}
}

func TestTypingHasAnAllowanceOfItsOwn(t *testing.T) {
	w := newWorld(t)
	api := w.instance(func(c *handlers.Config) { c.MessagesPerMinute = 1 })
	clinic, lab := w.user("clinic", domain.RoleClinic, ""), w.user("lab", domain.RoleLab, "")
	room := w.room("1", clinic, lab)
	path := "/v1/rooms/" + string(room.ID) + "/typing"
	token, other := w.token(api, "clinic"), w.token(api, "lab")
	for i := range 120 {
		answer := w.call(api, http.MethodPost, path, token, "")
		if answer.Code != http.StatusAccepted || answer.Header().Get("RateLimit-Remaining") != fmt.Sprint(119-i) {
			t.Fatalf("got %d %v", answer.Code, answer.Header())
		}
	}
	w.wantLimit(w.call(api, http.MethodPost, path, token, ""), "too_many_notices", "120")
	w.post(api, token, room, `{"text": "hello"}`)
	if answer := w.call(api, http.MethodPost, path, other, ""); answer.Code != http.StatusAccepted {
		t.Errorf("another user: got %d", answer.Code)
	}
}

func TestRefreshesOfAnAddressAreLimited(t *testing.T) {
	w := newWorld(t)
	api := w.instance(behindProxy)
	refresh := func(address string) *httptest.ResponseRecorder {
		return w.from(api, address, http.MethodPost, "/v1/auth/refresh", `{"refreshToken": "dtr_none"}`)
	}
	for range 600 {
		w.refused(refresh("203.0.113.1"), http.StatusUnauthorized, "invalid_refresh_token")
	}
	w.wantLimit(refresh("203.0.113.1"), "too_many_refreshes", "600")
	w.refused(refresh("203.0.113.2"), http.StatusUnauthorized, "invalid_refresh_token")
}

func TestVisitorsBehindOneAddressMayChooseTheSameKey(t *testing.T) {
	w := newWorld(t)
	w.accounts.RegistrationOpen = true
	api := w.instance()
	register := func(name string) *httptest.ResponseRecorder {
		body := fmt.Sprintf(`{"username": %q, "password": %q, "email": "a@example.com", "role": "clinic", "language": "en"}`, name, password)
		request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/v1/auth/register", strings.NewReader(body))
		request.Header.Set("Idempotency-Key", "1")
		answer := httptest.NewRecorder()
		api.ServeHTTP(answer, request)
		return answer
	}
	var one, again, other handlers.User
	w.decode(register("one"), http.StatusCreated, &one)
	answer := register("one")
	w.decode(answer, http.StatusCreated, &again)
	if again.ID != one.ID || answer.Header().Get("Idempotent-Replayed") != "true" {
		t.Errorf("repeated: got %+v, want %+v", again, one)
	}
	w.decode(register("another"), http.StatusCreated, &other)
	if other.ID == one.ID {
		t.Error("another visitor got the first one's answer")
	}
}
