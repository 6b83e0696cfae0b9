package handlers_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"dentalk/domain"
	"dentalk/handlers"
)

// tokens logs in and gives everything that a login gives.
func (w *world) tokens(api *handlers.API, name string) handlers.Tokens {
	w.Helper()
	var tokens handlers.Tokens
	w.decode(w.login(api, name, password), http.StatusOK, &tokens)
	return tokens
}

// sessions lists those of the token's user.
func (w *world) sessions(api *handlers.API, token string) []handlers.Session {
	w.Helper()
	var page handlers.Page[handlers.Session]
	w.decode(w.call(api, http.MethodGet, "/v1/me/sessions", token, ""), http.StatusOK, &page)
	return page.Items
}

// status fails the test unless the answer has this status.
func (w *world) status(answer *httptest.ResponseRecorder, want int) {
	w.Helper()
	if answer.Code != want {
		w.Fatalf("got %d %s, want %d", answer.Code, answer.Body, want)
	}
}

// traces lists what the audit log says of an action, oldest first.
func (w *world) traces(action domain.AuditAction) []domain.AuditEntry {
	w.Helper()
	found, err := w.store.AuditEntries(w.Context(), domain.AuditQuery{Action: action, Limit: 200})
	if err != nil {
		w.Fatal(err)
	}
	entries := make([]domain.AuditEntry, 0, len(found))
	for i := range found {
		entries = append(entries, found[len(found)-1-i])
	}
	return entries
}

func TestSessionsAreListedNewestFirst(t *testing.T) {
	w := newWorld(t)
	api := w.instance()
	w.user("kim", domain.RoleLab, "")
	w.user("other", domain.RoleLab, "")
	w.token(api, "other")
	first := w.token(api, "kim")
	w.advance(time.Minute)
	second := w.token(api, "kim")

	sessions := w.sessions(api, second)
	want := []handlers.Session{
		{CreatedAt: "2026-03-14T09:27:53.589Z", ExpiresAt: "2026-04-13T09:27:53.589Z", LastUsedAt: "2026-03-14T09:27:53.589Z", Address: "192.0.2.1", Current: true},
		{CreatedAt: "2026-03-14T09:26:53.589Z", ExpiresAt: "2026-04-13T09:26:53.589Z", LastUsedAt: "2026-03-14T09:26:53.589Z", Address: "192.0.2.1"},
	}
	for i := range want {
		want[i].ID = sessions[i].ID
	}
	if diff := cmp.Diff(want, sessions); diff != "" {
		t.Errorf("sessions (-want +got):\n%s", diff)
	}
	if of := w.sessions(api, first); of[0].Current || !of[1].Current {
		t.Errorf("the other session sees %+v", of)
	}
	var one handlers.Session
	w.decode(w.call(api, http.MethodGet, "/v1/me/sessions/"+sessions[1].ID, second, ""), http.StatusOK, &one)
	if diff := cmp.Diff(sessions[1], one); diff != "" {
		t.Errorf("one session (-list +one):\n%s", diff)
	}
}

func TestSessionsArePaged(t *testing.T) {
	w := newWorld(t)
	api := w.instance()
	w.user("kim", domain.RoleLab, "")
	token := ""
	for range 5 {
		token = w.token(api, "kim")
	}
	seen := map[string]bool{}
	path := "/v1/me/sessions?limit=2"
	for pages := 1; ; pages++ {
		var page handlers.Page[handlers.Session]
		w.decode(w.call(api, http.MethodGet, path, token, ""), http.StatusOK, &page)
		for _, session := range page.Items {
			seen[session.ID] = true
		}
		w.token(api, "kim") // a newer one moves nothing
		if page.Next == nil {
			if pages != 3 || len(seen) != 5 {
				t.Errorf("got %d sessions on %d pages", len(seen), pages)
			}
			return
		}
		path = "/v1/me/sessions?limit=2&cursor=" + *page.Next
	}
}

func TestASessionKnowsItsClient(t *testing.T) {
	w := newWorld(t)
	api := w.instance()
	w.user("kim", domain.RoleLab, "")
	use := func(token, agent, address string) []handlers.Session {
		request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/v1/me", nil)
		request.Header.Set("Authorization", "Bearer "+token)
		request.Header.Set("User-Agent", agent)
		request.RemoteAddr = address + ":1234"
		answer := httptest.NewRecorder()
		api.ServeHTTP(answer, request)
		w.status(answer, http.StatusOK)
		return w.sessions(api, token)
	}
	token := w.token(api, "kim")
	if got := use(token, "early", "198.51.100.7")[0]; got.UserAgent != "" || got.Address != "192.0.2.1" {
		t.Errorf("noted at once: %+v", got)
	}
	w.advance(5 * time.Minute)
	got := use(token, strings.Repeat("a", 199)+"é\xff"+strings.Repeat("b", 50), "198.51.100.7")[0]
	if got.UserAgent != strings.Repeat("a", 199) || got.Address != "198.51.100.7" || got.LastUsedAt != "2026-03-14T09:31:53.589Z" || !utf8.ValidString(got.UserAgent) {
		t.Errorf("after 5 minutes: %+v", got)
	}
	w.advance(4 * time.Minute)
	if got := use(token, "late", "203.0.113.9")[0]; got.Address != "198.51.100.7" {
		t.Errorf("noted after 4 minutes more: %+v", got)
	}
}

