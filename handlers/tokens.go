package handlers

import (
	"fmt"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"dentalk/domain"
)

const accessTokenLifetime = 15 * time.Minute

// What a token may be used as. A cookie lives as long as its session and must not travel as a
// bearer token, nor the other way round.
const (
	useAccess = "access"
	useCookie = "cookie"
)

// claims say which session a token belongs to. Everything else about the caller is read from the
// store, so that a changed role or a disabled account counts at once.
type claims struct {
	jwt.RegisteredClaims
	Use string `json:"use"`
}

// tokens signs and reads JSON Web Tokens (RFC 7519) with HMAC-SHA-256.
type tokens struct {
	key []byte
	now func() time.Time
}

func (t tokens) sign(session domain.Session, use string) (string, error) {
	expires := t.now().Add(accessTokenLifetime)
	if use == useCookie || expires.After(session.ExpiresAt) {
		expires = session.ExpiresAt
	}
	token := jwt.NewWithClaims(jwt.SigningMethodHS256, claims{
		RegisteredClaims: jwt.RegisteredClaims{
			Subject: string(session.UserID), ID: string(session.ID),
			IssuedAt: jwt.NewNumericDate(t.now()), ExpiresAt: jwt.NewNumericDate(expires),
		},
		Use: use,
	})
	signed, err := token.SignedString(t.key)
	if err != nil {
		return "", fmt.Errorf("sign token: %w", err)
	}
	return signed, nil
}

// session gives the session of a token that is ours, not expired and for this use.
func (t tokens) session(text, use string) (domain.ID, bool) {
	var parsed claims
	_, err := jwt.ParseWithClaims(text, &parsed, func(*jwt.Token) (any, error) { return t.key, nil },
		jwt.WithValidMethods([]string{jwt.SigningMethodHS256.Alg()}), jwt.WithExpirationRequired(), jwt.WithTimeFunc(t.now))
	if err != nil || parsed.Use != use {
		return "", false
	}
	return domain.ParseID(parsed.ID)
}
