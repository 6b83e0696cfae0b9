package handlers_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dentalk/domain"
	"dentalk/handlers"
)

func TestLoginsLeaveATrace(t *testing.T) {
	w := newWorld(t)
	api := w.instance()
	user := w.user("kim", domain.RoleLab, "")
	w.login(api, "kim", "a wrong guess")
	w.login(api, "hunter2", "a wrong guess") // a password in the wrong field
	token := w.token(api, "kim")
	session := w.sessions(api, token)[0]

	failed := w.traces(domain.AuditLoginFailed)
	if len(failed) != 2 || failed[0].UserID != user.ID || failed[1].UserID != "" {
		t.Errorf("got %+v", failed)
	}
	for _, entry := range failed {
		if entry.ActorID != "" || entry.Address != "192.0.2.1" || entry.RequestID == "" {
			t.Errorf("entry %+v", entry)
		}
		if text := fmt.Sprintf("%+v", entry); strings.Contains(text, "hunter2") || strings.Contains(text, "guess") {
			t.Errorf("what was typed is in %s", text)
		}
	}
	succeeded := w.traces(domain.AuditLogin)
	if len(succeeded) != 1 || succeeded[0].UserID != user.ID || succeeded[0].ActorID != user.ID || succeeded[0].TargetID != domain.ID(session.ID) {
		t.Errorf("got %+v", succeeded)
	}
}

func TestAccountsLeaveATrace(t *testing.T) {
	w := newWorld(t)
	w.accounts.RegistrationOpen = true
	api := w.instance()
	operator := w.user("operator", domain.RoleOperator, "")
	lab := w.organization(domain.OrganizationLab, domain.NotationFDI)
	token := w.token(api, "operator")
	var made, registered handlers.User
	w.decode(w.call(api, http.MethodPost, "/v1/users", token, `{"username":"kim","password":"long enough","role":"lab"}`), http.StatusCreated, &made)
	w.decode(w.call(api, http.MethodPost, "/v1/auth/register", "",
		`{"username":"lee","password":"long enough","email":"lee@lab.example","role":"lab","language":"ko"}`), http.StatusCreated, &registered)
	path := "/v1/users/" + made.ID
	for _, body := range []string{`{"email":"kim@lab.example","language":"ko","organizationId":"` + string(lab) + `"}`, `{"language":"ko"}`, `{"disabled":true}`, `{"disabled":false}`} {
		w.status(w.call(api, http.MethodPatch, path, token, body), http.StatusOK)
	}

	entries := w.traces(domain.AuditUserCreated)
	if last := entries[len(entries)-1]; last.UserID != domain.ID(made.ID) || last.ActorID != operator.ID || last.Detail["role"] != "lab" {
		t.Errorf("created: %+v", last)
	}
	entries = w.traces(domain.AuditUserRegistered)
	if len(entries) != 1 || entries[0].UserID != domain.ID(registered.ID) || entries[0].ActorID != "" || entries[0].Address != "192.0.2.1" {
		t.Errorf("registered: %+v", entries)
	}
	var details []map[string]string
	for _, entry := range w.traces(domain.AuditUserUpdated) {
		if entry.UserID != domain.ID(made.ID) || entry.ActorID != operator.ID {
			t.Errorf("entry %+v", entry)
		}
		details = append(details, entry.Detail)
	}
	want := []map[string]string{
		{"fields": "email language organizationId", "formerOrganizationId": "", "organizationId": string(lab)},
		{"fields": "disabled", "disabled": "true"}, {"fields": "disabled", "disabled": "false"},
	}
	if diff := cmp.Diff(want, details); diff != "" {
		t.Errorf("updates (-want +got):\n%s", diff)
	}
}

