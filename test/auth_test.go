package test

import (
	"net/http"
	"strings"
	"testing"

	"dentalk/handlers"
)

func TestRegistration(t *testing.T) {
	s := startServer(t, t.TempDir(), "DENTALK_REGISTRATION=open")
	c := s.anonymous(t)
	request := handlers.RegisterRequest{Username: "Dr.Nguyen", Password: "long enough", Email: "linh@clinic.example", Role: "clinic", Language: "en"}
	var user handlers.User
	c.must("POST", "/v1/auth/register", request, http.StatusCreated, &user)
	if user.Username != "Dr.Nguyen" || user.Role != "clinic" || user.Disabled {
		t.Errorf("registered %+v", user)
	}
	request.Username = "dr.nguyen"
	c.refused("POST", "/v1/auth/register", request, http.StatusConflict, "username_taken")
	request.Username, request.Role = "boss", "operator"
	problem := c.refused("POST", "/v1/auth/register", request, http.StatusBadRequest, "validation_failed")
	if len(problem.Errors) != 1 || problem.Errors[0].Field != "role" {
		t.Errorf("an operator by registration: %+v", problem)
	}
	problem = c.refused("POST", "/v1/auth/register", `{}`, http.StatusBadRequest, "validation_failed")
	if len(problem.Errors) != 5 {
		t.Errorf("want all five fields at once: %+v", problem)
	}
	// The same Korean name, composed and decomposed.
	request.Username, request.Role = "김도현", "lab"
	c.must("POST", "/v1/auth/register", request, http.StatusCreated, nil)
	request.Username = "김도현"
	c.refused("POST", "/v1/auth/register", request, http.StatusConflict, "username_taken")
	s.logIn(t, "dr.nguyen", "long enough")
}

func TestRefreshRotatesAndReuseEndsTheSession(t *testing.T) {
	s := startServer(t, t.TempDir())
	c := s.anonymous(t)
	var first, second handlers.Tokens
	c.must("POST", "/v1/auth/login", handlers.LoginRequest{Username: "operator", Password: operatorPassword}, http.StatusOK, &first)
	if first.TokenType != "Bearer" || first.ExpiresIn != 900 {
		t.Errorf("got %s, %d s", first.TokenType, first.ExpiresIn)
	}
	c.must("POST", "/v1/auth/refresh", handlers.RefreshRequest{RefreshToken: first.RefreshToken}, http.StatusOK, &second)
	c.token = second.AccessToken
	c.must("GET", "/v1/me", nil, http.StatusOK, nil)
	c.refused("POST", "/v1/auth/refresh", handlers.RefreshRequest{RefreshToken: first.RefreshToken}, http.StatusUnauthorized, "refresh_token_reused")
	c.refused("GET", "/v1/me", nil, http.StatusUnauthorized, "session_ended")
	c.refused("POST", "/v1/auth/refresh", handlers.RefreshRequest{RefreshToken: second.RefreshToken}, http.StatusUnauthorized, "invalid_refresh_token")
}

func TestLogoutEndsTokensCookieAndStreams(t *testing.T) {
	s := startServer(t, t.TempDir())
	operator := s.operator(t)
	leaving := s.operator(t)
	stream := leaving.subscribe(t, "/v1/stream").ready()
	r := leaving.must("POST", "/v1/auth/logout", nil, http.StatusNoContent, nil)
	if !strings.Contains(r.header.Get("Set-Cookie"), "dentalk_session=;") {
		t.Errorf("the cookie is not cleared: %q", r.header.Get("Set-Cookie"))
	}
	eventually(t, "goodbye", func() bool { return stream.count("goodbye") > 0 })
	var goodbye struct{ Reason string }
	if err := stream.last("goodbye", &goodbye); err != nil || goodbye.Reason != "session_ended" {
		t.Errorf("got goodbye %q, %v", goodbye.Reason, err)
	}
	leaving.refused("GET", "/v1/me", nil, http.StatusUnauthorized, "session_ended")
	leaving.must("GET", "/v1/stream", nil, http.StatusNoContent, nil)
	operator.must("GET", "/v1/me", nil, http.StatusOK, nil)
}

func TestDisabledAccount(t *testing.T) {
	s := startServer(t, t.TempDir())
	operator := s.operator(t)
	clinic := s.member(t, operator, "clinic", "clinic", "en")
	stream := clinic.subscribe(t, "/v1/stream").ready()
	operator.must("PATCH", "/v1/users/"+clinic.user.ID, `{"disabled":true}`, http.StatusOK, nil)
	eventually(t, "goodbye", func() bool { return stream.count("goodbye") > 0 })
	clinic.refused("GET", "/v1/me", nil, http.StatusUnauthorized, "session_ended")
	s.anonymous(t).refused("POST", "/v1/auth/login", handlers.LoginRequest{Username: "clinic", Password: userPassword}, http.StatusForbidden, "account_disabled")
	operator.refused("PATCH", "/v1/users/"+operator.user.ID, `{"disabled":true}`, http.StatusConflict, "own_account")
}

