package handlers_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"dentalk/domain"
	"dentalk/handlers"
)

const (
	listedOrigin = "https://chat.example.com"
	otherOrigin  = "https://evil.example"
)

func withOrigin(c *handlers.Config) { c.AllowedOrigins = []string{listedOrigin} }

// browse sends a request with headers, given as pairs of name and value.
func (w *world) browse(api *handlers.API, method, path, body string, headers ...string) *httptest.ResponseRecorder {
	w.Helper()
	request := httptest.NewRequestWithContext(w.Context(), method, path, strings.NewReader(body))
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	answer := httptest.NewRecorder()
	api.ServeHTTP(answer, request)
	return answer
}

// allowing gives the names of the headers of CORS.
func allowing(header http.Header) []string {
	var names []string
	for name := range header {
		if strings.HasPrefix(name, "Access-Control-") {
			names = append(names, name)
		}
	}
	return names
}

func TestPreflightsAreAnsweredWithoutCredentials(t *testing.T) {
	w := newWorld(t)
	api := w.instance(withOrigin)
	preflight := func(origin, method, headers string) *httptest.ResponseRecorder {
		return w.browse(api, http.MethodOptions, "/v1/rooms", "", "Origin", origin,
			"Access-Control-Request-Method", method, "Access-Control-Request-Headers", headers)
	}
	answer := preflight(listedOrigin, http.MethodPost, "authorization,content-type,idempotency-key,last-event-id,x-request-id")
	header := answer.Header()
	if answer.Code != http.StatusNoContent || header.Get("Access-Control-Allow-Origin") != listedOrigin ||
		header.Get("Access-Control-Allow-Credentials") != "true" || header.Get("Access-Control-Allow-Methods") != http.MethodPost ||
		!strings.Contains(header.Get("Access-Control-Allow-Headers"), "idempotency-key") {
		t.Errorf("got %d, %v", answer.Code, header)
	}
	if !strings.Contains(strings.Join(header.Values("Vary"), ","), "Origin") || header.Get("X-Request-Id") == "" {
		t.Errorf("got %v", header)
	}
	for name, answer := range map[string]*httptest.ResponseRecorder{
		"another origin": preflight(otherOrigin, http.MethodPost, "content-type"),
		"no page":        preflight("null", http.MethodPost, "content-type"),
		"another method": preflight(listedOrigin, "TRACE", "content-type"),
		"another header": preflight(listedOrigin, http.MethodPost, "x-other"),
	} {
		if got := allowing(answer.Header()); got != nil {
			t.Errorf("%s is given %v", name, got)
		}
	}
}

func TestListedOriginsMayReadAnswers(t *testing.T) {
	w := newWorld(t)
	api := w.instance(withOrigin)
	w.user("operator", domain.RoleOperator, "")
	token := w.token(api, "operator")
	for path, token := range map[string]string{"/v1/me": token, "/v1/rooms": "", "/nothing": "", "/v1/stream": ""} {
		answer := w.browse(api, http.MethodGet, path, "", "Origin", listedOrigin, "Authorization", "Bearer "+token)
		header := answer.Header()
		exposed := strings.Split(header.Get("Access-Control-Expose-Headers"), ", ")
		if header.Get("Access-Control-Allow-Origin") != listedOrigin || header.Get("Access-Control-Allow-Credentials") != "true" ||
			!slices.Contains(exposed, "X-Request-Id") || !slices.Contains(header.Values("Vary"), "Origin") {
			t.Errorf("%s: got %d, %v", path, answer.Code, header)
		}
		for _, origin := range []string{otherOrigin, "null", listedOrigin + ":444", "https://chat.example.com.evil.example", "http://chat.example.com"} {
			answer := w.browse(api, http.MethodGet, path, "", "Origin", origin, "Authorization", "Bearer "+token)
			if got := allowing(answer.Header()); got != nil || !slices.Contains(answer.Header().Values("Vary"), "Origin") {
				t.Errorf("%s for %s: got %v", path, origin, answer.Header())
			}
		}
	}
}

func TestNobodyElseMayReadAnswersWithoutAList(t *testing.T) {
	w := newWorld(t)
	api := w.instance()
	for _, method := range []string{http.MethodGet, http.MethodOptions} {
		answer := w.browse(api, method, "/v1/rooms", "", "Origin", otherOrigin, "Access-Control-Request-Method", http.MethodGet)
		if got := allowing(answer.Header()); got != nil {
			t.Errorf("%s is given %v", method, got)
		}
	}
}

// A page elsewhere could otherwise log its reader in as somebody else, and see what is written then.
func TestPagesElsewhereCannotLogTheirReadersIn(t *testing.T) {
	w := newWorld(t)
	api := w.instance(withOrigin)
	w.user("owner", domain.RoleClinic, "")
	body := `{"username": "owner", "password": "` + password + `"}`
	for _, path := range []string{"/v1/auth/login", "/v1/auth/refresh", "/v1/auth/register", "/v1/auth/password-reset"} {
		for _, headers := range [][]string{{"Origin", otherOrigin}, {"Origin", "null"}, {"Sec-Fetch-Site", "cross-site", "Origin", otherOrigin}, {"Sec-Fetch-Site", "same-site"}} {
			answer := w.browse(api, http.MethodPost, path, body, headers...)
			w.refused(answer, http.StatusForbidden, "cross_origin")
			if answer.Header().Get("Set-Cookie") != "" {
				t.Errorf("%s sets a cookie for %v", path, headers)
			}
		}
	}
	for _, headers := range [][]string{
		nil, {"Origin", listedOrigin}, {"Sec-Fetch-Site", "cross-site", "Origin", listedOrigin},
		{"Sec-Fetch-Site", "same-origin", "Origin", "https://example.com"}, {"Origin", "https://example.com"}, // the tests' host
	} {
		if answer := w.browse(api, http.MethodPost, "/v1/auth/login", body, headers...); answer.Code != http.StatusOK {
			t.Errorf("%v: got %d", headers, answer.Code)
		}
	}
}

func TestCookiesChangeThingsForListedOriginsOnly(t *testing.T) {
	w := newWorld(t)
	api := w.instance(withOrigin)
	w.user("operator", domain.RoleOperator, "")
	cookie := w.login(api, "operator", password).Result().Cookies()[0]
	create := func(origin string) *httptest.ResponseRecorder {
		return w.browse(api, http.MethodPost, "/v1/rooms", `{"orderId": "1", "name": "n"}`, "Origin", origin, "Cookie", cookie.Name+"="+cookie.Value)
	}
	w.refused(create(otherOrigin), http.StatusForbidden, "cross_origin")
	if answer := create(listedOrigin); answer.Code != http.StatusCreated {
		t.Errorf("got %d %s", answer.Code, answer.Body)
	}
}