func TestOrganizationsLeaveATrace(t *testing.T) {
	w := newWorld(t)
	api := w.instance()
	operator := w.user("operator", domain.RoleOperator, "")
	token := w.token(api, "operator")
	var made handlers.Organization
	w.decode(w.call(api, http.MethodPost, "/v1/organizations", token, `{"kind":"lab","name":"Hanbit","language":"ko"}`), http.StatusCreated, &made)
	for _, body := range []string{
		`{"name":"Kim's","toothNotation":"fdi","specialties":["zirconia"]}`, `{"specialties":["zirconia"]}`, `{"language":"en","country":"KR","timezone":"Asia/Seoul"}`,
	} {
		w.status(w.call(api, http.MethodPatch, "/v1/organizations/"+made.ID, token, body), http.StatusOK)
	}
	var details []map[string]string
	for _, action := range []domain.AuditAction{domain.AuditOrgCreated, domain.AuditOrgUpdated} {
		for _, entry := range w.traces(action) {
			if entry.TargetID != domain.ID(made.ID) || entry.ActorID != operator.ID {
				t.Errorf("entry %+v", entry)
			}
			details = append(details, entry.Detail)
		}
	}
	want := []map[string]string{{"kind": "lab"}, {"fields": "name specialties toothNotation"}, {"fields": "language country timezone"}}
	if diff := cmp.Diff(want, details); diff != "" {
		t.Errorf("entries (-want +got):\n%s", diff)
	}
	if page := w.entries(api, token, "?action=organization.updated"); len(page.Items) != 2 {
		t.Errorf("got %+v", page)
	}
}

func TestAWrongCurrentPasswordIsAFailedLogin(t *testing.T) {
	w := newWorld(t)
	api := w.instance()
	user := w.user("kim", domain.RoleLab, "")
	w.refused(w.changePassword(api, w.token(api, "kim"), "a wrong guess", newPassword), http.StatusBadRequest, "validation_failed")
	entries := w.traces(domain.AuditLoginFailed)
	if len(entries) != 1 || entries[0].UserID != user.ID || entries[0].ActorID != user.ID || entries[0].Detail["reason"] != "wrong_password" {
		t.Errorf("got %+v", entries)
	}
}

func TestAnErasedAccountStaysAsItIs(t *testing.T) {
	w := newWorld(t)
	api := w.instance()
	w.user("operator", domain.RoleOperator, "")
	user := w.user("kim", domain.RoleLab, "")
	if _, err := w.store.EraseUser(t.Context(), user.ID, w.clock()); err != nil {
		t.Fatal(err)
	}
	token := w.token(api, "operator")
	w.refused(w.call(api, http.MethodPatch, "/v1/users/"+string(user.ID), token, `{"disabled":false}`), http.StatusConflict, "account_erased")
	w.refused(w.call(api, http.MethodPost, "/v1/users/"+string(user.ID)+"/password-resets", token, ""), http.StatusConflict, "account_disabled")
}

// mute is a store that keeps no trace while it is told so.
type mute struct {
	domain.Store
	mu     sync.Mutex
	silent bool
}

func (m *mute) AppendAudit(ctx context.Context, entry domain.AuditEntry) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.silent {
		return errors.New("disk full")
	}
	return m.Store.AppendAudit(ctx, entry)
}

func (m *mute) set(silent bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.silent = silent
}

