package handlers_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"dentalk/domain"
	"dentalk/handlers"
	"dentalk/streams"
	"dentalk/streams/membroker"
)

// lockedLog is a log that may be read while it is written.
type lockedLog struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lockedLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lockedLog) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// streaming is an API with streams behind a real socket, and everything that it logs.
type streaming struct {
	*world
	api    *handlers.API
	server *httptest.Server
	log    *lockedLog
}

func newStreaming(w *world, change ...func(*handlers.Config)) *streaming {
	w.Helper()
	s := &streaming{world: w, log: &lockedLog{}}
	logger := slog.New(slog.NewTextHandler(s.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	broker := membroker.New()
	store := streams.NewStore(w.store, broker, logger)
	hub, err := streams.NewHub(w.Context(), streams.Config{
		Store: store, Broker: broker, Encode: handlers.EncodeEvent, Log: logger, SessionSweep: 50 * time.Millisecond, Now: w.clock,
	})
	if err != nil {
		w.Fatal(err)
	}
	s.api = w.instance(func(c *handlers.Config) {
		c.Hub, c.Log = hub, logger
		c.Chat.Store, c.Chat.Broker = store, broker
		c.Accounts = &domain.Accounts{Store: store, Passwords: w.accounts.Passwords, IDs: w.ids, Audit: w.audit, Now: w.clock}
		for _, one := range change {
			one(c)
		}
	})
	s.server = httptest.NewUnstartedServer(s.api)
	s.server.Config.ErrorLog = log.New(s.log, "", 0)
	s.server.Start()
	w.Cleanup(func() {
		hub.Close()
		s.server.Close()
	})
	return s
}

// ticket makes one with the token.
func (s *streaming) ticket(token string) handlers.StreamTicket {
	s.Helper()
	var ticket handlers.StreamTicket
	s.decode(s.call(s.api, http.MethodPost, "/v1/stream-tickets", token, ""), http.StatusCreated, &ticket)
	return ticket
}

// open begins a stream; its request ends with the test.
func (s *streaming) open(path string, header http.Header) *http.Response {
	s.Helper()
	ctx, cancel := context.WithTimeout(s.Context(), 30*time.Second)
	s.Cleanup(cancel)
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.server.URL+path, nil)
	if err != nil {
		s.Fatal(err)
	}
	if header != nil {
		request.Header = header
	}
	response, err := s.server.Client().Do(request)
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() { _ = response.Body.Close() })
	return response
}

// opens fails the test unless a stream begins, and gives its lines.
func (s *streaming) opens(path string, header http.Header) *bufio.Scanner {
	s.Helper()
	response := s.open(path, header)
	if response.StatusCode != http.StatusOK {
		s.Fatalf("got %d", response.StatusCode)
	}
	lines := bufio.NewScanner(response.Body)
	lines.Buffer(nil, 1<<20)
	s.until(lines, "event: ready")
	return lines
}

// until reads to the line that holds the text, and gives it.
func (s *streaming) until(lines *bufio.Scanner, text string) string {
	s.Helper()
	for lines.Scan() {
		if strings.Contains(lines.Text(), text) {
			return lines.Text()
		}
	}
	s.Fatalf("the stream ended without %q: %v", text, lines.Err())
	return ""
}

// closes fails the test unless a stream is refused with this status.
func (s *streaming) closes(path string, header http.Header, status int) {
	s.Helper()
	if response := s.open(path, header); response.StatusCode != status {
		s.Errorf("got %d, want %d", response.StatusCode, status)
	}
}

func bearer(token string) http.Header { return http.Header{"Authorization": {"Bearer " + token}} }

func TestATicketOpensStreamsUntilItsSessionEnds(t *testing.T) {
	s := newStreaming(newWorld(t))
	kim, stranger := s.user("kim", domain.RoleLab, ""), s.user("stranger", domain.RoleLab, "")
	mine, theirs := s.room("1", kim), s.room("2", stranger)
	token := s.token(s.api, "kim")
	ticket := s.ticket(token)
	if ticket.ExpiresAt != "2026-03-15T09:26:53.000Z" {
		t.Errorf("expires at %s", ticket.ExpiresAt)
	}
	all := s.opens("/v1/stream?ticket="+ticket.Ticket, nil)
	one := s.opens("/v1/rooms/"+string(mine.ID)+"/stream?lastEventId="+string(domain.ZeroID)+"&ticket="+ticket.Ticket, nil)
	s.closes("/v1/rooms/"+string(theirs.ID)+"/stream?ticket="+ticket.Ticket, nil, http.StatusNotFound)
	s.post(s.api, token, mine, `{"text":"hello"}`)
	for _, lines := range []*bufio.Scanner{all, one} {
		s.until(lines, `"text":"hello"`)
	}
	s.status(s.call(s.api, http.MethodPost, "/v1/auth/logout", token, ""), http.StatusNoContent)
	for _, lines := range []*bufio.Scanner{all, one} {
		s.until(lines, `"session_ended"`)
	}
	s.closes("/v1/stream?ticket="+ticket.Ticket, nil, http.StatusNoContent)
}

