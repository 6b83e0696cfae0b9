package handlers_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dentalk/domain"
	"dentalk/handlers"
)

// key makes an API key.
func (w *world) key(api *handlers.API, operator, body string) handlers.APIKeyWithSecret {
	w.Helper()
	var key handlers.APIKeyWithSecret
	w.decode(w.call(api, http.MethodPost, "/v1/api-keys", operator, body), http.StatusCreated, &key)
	return key
}

// keyWorld has an operator with a key of every scope.
func keyWorld(t *testing.T) (w *world, api *handlers.API, operator string, key handlers.APIKeyWithSecret) {
	t.Helper()
	w = newWorld(t)
	api = w.instance()
	w.user("operator", domain.RoleOperator, "")
	operator = w.token(api, "operator")
	key = w.key(api, operator, `{"name":"order system","scopes":["rooms:write","messages:write","ops:read"]}`)
	return w, api, operator, key
}

func TestAKeyIsACaller(t *testing.T) {
	w, api, _, key := keyWorld(t)
	if len(key.Secret) != len("dtk_")+52 || !strings.HasPrefix(key.Secret, key.Prefix) || len(key.Prefix) != 12 {
		t.Errorf("got %+v", key)
	}
	var me handlers.User
	w.decode(w.call(api, http.MethodGet, "/v1/me", key.Secret, ""), http.StatusOK, &me)
	want := handlers.User{
		ID: key.ID, Username: "order system", Role: "service", Language: "en", Scopes: domain.Scopes(), CreatedAt: key.CreatedAt, UpdatedAt: key.CreatedAt,
	}
	if diff := cmp.Diff(want, me); diff != "" {
		t.Errorf("me (-want +got):\n%s", diff)
	}
	for _, wrong := range []string{"dtk_", "dtk_" + strings.Repeat("A", 52), key.Secret[:len(key.Secret)-1], key.Secret + "A", strings.ToLower(key.Secret), key.Prefix} {
		w.refused(w.call(api, http.MethodGet, "/v1/me", wrong, ""), http.StatusUnauthorized, "invalid_token")
	}
	if answer := w.withCookie(api, http.MethodGet, "/v1/me", key.Secret); answer.Code != http.StatusUnauthorized {
		t.Errorf("a key as a cookie: got %d", answer.Code)
	}
}

func TestRoutesOfUsersRefuseKeys(t *testing.T) {
	w, api, _, key := keyWorld(t)
	for _, route := range []string{
		"POST /v1/auth/logout", "GET /v1/me/sessions", "GET /v1/me/sessions/" + key.ID, "DELETE /v1/me/sessions", "DELETE /v1/me/sessions/" + key.ID,
		`POST /v1/me/password {"currentPassword":"a wrong guess","newPassword":"long enough"}`,
		"GET /v1/api-keys", "GET /v1/api-keys/" + key.ID, "DELETE /v1/api-keys/" + key.ID, `POST /v1/api-keys {"name":"n","scopes":["ops:read"]}`,
		"POST /v1/api-keys/" + key.ID + "/rotate {}", "GET /v1/users", "POST /v1/users/" + key.ID + "/password-resets",
	} {
		parts := append(strings.SplitN(route, " ", 3), "")
		w.refused(w.call(api, parts[0], parts[1], key.Secret, parts[2]), http.StatusForbidden, "forbidden")
	}
}

func TestKeysAreMadeWithRules(t *testing.T) {
	w, api, operator, _ := keyWorld(t)
	for body, field := range map[string]string{
		`{"scopes":["ops:read"]}`:                                           "name",
		`{"name":"  ","scopes":["ops:read"]}`:                               "name",
		`{"name":"` + strings.Repeat("n", 101) + `","scopes":["ops:read"]}`: "name",
		`{"name":"n"}`:             "scopes",
		`{"name":"n","scopes":[]}`: "scopes",
		`{"name":"n","scopes":["ops:read","ops:write"]}`:                            "scopes[1]",
		`{"name":"n","scopes":["ops:read","ops:read"]}`:                             "scopes[1]",
		`{"name":"n","scopes":["ops:read"],"expiresAt":"2026-03-14T09:26:53.589Z"}`: "expiresAt",
		`{"name":"n","scopes":["ops:read"],"expiresAt":"tomorrow"}`:                 "expiresAt",
		`{"name":"n","scopes":["ops:read"],"expiresAt":""}`:                         "expiresAt",
		`{"name":"n","scopes":["ops:read"],"secret":"dtk_mine"}`:                    "secret",
	} {
		fields := w.refused(w.call(api, http.MethodPost, "/v1/api-keys", operator, body), http.StatusBadRequest, "validation_failed")
		if diff := cmp.Diff([]string{field}, fields); diff != "" {
			t.Errorf("%s (-want +got):\n%s", body, diff)
		}
	}
	key := w.key(api, operator, `{"name":" n ","scopes":["ops:read"],"expiresAt":"2026-03-14T18:26:54+09:00"}`)
	if key.Name != "n" || *key.ExpiresAt != "2026-03-14T09:26:54.000Z" {
		t.Errorf("got %+v", key)
	}
	w.user("kim", domain.RoleLab, "")
	w.refused(w.call(api, http.MethodPost, "/v1/api-keys", w.token(api, "kim"), `{"name":"n","scopes":["ops:read"]}`), http.StatusForbidden, "forbidden")
}

