package handlers_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"dentalk/domain"
	"dentalk/handlers"
)

// claimsOf are those of a token, as they are.
func claimsOf(t *testing.T, token string) jwt.MapClaims {
	t.Helper()
	claims := jwt.MapClaims{}
	if _, _, err := jwt.NewParser().ParseUnverified(token, claims); err != nil {
		t.Fatal(err)
	}
	return claims
}

func signedAs(t *testing.T, method jwt.SigningMethod, claims jwt.MapClaims, key any) string {
	t.Helper()
	token, err := jwt.NewWithClaims(method, claims).SignedString(key)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// with gives a copy of claims in which one is changed; nil takes it away.
func with(claims jwt.MapClaims, name string, value any) jwt.MapClaims {
	changed := jwt.MapClaims{}
	for name, value := range claims {
		changed[name] = value
	}
	if changed[name] = value; value == nil {
		delete(changed, name)
	}
	return changed
}

// forgeries are tokens that look nearly like this one.
func forgeries(t *testing.T, good string) map[string]string {
	t.Helper()
	claims := claimsOf(t, good)
	key, otherKey := []byte(strings.Repeat("k", 32)), []byte(strings.Repeat("x", 32))
	parts := strings.Split(good, ".")
	return map[string]string{
		"wrong signature": signedAs(t, jwt.SigningMethodHS256, claims, otherKey),
		"no signature":    parts[0] + "." + parts[1] + ".",
		"alg none":        signedAs(t, jwt.SigningMethodNone, claims, jwt.UnsafeAllowNoneSignatureType),
		"other algorithm": signedAs(t, jwt.SigningMethodHS512, claims, key),
		"expired":         signedAs(t, jwt.SigningMethodHS256, with(claims, "exp", time.Date(2026, 3, 14, 9, 26, 52, 0, time.UTC).Unix()), key),
		"never expires":   signedAs(t, jwt.SigningMethodHS256, with(claims, "exp", nil), key),
		"no use":          signedAs(t, jwt.SigningMethodHS256, with(claims, "use", nil), key),
		"another use":     signedAs(t, jwt.SigningMethodHS256, with(claims, "use", "refresh"), key),
		"no session":      signedAs(t, jwt.SigningMethodHS256, with(claims, "jti", nil), key),
		"strange session": signedAs(t, jwt.SigningMethodHS256, with(claims, "jti", "../../etc/passwd"), key),
		"nothing":         "",
		"dots":            "..",
	}
}

func TestForgedAccessTokens(t *testing.T) {
	w := newWorld(t)
	api := w.instance()
	w.user("kim", domain.RoleLab, "")
	token := w.token(api, "kim")
	w.status(w.call(api, http.MethodGet, "/v1/me", token, ""), http.StatusOK)
	for name, forged := range forgeries(t, token) {
		request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/v1/me", nil)
		request.Header.Set("Authorization", "Bearer "+forged)
		answer := httptest.NewRecorder()
		api.ServeHTTP(answer, request)
		if answer.Code != http.StatusUnauthorized || !strings.Contains(answer.Body.String(), `"invalid_token"`) {
			t.Errorf("%s: got %d %s", name, answer.Code, answer.Body)
		}
	}
	w.advance(15*time.Minute + time.Second)
	w.refused(w.call(api, http.MethodGet, "/v1/me", token, ""), http.StatusUnauthorized, "invalid_token")
}

// cookieOf is the session cookie that an answer sets.
func cookieOf(t *testing.T, answer *httptest.ResponseRecorder) string {
	t.Helper()
	for _, cookie := range answer.Result().Cookies() {
		if cookie.Name == "dentalk_session" {
			return cookie.Value
		}
	}
	t.Fatal("no cookie")
	return ""
}

// withCookie asks with the session cookie alone.
func (w *world) withCookie(api *handlers.API, method, path, cookie string) *httptest.ResponseRecorder {
	request := httptest.NewRequestWithContext(w.Context(), method, path, nil)
	request.AddCookie(&http.Cookie{Name: "dentalk_session", Value: cookie})
	answer := httptest.NewRecorder()
	api.ServeHTTP(answer, request)
	return answer
}

func TestATokenServesForItsUseOnly(t *testing.T) {
	w := newWorld(t)
	api := w.instance()
	w.user("kim", domain.RoleLab, "")
	login := w.login(api, "kim", password)
	var tokens handlers.Tokens
	w.decode(login, http.StatusOK, &tokens)
	cookie := cookieOf(t, login)
	var ticket handlers.StreamTicket
	w.decode(w.call(api, http.MethodPost, "/v1/stream-tickets", tokens.AccessToken, ""), http.StatusCreated, &ticket)
	w.status(w.withCookie(api, http.MethodGet, "/v1/me", cookie), http.StatusOK)

	for name, other := range map[string]string{"cookie": cookie, "ticket": ticket.Ticket, "refresh token": tokens.RefreshToken} {
		if answer := w.call(api, http.MethodGet, "/v1/me", other, ""); answer.Code != http.StatusUnauthorized {
			t.Errorf("the %s as a bearer token: got %d", name, answer.Code)
		}
	}
	for name, other := range map[string]string{"access token": tokens.AccessToken, "ticket": ticket.Ticket, "refresh token": tokens.RefreshToken} {
		if answer := w.withCookie(api, http.MethodGet, "/v1/me", other); answer.Code != http.StatusUnauthorized {
			t.Errorf("the %s as a cookie: got %d", name, answer.Code)
		}
	}
	for _, other := range []string{tokens.AccessToken, cookie, tokens.RefreshToken} {
		w.refused(w.call(api, http.MethodGet, "/v1/stream?ticket="+other, "", ""), http.StatusUnauthorized, "invalid_ticket")
	}
	// Elsewhere a ticket is no credential, and with a good one no parameter.
	for _, path := range []string{"/v1/me", "/v1/events", "/v1/rooms", "/v1/rooms/" + string(domain.ZeroID) + "/events"} {
		w.refused(w.call(api, http.MethodGet, path+"?ticket="+ticket.Ticket, "", ""), http.StatusUnauthorized, "credentials_required")
		w.refused(w.call(api, http.MethodGet, path+"?ticket="+ticket.Ticket, tokens.AccessToken, ""), http.StatusBadRequest, "validation_failed")
	}
}