func TestATicketLivesForADayAtMost(t *testing.T) {
	s := newStreaming(newWorld(t))
	s.user("kim", domain.RoleLab, "")
	tokens := s.tokens(s.api, "kim")
	ticket := s.ticket(tokens.AccessToken)
	s.advance(24*time.Hour - 2*time.Second)
	s.opens("/v1/stream?ticket="+ticket.Ticket, nil)
	s.advance(2 * time.Second)
	s.closes("/v1/stream?ticket="+ticket.Ticket, nil, http.StatusUnauthorized)

	s.advance(28*24*time.Hour + 12*time.Hour) // 12 hours of the session are left
	var next handlers.Tokens
	s.decode(s.call(s.api, http.MethodPost, "/v1/auth/refresh", "", `{"refreshToken":"`+tokens.RefreshToken+`"}`), http.StatusOK, &next)
	if last := s.ticket(next.AccessToken); last.ExpiresAt != "2026-04-13T09:26:53.000Z" {
		t.Errorf("outlives its session: %s", last.ExpiresAt)
	}
}

func TestForgedTickets(t *testing.T) {
	s := newStreaming(newWorld(t))
	s.user("operator", domain.RoleOperator, "")
	operator := s.token(s.api, "operator")
	key := s.key(s.api, operator, `{"name":"n","scopes":["ops:read"]}`)
	for whose, token := range map[string]string{"user": operator, "key": key.Secret} {
		ticket := s.ticket(token).Ticket
		s.opens("/v1/stream?ticket="+ticket, nil)
		for name, forged := range forgeries(t, ticket) {
			if response := s.open("/v1/stream?ticket="+forged, nil); response.StatusCode != http.StatusUnauthorized {
				t.Errorf("%s of a %s: got %d", name, whose, response.StatusCode)
			}
		}
	}
	// Neither serves as the other.
	userTicket, keyTicket := claimsOf(t, s.ticket(operator).Ticket), claimsOf(t, s.ticket(key.Secret).Ticket)
	if userTicket["use"] == keyTicket["use"] {
		t.Errorf("both are for %v", userTicket["use"])
	}
}

// Authorization wins over a ticket, and a ticket over the cookie, good or bad.
func TestSeveralCredentialsOfAStream(t *testing.T) {
	s := newStreaming(newWorld(t))
	users := []domain.User{s.user("kim", domain.RoleLab, ""), s.user("lee", domain.RoleLab, ""), s.user("park", domain.RoleLab, "")}
	login := s.login(s.api, "park", password)
	cookie := "dentalk_session=" + cookieOf(t, login)
	token, ticket := s.token(s.api, "kim"), s.ticket(s.token(s.api, "lee")).Ticket
	rooms := []domain.Room{s.room("1", users[0]), s.room("2", users[1]), s.room("3", users[2])}
	both := http.Header{"Authorization": {"Bearer " + token}, "Cookie": {cookie}}
	for _, one := range []struct {
		ticket string
		header http.Header
		want   domain.Room
	}{
		{ticket, both, rooms[0]}, {"wrong", both, rooms[0]}, {ticket, http.Header{"Cookie": {cookie}}, rooms[1]},
	} {
		lines := s.opens("/v1/stream?ticket="+one.ticket, one.header)
		if data := s.until(lines, "data: "); !strings.Contains(data, string(one.want.ID)) {
			t.Errorf("got %s, want the room %s", data, one.want.ID)
		}
	}
	s.closes("/v1/stream?ticket=wrong", http.Header{"Cookie": {cookie}}, http.StatusUnauthorized)
	s.closes("/v1/stream?ticket=", http.Header{"Cookie": {cookie}}, http.StatusUnauthorized)
	s.closes("/v1/stream?ticket="+ticket, bearer("wrong"), http.StatusUnauthorized)
	s.closes("/v1/stream?ticket="+ticket+"&ticket="+ticket, nil, http.StatusBadRequest)
}