func TestCookie(t *testing.T) {
	s := startServer(t, t.TempDir())
	c := s.anonymous(t)
	r := c.must("POST", "/v1/auth/login", handlers.LoginRequest{Username: "operator", Password: operatorPassword}, http.StatusOK, nil)
	set := r.header.Get("Set-Cookie")
	for _, want := range []string{"HttpOnly", "SameSite=Lax", "Path=/"} {
		if !strings.Contains(set, want) {
			t.Errorf("the cookie lacks %s: %s", want, set)
		}
	}
	if strings.Contains(set, "Secure") {
		t.Errorf("a cookie over plain HTTP is Secure: %s", set)
	}
	r = c.must("POST", "/v1/auth/login", handlers.LoginRequest{Username: "operator", Password: operatorPassword}, http.StatusOK, nil, "X-Forwarded-Proto", "https")
	if !strings.Contains(r.header.Get("Set-Cookie"), "Secure") {
		t.Errorf("a cookie over TLS is not Secure: %s", r.header.Get("Set-Cookie"))
	}
	cookie, _, _ := strings.Cut(set, ";")
	c.must("GET", "/v1/me", nil, http.StatusOK, nil, "Cookie", cookie)
	c.must("POST", "/v1/rooms", `{"orderId":"cookie"}`, http.StatusCreated, nil, "Cookie", cookie, "Origin", c.url)
	c.refused("POST", "/v1/rooms", `{"orderId":"evil"}`, http.StatusForbidden, "cross_origin", "Cookie", cookie, "Origin", "https://evil.example")
	c.refused("POST", "/v1/rooms", `{"orderId":"evil"}`, http.StatusForbidden, "cross_origin", "Cookie", cookie, "Sec-Fetch-Site", "cross-site")
	_, token, _ := strings.Cut(cookie, "=")
	c.refused("GET", "/v1/me", nil, http.StatusUnauthorized, "invalid_token", "Authorization", "Bearer "+token)
	c.refused("GET", "/v1/me", nil, http.StatusUnauthorized, "invalid_token", "Cookie", "dentalk_session=forged")
}

func TestForgedTokens(t *testing.T) {
	s := startServer(t, t.TempDir())
	operator := s.operator(t)
	parts := strings.Split(operator.token, ".")
	for name, token := range map[string]string{
		"empty":           "",
		"not a token":     "abc",
		"other signature": parts[0] + "." + parts[1] + "." + strings.Repeat("A", len(parts[2])),
		"no algorithm":    "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0." + parts[1] + ".",
	} {
		r := operator.must("GET", "/v1/me", nil, http.StatusUnauthorized, nil, "Authorization", "Bearer "+token)
		if r.header.Get("WWW-Authenticate") == "" {
			t.Errorf("%s: no WWW-Authenticate", name)
		}
	}
}

func TestLoginThrottle(t *testing.T) {
	s := startServer(t, t.TempDir())
	operator := s.operator(t)
	s.member(t, operator, "clinic", "clinic", "en")
	c := s.anonymous(t)
	wrong := handlers.LoginRequest{Username: "Clinic", Password: "a wrong guess"}
	for _, remaining := range []string{"5", "4", "3", "2", "1"} {
		r := c.must("POST", "/v1/auth/login", wrong, http.StatusUnauthorized, nil)
		if r.header.Get("RateLimit-Limit") != "5" || r.header.Get("RateLimit-Remaining") != remaining {
			t.Errorf("got %v, want %s remaining", r.header, remaining)
		}
	}
	r := c.must("POST", "/v1/auth/login", wrong, http.StatusTooManyRequests, nil)
	if r.header.Get("Retry-After") == "" || r.header.Get("RateLimit-Remaining") != "0" {
		t.Errorf("got %v", r.header)
	}
	// Somebody else's failures do not touch another account.
	s.logIn(t, "operator", operatorPassword)
	// The delay passes: the rightful owner gets in.
	eventually(t, "the owner's login", func() bool {
		r, err := c.call("POST", "/v1/auth/login", handlers.LoginRequest{Username: "clinic", Password: userPassword})
		return err == nil && r.status == http.StatusOK
	})
}

func TestRateLimit(t *testing.T) {
	s := startServer(t, t.TempDir(), "DENTALK_RATE_LIMIT=3")
	operator := s.operator(t)
	room := operator.room("rate")
	path := "/v1/rooms/" + room.ID + "/messages"
	for _, remaining := range []string{"2", "1", "0"} {
		r := operator.must("POST", path, `{"text":"hello"}`, http.StatusCreated, nil)
		if r.header.Get("RateLimit-Limit") != "3" || r.header.Get("RateLimit-Remaining") != remaining || r.header.Get("RateLimit-Reset") == "" {
			t.Errorf("got %v", r.header)
		}
	}
	r := operator.must("POST", path, `{"text":"hello"}`, http.StatusTooManyRequests, nil)
	if r.header.Get("Retry-After") == "" || r.header.Get("RateLimit-Remaining") != "0" {
		t.Errorf("got %v", r.header)
	}
}
