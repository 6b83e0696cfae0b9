package handlers_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dentalk/domain"
	"dentalk/handlers"
)

const newPassword = "staple wrong donkey"

func (w *world) changePassword(api *handlers.API, token, current, next string) *httptest.ResponseRecorder {
	w.Helper()
	return w.call(api, http.MethodPost, "/v1/me/password", token, fmt.Sprintf(`{"currentPassword":%q,"newPassword":%q}`, current, next))
}

func TestAUserChangesThePassword(t *testing.T) {
	w := newWorld(t)
	api := w.instance()
	user := w.user("kim", domain.RoleLab, "")
	other, token := w.tokens(api, "kim"), w.token(api, "kim")

	if fields := w.refused(w.changePassword(api, token, "a wrong guess", newPassword), http.StatusBadRequest, "validation_failed"); fields[0] != "currentPassword" {
		t.Errorf("got %v", fields)
	}
	if fields := w.refused(w.changePassword(api, token, password, "short"), http.StatusBadRequest, "validation_failed"); fields[0] != "newPassword" {
		t.Errorf("got %v", fields)
	}
	w.status(w.call(api, http.MethodGet, "/v1/me", other.AccessToken, ""), http.StatusOK)

	w.status(w.changePassword(api, token, password, newPassword), http.StatusNoContent)
	w.refused(w.call(api, http.MethodGet, "/v1/me", other.AccessToken, ""), http.StatusUnauthorized, domain.CodeSessionEnded)
	w.refused(w.call(api, http.MethodPost, "/v1/auth/refresh", "", `{"refreshToken":"`+other.RefreshToken+`"}`), http.StatusUnauthorized, "invalid_refresh_token")
	w.status(w.call(api, http.MethodGet, "/v1/me", token, ""), http.StatusOK)
	w.refused(w.login(api, "kim", password), http.StatusUnauthorized, "invalid_credentials")
	w.status(w.login(api, "kim", newPassword), http.StatusOK)

	entries := w.traces(domain.AuditPasswordChanged)
	if len(entries) != 1 || entries[0].UserID != user.ID || entries[0].ActorID != user.ID || entries[0].Detail["sessions"] != "1" {
		t.Errorf("got %+v", entries)
	}
}

func TestGuessingTheCurrentPasswordIsDelayedAsLoginsAre(t *testing.T) {
	w := newWorld(t)
	api := w.instance()
	w.user("kim", domain.RoleLab, "")
	token := w.token(api, "kim")
	for range 5 {
		w.refused(w.changePassword(api, token, "a wrong guess", newPassword), http.StatusBadRequest, "validation_failed")
	}
	w.refused(w.changePassword(api, token, password, newPassword), http.StatusTooManyRequests, "too_many_logins")
	w.refused(w.login(api, "kim", password), http.StatusTooManyRequests, "too_many_logins")
	w.advance(time.Second)
	w.status(w.changePassword(api, token, password, newPassword), http.StatusNoContent)
}

// reset makes a token for the user.
func (w *world) reset(api *handlers.API, operator string, user domain.ID) handlers.PasswordReset {
	w.Helper()
	var reset handlers.PasswordReset
	w.decode(w.call(api, http.MethodPost, "/v1/users/"+string(user)+"/password-resets", operator, ""), http.StatusCreated, &reset)
	return reset
}

func (w *world) redeem(api *handlers.API, token, password string) *httptest.ResponseRecorder {
	w.Helper()
	return w.call(api, http.MethodPost, "/v1/auth/password-reset", "", fmt.Sprintf(`{"token":%q,"newPassword":%q}`, token, password))
}

func TestAnOperatorResetsAPassword(t *testing.T) {
	w := newWorld(t)
	api := w.instance()
	operator, user := w.user("operator", domain.RoleOperator, ""), w.user("kim", domain.RoleLab, "")
	token, thief := w.token(api, "operator"), w.token(api, "kim")

	replaced, reset := w.reset(api, token, user.ID), w.reset(api, token, user.ID)
	if !strings.HasPrefix(reset.Token, "dtp_"+string(user.ID)+"_") || len(reset.Token) < 80 || reset.ExpiresAt != "2026-03-15T09:26:53.589Z" {
		t.Errorf("got %+v", reset)
	}
	if got, err := w.store.User(t.Context(), user.ID); err != nil || strings.Contains(fmt.Sprintf("%+v", *got.Reset), reset.Token) {
		t.Errorf("the store holds the token: %+v, %v", got.Reset, err)
	}
	w.status(w.login(api, "kim", password), http.StatusOK) // until it is used
	for name, wrong := range map[string]string{
		"replaced": replaced.Token, "unknown": "dtp_" + string(user.ID) + "_AAAA", "of nobody": "dtp_" + string(domain.ZeroID) + "_AAAA",
		"cut": reset.Token[:len(reset.Token)-1], "of another user": strings.Replace(reset.Token, string(user.ID), string(operator.ID), 1), "nonsense": "dtp_",
	} {
		if answer := w.redeem(api, wrong, newPassword); answer.Code != http.StatusUnauthorized || !strings.Contains(answer.Body.String(), "invalid_reset_token") {
			t.Errorf("%s: got %d %s", name, answer.Code, answer.Body)
		}
	}
	if fields := w.refused(w.redeem(api, reset.Token, "short"), http.StatusBadRequest, "validation_failed"); fields[0] != "newPassword" {
		t.Errorf("got %v", fields)
	}
	w.status(w.redeem(api, reset.Token, newPassword), http.StatusNoContent)
	w.refused(w.redeem(api, reset.Token, "another new password"), http.StatusUnauthorized, "invalid_reset_token")
	w.refused(w.call(api, http.MethodGet, "/v1/me", thief, ""), http.StatusUnauthorized, domain.CodeSessionEnded)
	w.refused(w.login(api, "kim", password), http.StatusUnauthorized, "invalid_credentials")
	w.status(w.login(api, "kim", newPassword), http.StatusOK)

	made, used := w.traces(domain.AuditResetCreated), w.traces(domain.AuditResetUsed)
	if len(made) != 2 || made[0].ActorID != operator.ID || made[0].UserID != user.ID {
		t.Errorf("made: %+v", made)
	}
	if len(used) != 1 || used[0].ActorID != user.ID || used[0].UserID != user.ID || used[0].Detail["sessions"] != "2" {
		t.Errorf("used: %+v", used)
	}
}

