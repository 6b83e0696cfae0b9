package domain

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"
)

// SessionLifetime is how long a login lasts at most.
const SessionLifetime = 30 * 24 * time.Hour

// CodeSessionEnded is the code of credentials that were valid until their session ended.
const CodeSessionEnded = "session_ended"

// Login is what a user gets for a password or a refresh token.
type Login struct {
	User         User
	Session      Session
	RefreshToken string // told once; stored hashed
}

// Login begins a session. Why a login was refused is told only as far as it helps the user and
// not somebody who guesses: a wrong name and a wrong password look and take the same.
func (a *Accounts) Login(ctx context.Context, username, password string) (Login, error) {
	user, err := a.Store.UserByUsername(ctx, username)
	if err != nil && KindOf(err) != KindNotFound {
		return Login{}, fmt.Errorf("read user: %w", err)
	}
	ok, err := a.Passwords.Verify(ctx, password, user.PasswordHash)
	if err != nil {
		return Login{}, fmt.Errorf("verify password: %w", err)
	}
	if !ok {
		return Login{}, Unauthenticated("invalid_credentials", "The username or the password is wrong.")
	}
	if user.Disabled {
		return Login{}, &Error{Kind: KindForbidden, Code: "account_disabled", Detail: "This account is disabled."}
	}
	token, hash := newRefreshToken()
	now := a.now()
	session := Session{ID: a.IDs.Next(now), UserID: user.ID, CreatedAt: now, ExpiresAt: now.Add(SessionLifetime)}
	if err := a.Store.CreateSession(ctx, session, hash); err != nil {
		return Login{}, fmt.Errorf("create session: %w", err)
	}
	return Login{User: user, Session: session, RefreshToken: token}, nil
}

// Refresh replaces a refresh token. Using one a second time ends its session, since one of the
// two who hold it must be a thief.
func (a *Accounts) Refresh(ctx context.Context, token string) (Login, error) {
	next, nextHash := newRefreshToken()
	now := a.now()
	session, err := a.Store.RotateRefreshToken(ctx, hashToken(token), nextHash, now)
	if KindOf(err) == KindNotFound {
		return Login{}, Unauthenticated("invalid_refresh_token", "The refresh token is not valid.")
	}
	if err != nil {
		return Login{}, fmt.Errorf("rotate refresh token: %w", err)
	}
	session, user, err := a.Store.SessionUser(ctx, session.ID, now)
	if KindOf(err) == KindNotFound {
		return Login{}, Unauthenticated("invalid_refresh_token", "The refresh token is not valid.")
	}
	if err != nil {
		return Login{}, fmt.Errorf("read session: %w", err)
	}
	return Login{User: user, Session: session, RefreshToken: next}, nil
}

// Logout ends the caller's session.
func (a *Accounts) Logout(ctx context.Context, caller Caller) error {
	return a.Store.EndSession(ctx, caller.SessionID, a.now())
}

// Authenticate gives the caller behind a session; KindUnauthenticated when it has ended.
func (a *Accounts) Authenticate(ctx context.Context, sessionID ID) (Caller, error) {
	session, user, err := a.Store.SessionUser(ctx, sessionID, a.now())
	if KindOf(err) == KindNotFound {
		return Caller{}, Unauthenticated(CodeSessionEnded, "The session has ended; log in again.")
	}
	if err != nil {
		return Caller{}, fmt.Errorf("read session: %w", err)
	}
	return Caller{UserID: user.ID, Username: user.Username, Role: user.Role, Language: user.Language, SessionID: session.ID}, nil
}

// newRefreshToken gives a token of 256 random bits and the hash that is stored of it.
func newRefreshToken() (token, hash string) {
	token = "dtr_" + rand.Text() + rand.Text()
	return token, hashToken(token)
}

func hashToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}