func TestWithoutATraceNothingIsAnsweredButFailedLogins(t *testing.T) {
	w := newWorld(t)
	store := &mute{Store: w.store}
	var log bytes.Buffer
	audit := domain.NewAuditLog(store, w.ids, w.clock)
	api := w.instance(func(c *handlers.Config) {
		c.Accounts = &domain.Accounts{Store: store, Passwords: w.accounts.Passwords, IDs: w.ids, Audit: audit, Now: w.clock, RegistrationOpen: true}
		c.Audit, c.Log = audit, slog.New(slog.NewTextHandler(&log, nil))
	})
	w.user("operator", domain.RoleOperator, "")
	user := w.user("kim", domain.RoleLab, "")
	operator, kim := w.token(api, "operator"), w.tokens(api, "kim")
	key, unused := w.key(api, operator, `{"name":"n","scopes":["ops:read"]}`), w.key(api, operator, `{"name":"n","scopes":["ops:read"]}`)
	reset := w.reset(api, operator, user.ID)
	w.token(api, "kim") // another session
	w.user("park", domain.RoleLab, "")
	park := w.token(api, "park")
	var next handlers.Tokens
	w.decode(w.call(api, http.MethodPost, "/v1/auth/refresh", "", `{"refreshToken":"`+kim.RefreshToken+`"}`), http.StatusOK, &next)
	store.set(true)

	for _, request := range []string{
		"POST /v1/auth/register none " + `{"username":"lee","password":"long enough","email":"lee@lab.example","role":"lab","language":"ko"}`,
		"POST /v1/auth/login none " + `{"username":"kim","password":"` + password + `"}`,
		"GET /v1/me " + unused.Secret + " ",
		"PATCH /v1/users/" + string(user.ID) + " " + operator + ` {"language":"vi"}`,
		"POST /v1/api-keys " + operator + ` {"name":"n","scopes":["ops:read"]}`,
		"POST /v1/api-keys/" + key.ID + "/rotate " + operator + " {}",
		"DELETE /v1/api-keys/" + key.ID + " " + operator + " ",
		"DELETE /v1/me/sessions?others=true " + next.AccessToken + " ",
		"POST /v1/me/password " + next.AccessToken + fmt.Sprintf(` {"currentPassword":%q,"newPassword":%q}`, password, newPassword),
		"POST /v1/auth/refresh none " + `{"refreshToken":"` + kim.RefreshToken + `"}`,
		"POST /v1/auth/password-reset none " + fmt.Sprintf(`{"token":%q,"newPassword":%q}`, reset.Token, newPassword),
		"POST /v1/users/" + string(user.ID) + "/password-resets " + operator + " ",
		"POST /v1/auth/logout " + operator + " ",
	} {
		parts := strings.SplitN(request, " ", 4)
		answer := w.call(api, parts[0], parts[1], strings.TrimPrefix(parts[2], "none"), parts[3])
		if answer.Code != http.StatusServiceUnavailable || answer.Header().Get("Retry-After") == "" || strings.Contains(answer.Body.String(), "disk full") {
			t.Errorf("%s %s: got %d %s", parts[0], parts[1], answer.Code, answer.Body)
		}
	}
	log.Reset()
	w.refused(w.login(api, "kim", "a wrong guess"), http.StatusUnauthorized, "invalid_credentials")
	w.refused(w.changePassword(api, park, "a wrong guess", newPassword), http.StatusBadRequest, "validation_failed")
	if !strings.Contains(log.String(), "failed logins are not recorded") {
		t.Errorf("got the log %s", log.String())
	}
}

// counted is a store that counts how often a use was noted.
type counted struct {
	domain.Store
	mu      sync.Mutex
	touches int
}

func (c *counted) TouchSession(context.Context, domain.ID, domain.Client, time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.touches++
	return errors.New("disk full") // so that the session looks unused for long
}

func (c *counted) TouchAPIKey(context.Context, domain.ID, time.Time) error {
	return c.TouchSession(context.Background(), "", domain.Client{}, time.Time{})
}

// While a cache still shows the last use before, or it cannot be noted, requests neither fail nor try
// again and again.
func TestAUseIsNotedOnceInAWhile(t *testing.T) {
	w := newWorld(t)
	store := &counted{Store: w.store}
	api := w.instance(func(c *handlers.Config) {
		c.Accounts = &domain.Accounts{Store: store, Passwords: w.accounts.Passwords, IDs: w.ids, Audit: w.audit, Now: w.clock}
	})
	w.user("operator", domain.RoleOperator, "")
	token := w.token(api, "operator")
	key := w.key(api, token, `{"name":"n","scopes":["ops:read"]}`)
	for _, one := range []struct {
		token    string
		interval time.Duration
	}{{token, 5 * time.Minute}, {key.Secret, time.Minute}} {
		store.touches = 0
		w.advance(one.interval)
		for range 3 {
			w.status(w.call(api, http.MethodGet, "/v1/me", one.token, ""), http.StatusOK)
		}
		w.advance(one.interval)
		w.status(w.call(api, http.MethodGet, "/v1/me", one.token, ""), http.StatusOK)
		if store.touches != 2 {
			t.Errorf("noted %d times", store.touches)
		}
	}
}
