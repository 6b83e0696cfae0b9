package handlers_test

import (
	"net/http"
	"strings"
	"testing"

	"dentalk/domain"
)

func TestRotationNeedsNoBody(t *testing.T) {
	w := newWorld(t)
	api := w.instance()
	w.user("operator", domain.RoleOperator, "")
	token := w.token(api, "operator")
	key := w.key(api, token, `{"name":"n","scopes":["ops:read"]}`)
	path := "/v1/api-keys/" + key.ID + "/rotate"
	w.status(w.call(api, http.MethodPost, path, token, ""), http.StatusOK)
	w.status(w.repeat(api, path, token, ""), http.StatusOK)
	w.status(w.call(api, http.MethodGet, "/v1/me", key.Secret, ""), http.StatusUnauthorized) // replaced twice
	w.refused(w.call(api, http.MethodPost, path, token, "[]"), http.StatusBadRequest, "validation_failed")
}

func TestABodyThatNobodyHeedsIsRefused(t *testing.T) {
	w := newWorld(t)
	api := w.instance()
	w.user("operator", domain.RoleOperator, "")
	user := w.user("kim", domain.RoleLab, "")
	token := w.token(api, "operator")
	for _, path := range []string{"/v1/stream-tickets", "/v1/users/" + string(user.ID) + "/password-resets", "/v1/auth/logout"} {
		for _, body := range []string{`{"days":7}`, `[]`, ` `, `nonsense`} {
			w.refused(w.call(api, http.MethodPost, path, token, body), http.StatusBadRequest, "validation_failed")
		}
		w.refused(w.send(api, http.MethodPost, path, token, "text/plain", "x"), http.StatusUnsupportedMediaType, "unsupported_media_type")
		w.refused(w.call(api, http.MethodPost, path, token, `{"a":"`+strings.Repeat("x", 64<<10)+`"}`), http.StatusRequestEntityTooLarge, "body_too_large")
		for _, body := range []string{"", "{}"} {
			if answer := w.call(api, http.MethodPost, path, token, body); answer.Code != http.StatusCreated && answer.Code != http.StatusNoContent {
				t.Errorf("%s %q: got %d %s", path, body, answer.Code, answer.Body)
			}
			token = w.token(api, "operator")
		}
	}
}
