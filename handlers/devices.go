package handlers

import (
	"context"
	"crypto/rand"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"dentalk/domain"
)

const (
	deviceCookie   = "dentalk_device"
	deviceLifetime = 365 * 24 * time.Hour
)

// signDevice makes the value of the cookie of a browser that has shown the password with this mark.
func (t tokens) signDevice(mark string) (string, error) {
	return t.signed(claims{Use: useDevice, Password: mark}, "", domain.ID(rand.Text()), t.now().Add(deviceLifetime))
}

// device gives the device's own ID; empty when the value is not good for the account and the password
// with this mark.
func (t tokens) device(text, mark string) string {
	parsed, ok := t.read(text)
	if !ok || parsed.Use != useDevice || mark == "" || parsed.Password != mark {
		return ""
	}
	return parsed.ID
}

// attempt is the client's try to show that it knows the password of the name. A browser that has
// shown it before says so with its cookie, as OWASP describes it for device cookies.
func (a *API) attempt(ctx context.Context, c *gin.Context, username string) (attempt, error) {
	try := attempt{username: username, address: c.ClientIP()}
	cookie, err := c.Cookie(deviceCookie)
	if err != nil || cookie == "" {
		return try, nil
	}
	mark, err := a.Accounts.PasswordMark(ctx, username)
	if err != nil {
		return attempt{}, err
	}
	try.device = a.tokens.device(cookie, mark)
	return try, nil
}

// setDevice lets the browser be known at its next login. Unlike the session it outlives a logout.
func (a *API) setDevice(c *gin.Context, mark string) error {
	value, err := a.tokens.signDevice(mark)
	if err != nil {
		return err
	}
	http.SetCookie(c.Writer, &http.Cookie{ // #nosec G124 -- Secure wherever the client came over TLS
		Name: deviceCookie, Value: value, Path: "/", MaxAge: int(deviceLifetime.Seconds()),
		HttpOnly: true, Secure: a.overTLS(c), SameSite: http.SameSiteLaxMode,
	})
	return nil
}