func TestAResetServesOnceWhoeverComesAtTheSameTime(t *testing.T) {
	w := newWorld(t)
	apis := []*handlers.API{w.instance(), w.instance()}
	w.user("operator", domain.RoleOperator, "")
	reset := w.reset(apis[0], w.token(apis[0], "operator"), w.user("kim", domain.RoleLab, "").ID)
	codes := make([]int, 3)
	var group sync.WaitGroup
	for i := range codes {
		group.Go(func() { codes[i] = w.redeem(apis[i%2], reset.Token, fmt.Sprint("new password ", i)).Code })
	}
	group.Wait()
	count := map[int]int{}
	for _, code := range codes {
		count[code]++
	}
	if diff := cmp.Diff(map[int]int{http.StatusNoContent: 1, http.StatusUnauthorized: 2}, count); diff != "" {
		t.Errorf("answers (-want +got):\n%s", diff)
	}
}

func TestAResetExpires(t *testing.T) {
	w := newWorld(t)
	api := w.instance()
	w.user("operator", domain.RoleOperator, "")
	reset := w.reset(api, w.token(api, "operator"), w.user("kim", domain.RoleLab, "").ID)
	w.advance(24 * time.Hour)
	w.refused(w.redeem(api, reset.Token, newPassword), http.StatusUnauthorized, "invalid_reset_token")
}

func TestADisabledAccountGetsNothing(t *testing.T) {
	w := newWorld(t)
	api := w.instance()
	w.user("operator", domain.RoleOperator, "")
	user := w.user("kim", domain.RoleLab, "")
	operator, tokens := w.token(api, "operator"), w.tokens(api, "kim")
	var ticket handlers.StreamTicket
	w.decode(w.call(api, http.MethodPost, "/v1/stream-tickets", tokens.AccessToken, ""), http.StatusCreated, &ticket)
	reset := w.reset(api, operator, user.ID)
	w.status(w.call(api, http.MethodPatch, "/v1/users/"+string(user.ID), operator, `{"disabled":true}`), http.StatusOK)

	w.refused(w.login(api, "kim", password), http.StatusForbidden, "account_disabled")
	w.refused(w.login(api, "kim", "a wrong guess"), http.StatusUnauthorized, "invalid_credentials")
	w.refused(w.call(api, http.MethodPost, "/v1/auth/refresh", "", `{"refreshToken":"`+tokens.RefreshToken+`"}`), http.StatusUnauthorized, "invalid_refresh_token")
	w.refused(w.call(api, http.MethodGet, "/v1/me", tokens.AccessToken, ""), http.StatusUnauthorized, domain.CodeSessionEnded)
	w.status(w.call(api, http.MethodGet, "/v1/stream?ticket="+ticket.Ticket, "", ""), http.StatusNoContent)
	w.refused(w.redeem(api, reset.Token, newPassword), http.StatusUnauthorized, "invalid_reset_token")
	w.refused(w.call(api, http.MethodPost, "/v1/users/"+string(user.ID)+"/password-resets", operator, ""), http.StatusConflict, "account_disabled")

	var reasons []string
	for _, entry := range w.traces(domain.AuditLoginFailed) {
		reasons = append(reasons, entry.Detail["reason"])
		if entry.UserID != user.ID || entry.ActorID != "" {
			t.Errorf("entry %+v", entry)
		}
	}
	if diff := cmp.Diff([]string{"account_disabled", "invalid_credentials"}, reasons); diff != "" {
		t.Errorf("reasons (-want +got):\n%s", diff)
	}
}

func TestResetsAreForOperators(t *testing.T) {
	w := newWorld(t)
	api := w.instance()
	user := w.user("kim", domain.RoleLab, "")
	w.user("operator", domain.RoleOperator, "")
	path := "/v1/users/" + string(user.ID) + "/password-resets"
	w.refused(w.call(api, http.MethodPost, path, w.token(api, "kim"), ""), http.StatusForbidden, "forbidden")
	w.refused(w.call(api, http.MethodPost, "/v1/users/"+string(domain.ZeroID)+"/password-resets", w.token(api, "operator"), ""), http.StatusNotFound, "user_not_found")
}