func TestARefreshNotesItsUse(t *testing.T) {
	w := newWorld(t)
	api := w.instance()
	w.user("kim", domain.RoleLab, "")
	tokens := w.tokens(api, "kim")
	w.advance(time.Minute)
	var next handlers.Tokens
	w.decode(w.call(api, http.MethodPost, "/v1/auth/refresh", "", `{"refreshToken":"`+tokens.RefreshToken+`"}`), http.StatusOK, &next)
	if got := w.sessions(api, next.AccessToken)[0]; got.LastUsedAt != "2026-03-14T09:27:53.589Z" {
		t.Errorf("got %+v", got)
	}
}

func TestAUserEndsSessions(t *testing.T) {
	w := newWorld(t)
	api := w.instance()
	user := w.user("kim", domain.RoleLab, "")
	w.user("stranger", domain.RoleLab, "")
	first, second, third := w.token(api, "kim"), w.token(api, "kim"), w.token(api, "kim")
	stranger := w.token(api, "stranger")
	sessions := w.sessions(api, third)
	path := "/v1/me/sessions/" + sessions[2].ID

	w.refused(w.call(api, http.MethodGet, path, stranger, ""), http.StatusNotFound, "session_not_found")
	w.refused(w.call(api, http.MethodDelete, path, stranger, ""), http.StatusNotFound, "session_not_found")
	w.refused(w.call(api, http.MethodDelete, "/v1/me/sessions/nonsense", third, ""), http.StatusNotFound, "session_not_found")
	w.status(w.call(api, http.MethodGet, "/v1/me", first, ""), http.StatusOK)

	answer := w.call(api, http.MethodDelete, path, third, "")
	w.status(answer, http.StatusNoContent)
	if cookie := answer.Header().Get("Set-Cookie"); cookie != "" {
		t.Errorf("the end of another session sets the cookie %q", cookie)
	}
	w.refused(w.call(api, http.MethodGet, "/v1/me", first, ""), http.StatusUnauthorized, domain.CodeSessionEnded)
	w.refused(w.call(api, http.MethodDelete, path, third, ""), http.StatusNotFound, "session_not_found")

	w.status(w.call(api, http.MethodDelete, "/v1/me/sessions?others=true", third, ""), http.StatusNoContent)
	w.refused(w.call(api, http.MethodGet, "/v1/me", second, ""), http.StatusUnauthorized, domain.CodeSessionEnded)
	w.status(w.call(api, http.MethodGet, "/v1/me", third, ""), http.StatusOK)

	answer = w.call(api, http.MethodDelete, "/v1/me/sessions", third, "")
	w.status(answer, http.StatusNoContent)
	if cookie := answer.Header().Get("Set-Cookie"); !strings.HasPrefix(cookie, "dentalk_session=;") {
		t.Errorf("the cookie stays: %q", cookie)
	}
	w.refused(w.call(api, http.MethodGet, "/v1/me", third, ""), http.StatusUnauthorized, domain.CodeSessionEnded)
	w.status(w.call(api, http.MethodGet, "/v1/me", stranger, ""), http.StatusOK)

	var got []string
	for _, entry := range w.traces(domain.AuditSessionEnded) {
		if entry.UserID != user.ID || entry.ActorID != user.ID || entry.Address != "192.0.2.1" || entry.RequestID == "" {
			t.Errorf("entry %+v", entry)
		}
		got = append(got, fmt.Sprint(entry.TargetID, entry.Detail))
	}
	want := []string{sessions[2].ID + "map[]", "map[sessions:1]", "map[sessions:1]"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("entries (-want +got):\n%s", diff)
	}
}

func TestLoggingOutOfASessionThatHasEndedTakesTheCookieAway(t *testing.T) {
	w := newWorld(t)
	api := w.instance()
	w.user("kim", domain.RoleLab, "")
	token := w.token(api, "kim")
	for _, path := range []string{"/v1/auth/logout", "/v1/me/password"} {
		w.call(api, http.MethodPost, "/v1/auth/logout", token, "")
		answer := w.call(api, http.MethodPost, path, token, "")
		w.refused(answer, http.StatusUnauthorized, domain.CodeSessionEnded)
		if cleared := strings.HasPrefix(answer.Header().Get("Set-Cookie"), "dentalk_session=;"); cleared != (path == "/v1/auth/logout") {
			t.Errorf("%s: the cookie is cleared: %t", path, cleared)
		}
	}
}

func TestEndingTheOwnSessionTakesTheCookieAway(t *testing.T) {
	w := newWorld(t)
	api := w.instance()
	w.user("kim", domain.RoleLab, "")
	for _, how := range []string{"DELETE /v1/me/sessions/{own}", "POST /v1/auth/logout"} {
		token := w.token(api, "kim")
		method, path, _ := strings.Cut(strings.ReplaceAll(how, "{own}", w.sessions(api, token)[0].ID), " ")
		answer := w.call(api, method, path, token, "")
		w.status(answer, http.StatusNoContent)
		if cookie := answer.Header().Get("Set-Cookie"); !strings.HasPrefix(cookie, "dentalk_session=;") {
			t.Errorf("%s: the cookie stays: %q", how, cookie)
		}
		w.refused(w.call(api, http.MethodGet, "/v1/me", token, ""), http.StatusUnauthorized, domain.CodeSessionEnded)
	}
}