func TestSecretsOfKeysAreShownOnce(t *testing.T) {
	w, api, operator, key := keyWorld(t)
	var rotated handlers.APIKeyWithSecret
	w.decode(w.call(api, http.MethodPost, "/v1/api-keys/"+key.ID+"/rotate", operator, `{}`), http.StatusOK, &rotated)
	for _, path := range []string{"/v1/api-keys", "/v1/api-keys/" + key.ID, "/v1/users", "/v1/ops/audit"} {
		answer := w.call(api, http.MethodGet, path, operator, "")
		w.status(answer, http.StatusOK)
		for _, secret := range []string{key.Secret, rotated.Secret, domain.HashAPIKey(key.Secret), domain.HashAPIKey(rotated.Secret)} {
			if strings.Contains(answer.Body.String(), secret) {
				t.Errorf("GET %s tells %s", path, secret)
			}
		}
	}
	var got handlers.APIKey
	w.decode(w.call(api, http.MethodGet, "/v1/api-keys/"+key.ID, operator, ""), http.StatusOK, &got)
	if diff := cmp.Diff(rotated.APIKey, got); diff != "" {
		t.Errorf("key (-rotated +got):\n%s", diff)
	}
	w.refused(w.call(api, http.MethodGet, "/v1/api-keys/"+string(domain.ZeroID), operator, ""), http.StatusNotFound, "api_key_not_found")
}

// repeat sends a request with an idempotency key.
func (w *world) repeat(api *handlers.API, path, token, body string) *httptest.ResponseRecorder {
	w.Helper()
	request := httptest.NewRequestWithContext(w.Context(), http.MethodPost, path, strings.NewReader(body))
	request.Header.Set("Authorization", "Bearer "+token)
	request.Header.Set("Idempotency-Key", "one")
	answer := httptest.NewRecorder()
	api.ServeHTTP(answer, request)
	return answer
}

func TestARepeatedAnswerHasNoSecret(t *testing.T) {
	w, api, operator, key := keyWorld(t)
	user := w.user("kim", domain.RoleLab, "")
	for path, body := range map[string]string{
		"/v1/api-keys": `{"name":"n","scopes":["ops:read"]}`, "/v1/api-keys/" + key.ID + "/rotate": `{}`,
		"/v1/users/" + string(user.ID) + "/password-resets": "",
	} {
		first, again := w.repeat(api, path, operator, body), w.repeat(api, path, operator, body)
		var told, repeated map[string]any
		w.decode(first, first.Code, &told)
		w.decode(again, first.Code, &repeated)
		if again.Header().Get("Idempotent-Replayed") != "true" {
			t.Errorf("%s: not replayed: %s", path, again.Body)
		}
		secret := ""
		for _, name := range []string{"secret", "token"} {
			if value, known := told[name].(string); known {
				secret = value
				delete(told, name)
			}
		}
		if secret == "" {
			t.Fatalf("%s: the first answer has no secret: %s", path, first.Body)
		}
		if diff := cmp.Diff(told, repeated); diff != "" {
			t.Errorf("%s (-first without its secret +repeated):\n%s", path, diff)
		}
	}
	if keys := w.traces(domain.AuditKeyCreated); len(keys) != 2 {
		t.Errorf("%d keys were made", len(keys))
	}
}

