package handlers_test

import (
	"bufio"
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"dentalk/domain"
	"dentalk/handlers"
)

// refuses fails the test unless the stream is nothing but a goodbye, with a wait in between the two.
func (s *streaming) refuses(path string, header http.Header, from, to time.Duration) {
	s.Helper()
	response := s.open(path, header)
	if response.StatusCode != http.StatusOK || response.Header.Get("Content-Type") != "text/event-stream" {
		s.Fatalf("%s: got %d %v", path, response.StatusCode, response.Header)
	}
	var retry time.Duration
	goodbye := false
	for lines := bufio.NewScanner(response.Body); lines.Scan(); {
		name, value, _ := strings.Cut(lines.Text(), ": ")
		switch {
		case name == "retry":
			retry, _ = time.ParseDuration(value + "ms")
		case name == "event":
			goodbye = value == "goodbye"
		case name == "data" && !strings.Contains(value, `"overloaded"`):
			s.Errorf("%s: got %s", path, value)
		}
	}
	if !goodbye || retry < from || retry >= to {
		s.Errorf("%s: goodbye is %t, retry %s, want %s to %s", path, goodbye, retry, from, to)
	}
}

func TestStreamsOfAKeyOverItsLimitAreToldInBand(t *testing.T) {
	w := newWorld(t)
	room := w.room("1", w.user("kim", domain.RoleLab, ""))
	operator := domain.Caller{UserID: w.user("operator", domain.RoleOperator, "").ID, Role: domain.RoleOperator}
	_, secret, err := w.accounts.CreateAPIKey(t.Context(), operator, domain.NewAPIKey{Name: "key", Scopes: []string{domain.ScopeOpsRead}})
	if err != nil {
		t.Fatal(err)
	}
	s := newStreaming(w, func(c *handlers.Config) { c.KeyRequestsPerMinute = 2 })
	ticket := s.ticket(secret)
	s.opens("/v1/stream?ticket="+ticket.Ticket, nil)
	for _, path := range []string{"/v1/stream", "/v1/rooms/" + string(room.ID) + "/stream"} {
		s.refuses(path+"?ticket="+ticket.Ticket, nil, 60*time.Second, 120*time.Second)
		s.refuses(path, bearer(secret), 60*time.Second, 120*time.Second)
	}
	w.wantLimit(w.call(s.api, http.MethodGet, "/v1/events", secret, ""), "too_many_requests", "2")
}

func TestOutagesAreToldInBand(t *testing.T) {
	w := newWorld(t)
	w.user("operator", domain.RoleOperator, "")
	kim := w.user("kim", domain.RoleLab, "")
	room := w.room("1", kim)
	api := w.instance()
	operator, lab := w.token(api, "operator"), w.token(api, "kim")
	noAudit := newStreaming(w, func(c *handlers.Config) { c.Chat.Audit = domain.NewAuditLog(traceless{w.store}, w.ids, w.clock) })
	noStore := newStreaming(w, func(c *handlers.Config) { c.Accounts.Store = unanswering{w.store} })
	for _, path := range []string{"/v1/stream", "/v1/rooms/" + string(room.ID) + "/stream"} {
		noAudit.refuses(path, bearer(operator), 5*time.Second, 15*time.Second)
		noAudit.opens(path, bearer(lab))
		noStore.refuses(path, bearer(lab), 5*time.Second, 15*time.Second)
		if log := noStore.log.String(); !strings.Contains(log, "request failed") || !strings.Contains(log, "status=503") {
			t.Errorf("the outage is not in the log:\n%s", log)
		}
	}
	w.refused(w.call(noStore.api, http.MethodGet, "/v1/events", lab, ""), http.StatusServiceUnavailable, "unavailable")
	noAudit.closes("/v1/stream", nil, http.StatusUnauthorized)
	noAudit.closes("/v1/rooms/"+string(domain.ZeroID)+"/stream", bearer(lab), http.StatusNotFound)
}

// unanswering is a store that does not tell whose a session is.
type unanswering struct{ domain.Store }

func (unanswering) SessionUser(context.Context, domain.ID, time.Time) (domain.Session, domain.User, error) {
	return domain.Session{}, domain.User{}, domain.Unavailable("The store does not answer now.")
}
