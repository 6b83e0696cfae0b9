package handlers

import (
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"dentalk/domain"
)

const (
	cookieName = "dentalk_session"
	callerKey  = "caller"
)

// authenticate finds out who calls: by bearer token, else by the cookie that login has set.
func (a *API) authenticate(c *gin.Context) error {
	session, err := a.credentials(c)
	if err != nil {
		return err
	}
	ctx, cancel := withTimeout(c)
	defer cancel()
	caller, err := a.Accounts.Authenticate(ctx, session)
	if err != nil {
		return err
	}
	c.Set(callerKey, caller)
	return nil
}

func (a *API) credentials(c *gin.Context) (domain.ID, error) {
	if header := c.GetHeader("Authorization"); header != "" {
		scheme, token, _ := strings.Cut(header, " ")
		session, ok := a.tokens.session(strings.TrimSpace(token), useAccess)
		if !strings.EqualFold(scheme, "Bearer") || !ok {
			return "", domain.Unauthenticated("invalid_token", "The access token is not valid or has expired.")
		}
		return session, nil
	}
	cookie, err := c.Cookie(cookieName)
	if err != nil || cookie == "" {
		return "", domain.Unauthenticated("credentials_required", "Send an access token as Authorization: Bearer, or log in.")
	}
	session, ok := a.tokens.session(cookie, useCookie)
	if !ok {
		return "", domain.Unauthenticated("invalid_token", "The session cookie is not valid or has expired.")
	}
	// A cookie is sent by the browser whoever asks, so the asking page must be ours.
	if err := http.NewCrossOriginProtection().Check(c.Request); err != nil {
		return "", errCrossOrigin
	}
	return session, nil
}

// caller is who calls; the zero Caller on public routes.
func caller(c *gin.Context) domain.Caller {
	value, _ := c.Get(callerKey)
	known, _ := value.(domain.Caller)
	return known
}

// setCookie lets browsers, above all EventSource, be known without a header.
func (a *API) setCookie(c *gin.Context, session domain.Session) error {
	token, err := a.tokens.sign(session, useCookie)
	if err != nil {
		return err
	}
	http.SetCookie(c.Writer, &http.Cookie{
		Name: cookieName, Value: token, Path: "/", Expires: session.ExpiresAt,
		HttpOnly: true, Secure: a.overTLS(c), SameSite: http.SameSiteLaxMode,
	})
	return nil
}

func (a *API) clearCookie(c *gin.Context) {
	http.SetCookie(c.Writer, &http.Cookie{
		Name: cookieName, Path: "/", MaxAge: -1, HttpOnly: true, Secure: a.overTLS(c), SameSite: http.SameSiteLaxMode,
	})
}

// overTLS tells whether the client came over TLS, here or at a trusted proxy.
func (a *API) overTLS(c *gin.Context) bool {
	return c.Request.TLS != nil || strings.EqualFold(c.GetHeader("X-Forwarded-Proto"), "https") && a.trusts(c.RemoteIP())
}