func TestARotatedSecretOverlaps(t *testing.T) {
	w, api, operator, key := keyWorld(t)
	rotate := func(body string) handlers.APIKeyWithSecret {
		var rotated handlers.APIKeyWithSecret
		w.decode(w.call(api, http.MethodPost, "/v1/api-keys/"+key.ID+"/rotate", operator, body), http.StatusOK, &rotated)
		return rotated
	}
	works := func(want bool, secret string) {
		t.Helper()
		answer := w.call(api, http.MethodGet, "/v1/me", secret, "")
		if answer.Code == http.StatusOK != want {
			t.Errorf("got %d", answer.Code)
		}
	}
	second := rotate(`{"overlapSeconds":60}`)
	if second.Secret == key.Secret || second.ID != key.ID || *second.ReplacedUntil != "2026-03-14T09:27:53.589Z" || !strings.HasPrefix(second.Secret, second.Prefix) {
		t.Errorf("got %+v", second)
	}
	works(true, key.Secret)
	works(true, second.Secret)
	w.advance(time.Minute)
	works(false, key.Secret)
	works(true, second.Secret)

	third := rotate(`{}`)
	if *third.ReplacedUntil != "2026-03-15T09:27:53.589Z" {
		t.Errorf("a day is the default: got %s", *third.ReplacedUntil)
	}
	works(true, second.Secret)
	fourth := rotate(`{"overlapSeconds":0}`)
	works(false, second.Secret)
	works(false, third.Secret)
	works(true, fourth.Secret)

	for _, wrong := range []string{`{"overlapSeconds":-1}`, `{"overlapSeconds":604801}`, `{"overlapSeconds":"1"}`} {
		fields := w.refused(w.call(api, http.MethodPost, "/v1/api-keys/"+key.ID+"/rotate", operator, wrong), http.StatusBadRequest, "validation_failed")
		if diff := cmp.Diff([]string{"overlapSeconds"}, fields); diff != "" {
			t.Errorf("%s (-want +got):\n%s", wrong, diff)
		}
	}
	var details []string
	for _, entry := range w.traces(domain.AuditKeyRotated) {
		details = append(details, fmt.Sprint(entry.TargetID == domain.ID(key.ID), entry.Detail))
	}
	want := []string{"true map[overlapSeconds:60]", "true map[overlapSeconds:86400]", "true map[overlapSeconds:0]"}
	if diff := cmp.Diff(want, details); diff != "" {
		t.Errorf("entries (-want +got):\n%s", diff)
	}
}

func TestKeysEnd(t *testing.T) {
	w, api, operator, key := keyWorld(t)
	expiring := w.key(api, operator, `{"name":"n","scopes":["ops:read"],"expiresAt":"2026-03-14T09:27:00Z"}`)
	w.status(w.call(api, http.MethodGet, "/v1/me", expiring.Secret, ""), http.StatusOK)
	w.advance(7 * time.Second)
	w.refused(w.call(api, http.MethodGet, "/v1/me", expiring.Secret, ""), http.StatusUnauthorized, "invalid_token")
	w.refused(w.call(api, http.MethodPost, "/v1/api-keys/"+expiring.ID+"/rotate", operator, `{}`), http.StatusConflict, "api_key_expired")

	w.status(w.call(api, http.MethodDelete, "/v1/api-keys/"+key.ID, operator, ""), http.StatusNoContent)
	w.refused(w.call(api, http.MethodGet, "/v1/me", key.Secret, ""), http.StatusUnauthorized, "invalid_token")
	w.refused(w.call(api, http.MethodDelete, "/v1/api-keys/"+key.ID, operator, ""), http.StatusNotFound, "api_key_not_found")

	var page handlers.Page[handlers.APIKey]
	w.decode(w.call(api, http.MethodGet, "/v1/api-keys", operator, ""), http.StatusOK, &page)
	if len(page.Items) != 1 || page.Items[0].ID != expiring.ID {
		t.Errorf("got %+v", page.Items)
	}
	if entries := w.traces(domain.AuditKeyDeleted); len(entries) != 1 || entries[0].TargetID != domain.ID(key.ID) {
		t.Errorf("got %+v", entries)
	}
}

func TestTheUseOfAKeyIsNoted(t *testing.T) {
	w, api, operator, key := keyWorld(t)
	lastUsed := func() string {
		var got handlers.APIKey
		w.decode(w.call(api, http.MethodGet, "/v1/api-keys/"+key.ID, operator, ""), http.StatusOK, &got)
		if got.LastUsedAt == nil {
			return ""
		}
		return *got.LastUsedAt
	}
	if got := lastUsed(); got != "" {
		t.Errorf("before its first use: %s", got)
	}
	for _, step := range []struct {
		after time.Duration
		want  string
	}{
		{0, "2026-03-14T09:26:53.589Z"}, {59 * time.Second, "2026-03-14T09:26:53.589Z"}, {time.Second, "2026-03-14T09:27:53.589Z"},
	} {
		w.advance(step.after)
		w.status(w.call(api, http.MethodGet, "/v1/me", key.Secret, ""), http.StatusOK)
		if got := lastUsed(); got != step.want {
			t.Errorf("after %s: got %s, want %s", step.after, got, step.want)
		}
	}
	entries := w.traces(domain.AuditKeyUsed)
	if len(entries) != 1 || entries[0].ActorID != domain.ID(key.ID) || entries[0].ActorRole != domain.RoleService || entries[0].Address != "192.0.2.1" {
		t.Errorf("got %+v", entries)
	}
}
