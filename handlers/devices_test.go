package handlers_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"dentalk/domain"
	"dentalk/handlers"
)

// deviceOf is the device's cookie that an answer sets; nil when it sets none.
func deviceOf(answer *httptest.ResponseRecorder) *http.Cookie {
	for _, cookie := range answer.Result().Cookies() {
		if cookie.Name == "dentalk_device" {
			return cookie
		}
	}
	return nil
}

// loginWith is a login of a browser with this value of the device's cookie.
func (w *world) loginWith(api *handlers.API, device, name, password string) *httptest.ResponseRecorder {
	w.Helper()
	body := fmt.Sprintf(`{"username": %q, "password": %q}`, name, password)
	request := httptest.NewRequestWithContext(w.Context(), http.MethodPost, "/v1/auth/login", strings.NewReader(body))
	request.AddCookie(&http.Cookie{Name: "dentalk_device", Value: device})
	answer := httptest.NewRecorder()
	api.ServeHTTP(answer, request)
	return answer
}

// device logs in and gives the value of the cookie.
func (w *world) device(api *handlers.API, name string) string {
	w.Helper()
	answer := w.login(api, name, password)
	cookie := deviceOf(answer)
	if answer.Code != http.StatusOK || cookie == nil {
		w.Fatalf("got %d %v", answer.Code, answer.Header())
	}
	return cookie.Value
}

// strangers fail for the name from the address that all of the tests' requests come from.
func (w *world) strangers(api *handlers.API, name string) {
	w.Helper()
	for range 60 {
		api.LoginFailed(w.Context(), name, "192.0.2.1")
	}
	w.refused(w.login(api, name, password), http.StatusTooManyRequests, "too_many_logins")
}

func TestStrangersBehindTheOwnersAddressDoNotSlowItsBrowser(t *testing.T) {
	w := newWorld(t)
	w.user("owner", domain.RoleClinic, "")
	one, two := w.instance(), w.instance()
	device := w.device(one, "owner")
	w.strangers(one, "owner")
	for range 3 {
		answer := w.loginWith(two, device, "Owner", password)
		if answer.Code != http.StatusOK || answer.Header().Get("RateLimit-Remaining") != "5" {
			t.Fatalf("got %d %v", answer.Code, answer.Header())
		}
		w.refused(w.login(one, "owner", password), http.StatusTooManyRequests, "too_many_logins") // a success forgets its own failures only
		device = deviceOf(answer).Value
	}
}

func TestABrowserWaitsForItsOwnFailures(t *testing.T) {
	w := newWorld(t)
	w.user("owner", domain.RoleClinic, "")
	api := w.instance()
	device, other := w.device(api, "owner"), w.device(api, "owner")
	for range 5 {
		w.refused(w.loginWith(api, device, "owner", "a wrong guess"), http.StatusUnauthorized, "invalid_credentials")
	}
	w.refused(w.loginWith(api, device, "owner", password), http.StatusTooManyRequests, "too_many_logins")
	for name, answer := range map[string]*httptest.ResponseRecorder{
		"another browser": w.loginWith(api, other, "owner", password), "none": w.login(api, "owner", password),
	} {
		if answer.Code != http.StatusOK {
			t.Errorf("%s: got %d", name, answer.Code)
		}
	}
	w.advance(time.Second)
	if answer := w.loginWith(api, device, "owner", password); answer.Code != http.StatusOK {
		t.Errorf("after the delay: got %d", answer.Code)
	}
}

func TestDevicesThatServeForNothing(t *testing.T) {
	w := newWorld(t)
	owner := w.user("owner", domain.RoleClinic, "")
	w.user("another", domain.RoleClinic, "")
	api := w.instance()
	login := w.login(api, "owner", password)
	good, changed := deviceOf(login).Value, w.device(api, "owner")
	devices := forgeries(t, good)
	delete(devices, "no session") // is a device without a name of its own
	delete(devices, "strange session")
	devices["of another account"] = w.device(api, "another")
	devices["session"] = cookieOf(t, login)
	w.strangers(api, "owner")
	for name, device := range devices {
		if answer := w.loginWith(api, device, "owner", password); answer.Code != http.StatusTooManyRequests {
			t.Errorf("%s: got %d", name, answer.Code)
		}
	}
	hash, err := w.accounts.Passwords.Hash(t.Context(), password)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.store.UpdateUser(t.Context(), owner.ID, domain.UserChange{PasswordHash: &hash}, w.clock()); err != nil {
		t.Fatal(err)
	}
	if answer := w.loginWith(api, changed, "owner", password); answer.Code != http.StatusTooManyRequests {
		t.Errorf("of a password that was replaced: got %d", answer.Code)
	}
}

func TestADeviceOpensNothing(t *testing.T) {
	w := newWorld(t)
	w.user("owner", domain.RoleClinic, "")
	api := w.instance()
	device := w.device(api, "owner")
	for name, answer := range map[string]*httptest.ResponseRecorder{
		"bearer": w.call(api, http.MethodGet, "/v1/me", device, ""), "cookie": w.withCookie(api, http.MethodGet, "/v1/me", device),
		"ticket": w.call(api, http.MethodGet, "/v1/stream?ticket="+device, "", ""),
	} {
		if answer.Code != http.StatusUnauthorized {
			t.Errorf("as a %s: got %d", name, answer.Code)
		}
	}
}

func TestADeviceOutlivesLogoutAndChangeOfThePassword(t *testing.T) {
	w := newWorld(t)
	w.user("owner", domain.RoleClinic, "")
	api := w.instance()
	var tokens handlers.Tokens
	login := w.login(api, "owner", password)
	w.decode(login, http.StatusOK, &tokens)
	cookie := deviceOf(login)
	if !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode || cookie.MaxAge != 365*24*60*60 {
		t.Errorf("got %+v", cookie)
	}
	if cleared := deviceOf(w.call(api, http.MethodPost, "/v1/auth/logout", tokens.AccessToken, "")); cleared != nil {
		t.Errorf("a logout sets %+v", cleared)
	}
	const next = "staple wrong donkey"
	change := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/v1/me/password",
		strings.NewReader(fmt.Sprintf(`{"currentPassword": %q, "newPassword": %q}`, password, next)))
	change.Header.Set("Authorization", "Bearer "+w.token(api, "owner"))
	change.AddCookie(cookie)
	answer := httptest.NewRecorder()
	w.strangers(api, "owner")
	api.ServeHTTP(answer, change)
	renewed := deviceOf(answer)
	if answer.Code != http.StatusNoContent || renewed == nil {
		t.Fatalf("got %d %v", answer.Code, answer.Header())
	}
	if answer := w.loginWith(api, renewed.Value, "owner", next); answer.Code != http.StatusOK {
		t.Errorf("with the new password: got %d", answer.Code)
	}
}
