package handlers_test

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"dentalk/domain"
	"dentalk/handlers"
)

// Whoever is believed could escape the throttle by inventing addresses.
func TestOnlyTrustedProxiesSpeakForClients(t *testing.T) {
	w := newWorld(t)
	w.user("owner", domain.RoleClinic, "")
	for name, test := range map[string]struct {
		network string
		trusted bool
	}{
		"a trusted proxy": {"192.0.2.0/24", true}, "another": {"198.51.100.7/32", false},
	} {
		api := w.instance(func(c *handlers.Config) { c.TrustedProxies = []netip.Prefix{netip.MustParsePrefix(test.network)} })
		login := func(client, password string) *httptest.ResponseRecorder { // the requests come from 192.0.2.1
			body := `{"username": "owner", "password": "` + password + `"}`
			request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/v1/auth/login", strings.NewReader(body))
			request.Header.Set("X-Forwarded-For", client)
			request.Header.Set("X-Forwarded-Proto", "https")
			answer := httptest.NewRecorder()
			api.ServeHTTP(answer, request)
			return answer
		}
		for range 5 {
			login("203.0.113."+map[bool]string{true: "1", false: "9"}[test.trusted], "a wrong guess")
		}
		if got := login("203.0.113.2", password); (got.Code == http.StatusOK) != test.trusted {
			t.Errorf("%s: the login of another client gives %d", name, got.Code)
		} else if secure := strings.Contains(got.Header().Get("Set-Cookie"), "Secure"); secure != test.trusted {
			t.Errorf("%s: Set-Cookie is %q", name, got.Header().Get("Set-Cookie"))
		}
	}
}