func TestTicketsOfKeys(t *testing.T) {
	s := newStreaming(newWorld(t))
	s.user("operator", domain.RoleOperator, "")
	operator := s.token(s.api, "operator")
	writer := s.key(s.api, operator, `{"name":"writer","scopes":["rooms:write","messages:write"]}`)
	s.refused(s.call(s.api, http.MethodPost, "/v1/stream-tickets", writer.Secret, ""), http.StatusForbidden, "insufficient_scope")

	expiring := s.key(s.api, operator, `{"name":"n","scopes":["ops:read"],"expiresAt":"2026-03-14T10:00:00Z"}`)
	if ticket := s.ticket(expiring.Secret); ticket.ExpiresAt != "2026-03-14T10:00:00.000Z" {
		t.Errorf("outlives its key: %s", ticket.ExpiresAt)
	}
	key := s.key(s.api, operator, `{"name":"n","scopes":["ops:read"]}`)
	rotate := func(overlap string) (rotated handlers.APIKeyWithSecret) {
		s.decode(s.call(s.api, http.MethodPost, "/v1/api-keys/"+key.ID+"/rotate", operator, `{"overlapSeconds":`+overlap+`}`), http.StatusOK, &rotated)
		return rotated
	}
	first := s.ticket(key.Secret).Ticket
	second := s.ticket(rotate("60").Secret).Ticket
	if ticket := s.ticket(key.Secret); ticket.ExpiresAt != "2026-03-14T09:27:53.000Z" {
		t.Errorf("outlives its secret: %s", ticket.ExpiresAt)
	}
	replaced, byKey := s.opens("/v1/stream?ticket="+first, nil), s.opens("/v1/stream", bearer(key.Secret))
	lines := s.opens("/v1/stream?ticket="+second, nil)
	s.advance(time.Minute)
	s.until(replaced, `"session_ended"`) // with the secret that it was made with
	s.until(byKey, `"session_ended"`)
	s.status(s.call(s.api, http.MethodPost, "/v1/rooms", operator, `{"orderId":"1"}`), http.StatusCreated)
	s.until(lines, "event: room.created") // still there
	s.closes("/v1/stream?ticket="+first, nil, http.StatusNoContent)
	s.opens("/v1/stream?ticket="+second, nil)
	last := s.ticket(rotate("0").Secret).Ticket
	s.until(lines, `"session_ended"`)
	s.closes("/v1/stream?ticket="+second, nil, http.StatusNoContent)

	lines = s.opens("/v1/stream?ticket="+last, nil)
	s.status(s.call(s.api, http.MethodDelete, "/v1/api-keys/"+key.ID, operator, ""), http.StatusNoContent)
	s.until(lines, `"session_ended"`)
	s.closes("/v1/stream?ticket="+last, nil, http.StatusNoContent)
}

// A ticket stands in the address, so no answer and no log may repeat addresses.
func TestTicketsAreToldToNobody(t *testing.T) {
	s := newStreaming(newWorld(t))
	s.user("kim", domain.RoleLab, "")
	token := s.token(s.api, "kim")
	ticket := s.ticket(token).Ticket
	s.opens("/v1/stream?ticket="+ticket, nil)
	for _, path := range []string{
		"/v1/stream?ticket=%s&unknown=1", "/v1/stream?ticket=%s;x", "/v1/stream?ticket=%s&ticket=%[1]s", "/v1/stream?ticket=%sX", "/v1/stream?rooms=x&ticket=%s",
		"/v1/rooms/x/stream?ticket=%s", "/v1/rooms?ticket=%s", "/v1/nothing?ticket=%s", "/?ticket=%s", "/docs?ticket=%s", "/v1/stream/?ticket=%s", "//v1/stream?ticket=%s",
	} {
		for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodOptions} {
			request, err := http.NewRequestWithContext(t.Context(), method, s.server.URL+fmt.Sprintf(path, ticket), nil)
			if err != nil {
				t.Fatal(err)
			}
			response, err := s.server.Client().Transport.RoundTrip(request)
			if err != nil {
				t.Fatal(err)
			}
			if response.StatusCode == http.StatusOK {
				_ = response.Body.Close()
				continue
			}
			var told bytes.Buffer
			if err := response.Header.Write(&told); err != nil {
				t.Fatal(err)
			}
			if _, err := told.ReadFrom(response.Body); err != nil {
				t.Fatal(err)
			}
			_ = response.Body.Close()
			if strings.Contains(told.String(), ticket) {
				t.Errorf("%s %s answers with the ticket: %s", method, path, told.String())
			}
		}
	}
	if !strings.Contains(s.log.String(), "/v1/stream") {
		t.Errorf("the log is not at debug level:\n%s", s.log)
	}
	for _, secret := range []string{ticket, token} {
		if strings.Contains(s.log.String(), secret) {
			t.Errorf("the log holds %s", secret)
		}
	}
}
