package handlers

import (
	"fmt"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"dentalk/domain"
)

const accessTokenLifetime = 15 * time.Minute

// What a token may be used as: none travels as another. A cookie lives as long as its session; a
// ticket opens streams only, since it stands in their addresses. A device's gives access to nothing.
const (
	useAccess    = "access"
	useCookie    = "cookie"
	useTicket    = "ticket"
	useKeyTicket = "key ticket"
	useDevice    = "device"
)

// claims say which session or secret of an API key a token belongs to. Everything else about the caller is read
// from the store, so that a changed role or a disabled account counts at once.
type claims struct {
	jwt.RegisteredClaims
	Use string `json:"use"`
	// KeyHash is that of the API key's secret that a ticket was made with: it ends when that does. It
	// gives no access by itself.
	KeyHash string `json:"key,omitempty"`
	// Password is the mark of the account and the password that a device has logged in with.
	Password string `json:"password,omitempty"`
}

// tokens signs and reads JSON Web Tokens (RFC 7519) with HMAC-SHA-256.
type tokens struct {
	key []byte
	now func() time.Time
}

// sign makes an access token or the value of a cookie.
func (t tokens) sign(session domain.Session, use string) (string, error) {
	expires := t.now().Add(accessTokenLifetime)
	if use == useCookie || expires.After(session.ExpiresAt) {
		expires = session.ExpiresAt
	}
	return t.signed(claims{Use: use}, session.UserID, session.ID, expires)
}

// signTicket makes a stream ticket of what the caller calls with.
func (t tokens) signTicket(who domain.Caller, keyHash string, expires time.Time) (string, error) {
	use := useTicket
	if who.IsService() {
		use = useKeyTicket
	}
	return t.signed(claims{Use: use, KeyHash: keyHash}, who.UserID, who.SessionID, expires)
}

func (t tokens) signed(c claims, user, session domain.ID, expires time.Time) (string, error) {
	c.RegisteredClaims = jwt.RegisteredClaims{
		Subject: string(user), ID: string(session),
		IssuedAt: jwt.NewNumericDate(t.now()), ExpiresAt: jwt.NewNumericDate(expires),
	}
	signed, err := jwt.NewWithClaims(jwt.SigningMethodHS256, c).SignedString(t.key)
	if err != nil {
		return "", fmt.Errorf("sign token: %w", err)
	}
	return signed, nil
}

// read gives the claims of a token that is ours and not expired.
func (t tokens) read(text string) (claims, bool) {
	var parsed claims
	_, err := jwt.ParseWithClaims(text, &parsed, func(*jwt.Token) (any, error) { return t.key, nil },
		jwt.WithValidMethods([]string{jwt.SigningMethodHS256.Alg()}), jwt.WithExpirationRequired(), jwt.WithTimeFunc(t.now))
	return parsed, err == nil
}

// session gives the session of a token that is ours, not expired and for this use.
func (t tokens) session(text, use string) (domain.ID, bool) {
	parsed, ok := t.read(text)
	if !ok || parsed.Use != use {
		return "", false
	}
	return domain.ParseID(parsed.ID)
}
