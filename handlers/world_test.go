package handlers_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
	_ "time/tzdata" // time zones also where the system has no database of them

	"dentalk/domain"
	"dentalk/handlers"
	"dentalk/repository/sqlitestore"
	"dentalk/repository/volatilestore"
	"dentalk/streams/membroker"
)

const password = "correct horse battery"

// world is a store with what several instances of the API share.
type world struct {
	*testing.T
	store    domain.Store
	volatile domain.VolatileStore
	ids      *domain.IDSource
	accounts *domain.Accounts
	audit    *domain.AuditLog

	mu  sync.Mutex
	now time.Time
}

func newWorld(t *testing.T) *world {
	t.Helper()
	store, err := sqlitestore.Open(t.Context(), t.TempDir(), sqlitestore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	ids, err := domain.NewIDSource(rand.Reader, "")
	if err != nil {
		t.Fatal(err)
	}
	w := &world{T: t, store: store, ids: ids, now: time.Date(2026, 3, 14, 9, 26, 53, 589_000_000, time.UTC)}
	w.volatile = volatilestore.NewMemory(w.clock)
	w.audit = domain.NewAuditLog(store, ids, w.clock)
	w.accounts = &domain.Accounts{Store: store, Passwords: domain.NewPasswords(2), IDs: ids, Audit: w.audit, Now: w.clock}
	return w
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) advance(by time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(by)
}

// instance is one more API over the same stores.
func (w *world) instance(change ...func(*handlers.Config)) *handlers.API {
	config := handlers.Config{
		Accounts: w.accounts,
		Chat: &domain.Chat{
			Store: w.store, Broker: membroker.New(), Presences: w.volatile, Audit: w.audit, IDs: w.ids, Now: w.clock, Language: domain.LanguageOf,
		},
		Audit: w.audit,
		Erasures: &domain.Erasures{
			Store: w.store, Cache: w.volatile, Sweep: func(context.Context) error { return nil }, Audit: w.audit, IDs: w.ids, Now: w.clock,
		},
		Glossary: &domain.TermBase{Store: w.store, Now: w.clock},
		Failures: w.volatile, Rates: w.volatile, Idempotency: w.store, Check: w.store.Check,
		TokenKey: []byte(strings.Repeat("k", 32)), Log: slog.New(slog.DiscardHandler), Now: w.clock,
	}
	for _, one := range change {
		one(&config)
	}
	return handlers.New(config)
}

func (w *world) user(name string, role domain.Role, organization domain.ID) domain.User {
	w.Helper()
	operator := domain.Caller{Role: domain.RoleOperator}
	user, err := w.accounts.CreateUser(w.Context(), operator, domain.NewUser{
		Username: name, Password: password, Role: role, Language: "en", OrganizationID: organization,
	})
	if err != nil {
		w.Fatal(err)
	}
	return user
}

// call sends a request and gives the answer; token may be empty.
func (w *world) call(api *handlers.API, method, path, token, body string) *httptest.ResponseRecorder {
	w.Helper()
	return w.send(api, method, path, token, "", body)
}

// send is call with a content type.
func (w *world) send(api *handlers.API, method, path, token, kind, body string) *httptest.ResponseRecorder {
	w.Helper()
	request := httptest.NewRequestWithContext(w.Context(), method, path, strings.NewReader(body))
	if kind != "" {
		request.Header.Set("Content-Type", kind)
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	answer := httptest.NewRecorder()
	api.ServeHTTP(answer, request)
	return answer
}

func (w *world) login(api *handlers.API, name, password string) *httptest.ResponseRecorder {
	w.Helper()
	body, err := json.Marshal(handlers.LoginRequest{Username: name, Password: password})
	if err != nil {
		w.Fatal(err)
	}
	return w.call(api, http.MethodPost, "/v1/auth/login", "", string(body))
}

// room makes a room of users.
func (w *world) room(order string, users ...domain.User) domain.Room {
	w.Helper()
	room := domain.Room{ID: w.ids.Next(w.clock()), OrderID: order, Name: order, Status: domain.RoomOpen, CreatedAt: w.clock(), UpdatedAt: w.clock()}
	for _, user := range users {
		room.Participants = append(room.Participants, user.Participant())
		if user.Role == domain.RoleClinic {
			room.ClinicID = user.OrganizationID
		}
	}
	if _, _, err := w.store.CreateRoom(w.Context(), room); err != nil {
		w.Fatal(err)
	}
	return room
}

// organization makes a clinic or a lab that numbers teeth so.
func (w *world) organization(kind domain.OrganizationKind, notation domain.ToothNotation) domain.ID {
	w.Helper()
	made, err := w.accounts.CreateOrganization(w.Context(), domain.Caller{Role: domain.RoleOperator}, domain.Organization{
		Kind: kind, Name: string(kind), Language: "en", Notation: notation,
	})
	if err != nil {
		w.Fatal(err)
	}
	return made.ID
}

// post sends a message.
func (w *world) post(api *handlers.API, token string, room domain.Room, body string) handlers.Message {
	w.Helper()
	var message handlers.Message
	w.decode(w.call(api, http.MethodPost, "/v1/rooms/"+string(room.ID)+"/messages", token, body), http.StatusCreated, &message)
	return message
}

// refused fails the test unless the answer is a problem with this status and code, and gives its
// fields.
func (w *world) refused(answer *httptest.ResponseRecorder, status int, code string) []string {
	w.Helper()
	var problem handlers.Problem
	w.decode(answer, status, &problem)
	if problem.Code != code {
		w.Fatalf("got %s, want code %s", answer.Body, code)
	}
	fields := []string{}
	for _, one := range problem.Errors {
		fields = append(fields, one.Field)
	}
	return fields
}

// token logs in.
func (w *world) token(api *handlers.API, name string) string {
	w.Helper()
	var tokens handlers.Tokens
	w.decode(w.login(api, name, password), http.StatusOK, &tokens)
	return tokens.AccessToken
}

func (w *world) decode(answer *httptest.ResponseRecorder, status int, into any) {
	w.Helper()
	if answer.Code != status {
		w.Fatalf("got %d %s, want %d", answer.Code, answer.Body, status)
	}
	if err := json.Unmarshal(answer.Body.Bytes(), into); err != nil {
		w.Fatal(err)
	}
}
