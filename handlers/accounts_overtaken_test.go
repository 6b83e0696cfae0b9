package handlers_test

import (
	"context"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dentalk/domain"
	"dentalk/handlers"
)

// overtaken is a store in which something happens first, before the first session that is begun or
// the first account that is changed.
type overtaken struct {
	domain.Store
	first func()
	once  sync.Once
}

func (o *overtaken) CreateSession(ctx context.Context, session domain.Session, refreshHash string) error {
	o.once.Do(o.first)
	return o.Store.CreateSession(ctx, session, refreshHash)
}

func (o *overtaken) UpdateUser(ctx context.Context, id domain.ID, change domain.UserChange, now time.Time) (domain.User, error) {
	o.once.Do(o.first)
	return o.Store.UpdateUser(ctx, id, change, now)
}

// late is an instance that others overtake.
func (w *world) late(first func()) *handlers.API {
	store := &overtaken{Store: w.store, first: first}
	return w.instance(func(c *handlers.Config) {
		c.Accounts = &domain.Accounts{Store: store, Passwords: w.accounts.Passwords, IDs: w.ids, Audit: w.audit, Now: w.clock}
		c.Erasures.Store = store
	})
}

func TestALoginThatAPasswordChangeOvertakesIsRefused(t *testing.T) {
	w := newWorld(t)
	api := w.instance()
	w.user("kim", domain.RoleLab, "")
	token := w.token(api, "kim")
	late := w.late(func() {
		w.status(w.changePassword(api, token, password, newPassword), http.StatusNoContent)
	})
	w.refused(w.login(late, "kim", password), http.StatusUnauthorized, "invalid_credentials")
	if sessions := w.sessions(api, token); len(sessions) != 1 {
		t.Errorf("%d sessions live", len(sessions))
	}
}

// The session must not live again when the account is enabled.
func TestALoginThatADisablingOvertakesIsRefused(t *testing.T) {
	w := newWorld(t)
	api := w.instance()
	w.user("operator", domain.RoleOperator, "")
	path, operator := "/v1/users/"+string(w.user("kim", domain.RoleLab, "").ID), w.token(api, "operator")
	late := w.late(func() {
		w.status(w.call(api, http.MethodPatch, path, operator, `{"disabled":true}`), http.StatusOK)
	})
	w.refused(w.login(late, "kim", password), http.StatusForbidden, "account_disabled")
	w.status(w.call(api, http.MethodPatch, path, operator, `{"disabled":false}`), http.StatusOK)
	if sessions := w.sessions(api, w.token(api, "kim")); len(sessions) != 1 {
		t.Errorf("%d sessions live, want the new one", len(sessions))
	}
	if entries := w.traces(domain.AuditLoginFailed); len(entries) != 1 || entries[0].Detail["reason"] != "account_disabled" {
		t.Errorf("got %+v", entries)
	}
}

// Whoever has stolen the password must not undo what takes it from them.
func TestAPasswordChangeThatAnotherOvertakesIsRefused(t *testing.T) {
	for name, first := range map[string]func(w *world, api *handlers.API, operator, token string, user domain.ID){
		"a reset": func(w *world, api *handlers.API, operator, _ string, user domain.ID) {
			w.Helper()
			w.status(w.redeem(api, w.reset(api, operator, user).Token, newPassword), http.StatusNoContent)
		},
		"a change": func(w *world, api *handlers.API, _, token string, _ domain.ID) {
			w.Helper()
			w.status(w.changePassword(api, token, password, newPassword), http.StatusNoContent)
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			api := w.instance()
			w.user("operator", domain.RoleOperator, "")
			user := w.user("kim", domain.RoleLab, "").ID
			operator, token, thief := w.token(api, "operator"), w.token(api, "kim"), w.token(api, "kim")
			late := w.late(func() { first(w, api, operator, token, user) })
			if fields := w.refused(w.changePassword(late, thief, password, "of the thief"), http.StatusBadRequest, "validation_failed"); fields[0] != "currentPassword" {
				t.Errorf("got %v", fields)
			}
			w.refused(w.login(api, "kim", "of the thief"), http.StatusUnauthorized, "invalid_credentials")
			w.status(w.login(api, "kim", newPassword), http.StatusOK)
			if entry := w.traces(domain.AuditLoginFailed)[0]; entry.UserID != user || entry.Detail["reason"] != "wrong_password" {
				t.Errorf("got %+v", entry)
			}
		})
	}
}

func TestAnOperatorIsLeftWhenTwoDisableOrEraseEachOther(t *testing.T) {
	for _, how := range []string{"disable", "erase"} {
		t.Run(how, func(t *testing.T) {
			w := newWorld(t)
			api := w.instance()
			ann, ben := w.user("ann", domain.RoleOperator, ""), w.user("ben", domain.RoleOperator, "")
			first, second := w.token(api, "ann"), w.token(api, "ben")
			late := w.late(func() {
				w.status(w.call(api, http.MethodPatch, "/v1/users/"+string(ben.ID), first, `{"disabled":true}`), http.StatusOK)
			})
			if how == "disable" {
				w.refused(w.call(late, http.MethodPatch, "/v1/users/"+string(ann.ID), second, `{"disabled":true}`), http.StatusConflict, "last_operator")
			} else {
				body := `{"userId":"` + string(ann.ID) + `","reason":"x"}`
				w.refused(w.call(late, http.MethodPost, "/v1/ops/erasures", second, body), http.StatusConflict, "last_operator")
			}
			if got, err := w.store.User(t.Context(), ann.ID); err != nil || !cmp.Equal(got, ann) {
				t.Errorf("got %+v, %v; want %+v", got, err, ann)
			}
			w.status(w.call(api, http.MethodGet, "/v1/users", first, ""), http.StatusOK)
		})
	}
}

func TestAnOperatorIsErasedByAnother(t *testing.T) {
	w := newWorld(t)
	api := w.instance()
	w.user("ann", domain.RoleOperator, "")
	ben := w.user("ben", domain.RoleOperator, "")
	var made handlers.Erasure
	w.decode(w.call(api, http.MethodPost, "/v1/ops/erasures", w.token(api, "ann"), `{"userId":"`+string(ben.ID)+`","reason":"x"}`), http.StatusCreated, &made)
	if made.CompletedAt == nil {
		t.Errorf("got %+v", made)
	}
	w.refused(w.login(api, "ben", password), http.StatusUnauthorized, "invalid_credentials")
}
