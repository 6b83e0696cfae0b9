package handlers_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"dentalk/domain"
	"dentalk/handlers"
)

// behindProxy believes the proxy that the tests' requests come from.
func behindProxy(c *handlers.Config) {
	c.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}
}

// from sends a request for a client with this address.
func (w *world) from(api *handlers.API, address, method, path, body string) *httptest.ResponseRecorder {
	w.Helper()
	request := httptest.NewRequestWithContext(w.Context(), method, path, strings.NewReader(body))
	request.Header.Set("X-Forwarded-For", address)
	answer := httptest.NewRecorder()
	api.ServeHTTP(answer, request)
	return answer
}

func (w *world) loginFrom(api *handlers.API, address, name, password string) *httptest.ResponseRecorder {
	w.Helper()
	return w.from(api, address, http.MethodPost, "/v1/auth/login", fmt.Sprintf(`{"username": %q, "password": %q}`, name, password))
}

// attack fails to log in 10,000 times, each time from another address.
func attack(w *world, api *handlers.API, name string) {
	for i := range 10_000 {
		api.LoginFailed(w.Context(), name, fmt.Sprintf("10.0.%d.%d", i/256, i%256))
	}
}

func TestStrangersWithManyAddressesDoNotLockTheOwnerOut(t *testing.T) {
	w := newWorld(t)
	w.user("owner", domain.RoleClinic, "")
	api := w.instance(behindProxy)
	attack(w, api, "owner")
	for _, address := range []string{"203.0.113.1", "203.0.113.2", "2001:db8:1::1", "2001:db8:2::1"} {
		answer := w.loginFrom(api, address, "Owner", password)
		if answer.Code != http.StatusOK || answer.Header().Get("RateLimit-Limit") != "1" {
			t.Errorf("the owner at %s: got %d, %v", address, answer.Code, answer.Header())
		}
	}
}

func TestStrangersWithManyAddressesGetOneGuessFromEach(t *testing.T) {
	w := newWorld(t)
	w.user("owner", domain.RoleClinic, "")
	api := w.instance(behindProxy)
	attack(w, api, "owner")
	for _, address := range []string{"10.0.0.1", "10.0.20.7"} {
		answer := w.loginFrom(api, address, "owner", "a wrong guess")
		w.refused(answer, http.StatusTooManyRequests, "too_many_logins")
		if answer.Header().Get("Retry-After") != "60" || answer.Header().Get("RateLimit-Remaining") != "0" {
			t.Errorf("the second guess from %s: got %v", address, answer.Header())
		}
	}
	if answer := w.loginFrom(api, "10.0.0.1", "another", "a wrong guess"); answer.Code != http.StatusUnauthorized {
		t.Errorf("another name: got %d", answer.Code)
	}
}

func TestOwnerWhoMistypedWaitsForItselfOnly(t *testing.T) {
	w := newWorld(t)
	w.user("owner", domain.RoleClinic, "")
	api := w.instance(behindProxy)
	attack(w, api, "owner")
	w.refused(w.loginFrom(api, "203.0.113.1", "owner", "a wrong guess"), http.StatusUnauthorized, "invalid_credentials")
	w.refused(w.loginFrom(api, "203.0.113.1", "owner", password), http.StatusTooManyRequests, "too_many_logins")
	for i := range 60 {
		w.advance(time.Second)
		api.LoginFailed(t.Context(), "owner", fmt.Sprint("198.51.100.", i))
	}
	if answer := w.loginFrom(api, "203.0.113.1", "owner", password); answer.Code != http.StatusOK {
		t.Errorf("a minute after the mistake, while strangers go on: got %d", answer.Code)
	}
}

func TestAttackIsLoggedOnceAndWithoutTheName(t *testing.T) {
	w := newWorld(t)
	var log bytes.Buffer
	api := w.instance(behindProxy, func(c *handlers.Config) { c.Log = slog.New(slog.NewTextHandler(&log, nil)) })
	attack(w, api, "owner")
	for i := range 10 {
		w.loginFrom(api, fmt.Sprint("10.0.0.", i), "owner", "a wrong guess")
	}
	if got := log.String(); strings.Count(got, "under attack") != 1 || strings.Contains(got, "owner") {
		t.Errorf("got the log:\n%s", got)
	}
	w.advance(14 * time.Minute)
	api.LoginFailed(t.Context(), "owner", "10.0.0.1")
	w.advance(time.Minute)
	w.loginFrom(api, "10.0.0.1", "owner", "a wrong guess")
	if got := log.String(); strings.Count(got, "under attack") != 2 {
		t.Errorf("a quarter of an hour later: got the log:\n%s", got)
	}
}

func TestNetworkOfIPv6IsOneAddress(t *testing.T) {
	w := newWorld(t)
	api := w.instance(behindProxy)
	for i := range 5 {
		w.refused(w.loginFrom(api, fmt.Sprintf("2001:db8:0:1::%d", i), "owner", "a wrong guess"), http.StatusUnauthorized, "invalid_credentials")
	}
	w.refused(w.loginFrom(api, "2001:db8:0:1:ffff::1", "owner", "a wrong guess"), http.StatusTooManyRequests, "too_many_logins")
	w.refused(w.loginFrom(api, "2001:db8:0:2::1", "owner", "a wrong guess"), http.StatusUnauthorized, "invalid_credentials")
}

func TestGuessesAtOnceAreCountedOneByOne(t *testing.T) {
	w := newWorld(t)
	api := w.instance()
	var group sync.WaitGroup
	codes := make(chan int, 40)
	for range cap(codes) {
		group.Go(func() { codes <- w.login(api, "owner", "a wrong guess").Code })
	}
	group.Wait()
	close(codes)
	looked := 0
	for code := range codes {
		if code == http.StatusUnauthorized {
			looked++
		}
	}
	if looked != 5 {
		t.Errorf("%d passwords were looked at, want 5", looked)
	}
}
