package handlers

import (
	"context"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"dentalk/domain"
)

const (
	cookieName = "dentalk_session"
	callerKey  = "caller"
	keyHashKey = "keyHash" // of the API key's secret that was sent
)

// authenticate finds out who calls: by the Authorization header, else on streams by ticket, else by the
// cookie that login has set.
func (a *API) authenticate(c *gin.Context, route route) error {
	ctx, cancel := withTimeout(c)
	defer cancel()
	caller, err := a.identify(ctx, c, route)
	if err != nil {
		return err
	}
	c.Set(callerKey, caller)
	return nil
}

// authenticateAgain finds out whether the session of the caller, a user, still lives. Its access token may
// have expired meanwhile.
func (a *API) authenticateAgain(c *gin.Context) error {
	ctx, cancel := withTimeout(c)
	defer cancel()
	known, err := a.Accounts.Authenticate(ctx, visitor(c), caller(c).SessionID)
	if err != nil {
		return err
	}
	c.Set(callerKey, known)
	return nil
}

func (a *API) identify(ctx context.Context, c *gin.Context, route route) (domain.Caller, error) {
	if header := c.GetHeader("Authorization"); header != "" {
		return a.byHeader(ctx, c, header)
	}
	if ticket, given := c.GetQuery("ticket"); given && route.streams() {
		return a.byTicket(ctx, visitor(c), ticket)
	}
	return a.byCookie(ctx, c)
}

// byHeader knows access tokens and API keys.
func (a *API) byHeader(ctx context.Context, c *gin.Context, header string) (domain.Caller, error) {
	scheme, token, _ := strings.Cut(header, " ")
	token = strings.TrimSpace(token)
	bearer := strings.EqualFold(scheme, "Bearer")
	if bearer && strings.HasPrefix(token, domain.KeyPrefix) {
		hash := domain.HashAPIKey(token)
		c.Set(keyHashKey, hash)
		return a.Accounts.AuthenticateKey(ctx, visitor(c), hash)
	}
	session, ok := a.tokens.session(token, useAccess)
	if !bearer || !ok {
		return domain.Caller{}, domain.Unauthenticated("invalid_token", "The access token is not valid or has expired.")
	}
	return a.Accounts.Authenticate(ctx, visitor(c), session)
}

func (a *API) byCookie(ctx context.Context, c *gin.Context) (domain.Caller, error) {
	cookie, err := c.Cookie(cookieName)
	if err != nil || cookie == "" {
		return domain.Caller{}, domain.Unauthenticated("credentials_required", "Send an access token as Authorization: Bearer, or log in.")
	}
	session, ok := a.tokens.session(cookie, useCookie)
	if !ok {
		return domain.Caller{}, domain.Unauthenticated("invalid_token", "The session cookie is not valid or has expired.")
	}
	// A cookie is sent by the browser whoever asks, so the asking page must be ours.
	if err := a.origins.check(c.Request); err != nil {
		return domain.Caller{}, err
	}
	return a.Accounts.Authenticate(ctx, visitor(c), session)
}

// caller is who calls; on public routes nobody is known, but for the client.
func caller(c *gin.Context) domain.Caller {
	value, _ := c.Get(callerKey)
	if known, ok := value.(domain.Caller); ok {
		return known
	}
	return visitor(c)
}

// visitor is who calls as far as it shows without credentials.
func visitor(c *gin.Context) domain.Caller {
	agent := c.Request.UserAgent()
	agent = strings.ToValidUTF8(agent[:min(len(agent), domain.MaxUserAgent)], "")
	return domain.Caller{Client: domain.Client{Address: c.ClientIP(), UserAgent: agent}, RequestID: requestID(c)}
}

// setCookie lets browsers, above all EventSource, be known without a header.
func (a *API) setCookie(c *gin.Context, session domain.Session) error {
	token, err := a.tokens.sign(session, useCookie)
	if err != nil {
		return err
	}
	http.SetCookie(c.Writer, &http.Cookie{ // #nosec G124 -- Secure wherever the client came over TLS
		Name: cookieName, Value: token, Path: "/", Expires: session.ExpiresAt,
		HttpOnly: true, Secure: a.overTLS(c), SameSite: http.SameSiteLaxMode,
	})
	return nil
}

func (a *API) clearCookie(c *gin.Context) {
	http.SetCookie(c.Writer, &http.Cookie{ // #nosec G124 -- Secure wherever the client came over TLS
		Name: cookieName, Path: "/", MaxAge: -1, HttpOnly: true, Secure: a.overTLS(c), SameSite: http.SameSiteLaxMode,
	})
}

// overTLS tells whether the client came over TLS, here or at a trusted proxy.
func (a *API) overTLS(c *gin.Context) bool {
	return c.Request.TLS != nil || strings.EqualFold(c.GetHeader("X-Forwarded-Proto"), "https") && a.trusts(c.RemoteIP())
}
