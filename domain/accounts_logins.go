package domain

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"
)

const (
	// SessionLifetime is how long a login lasts at most.
	SessionLifetime = 30 * 24 * time.Hour
	// sessionTouch is how far LastUsedAt of a session may be behind.
	sessionTouch = 5 * time.Minute
	// touchTimeout bounds what a request waits for a note that it can do without.
	touchTimeout = time.Second
)

// CodeSessionEnded is the code of credentials that were valid until their session ended.
const CodeSessionEnded = "session_ended"

// ErrSessionEnded refuses credentials that were valid until their session ended.
var ErrSessionEnded = Unauthenticated(CodeSessionEnded, "The session has ended; log in again.")

var (
	errCredentials  = Unauthenticated("invalid_credentials", "The username or the password is wrong.")
	errDisabled     = &Error{Kind: KindForbidden, Code: "account_disabled", Detail: "This account is disabled."}
	errRefreshToken = Unauthenticated("invalid_refresh_token", "The refresh token is not valid.")
)

// ErrNotRecorded is joined to a refusal that stands although its audit entry could not be stored.
var ErrNotRecorded = errors.New("not in the audit log")

// Login is what a user gets for a password or a refresh token.
type Login struct {
	User         User
	Session      Session
	RefreshToken string // told once; stored hashed
}

// Login begins a session. Why a login was refused is told only as far as it helps the user and
// not somebody who guesses: a wrong name and a wrong password look and take the same. The visitor is
// nobody yet, but for the client.
func (a *Accounts) Login(ctx context.Context, visitor Caller, username, password string) (Login, error) {
	user, err := a.Store.UserByUsername(ctx, username)
	if err != nil && KindOf(err) != KindNotFound {
		return Login{}, fmt.Errorf("read user: %w", err)
	}
	ok, err := a.Passwords.Verify(ctx, password, user.PasswordHash)
	if err != nil {
		return Login{}, fmt.Errorf("verify password: %w", err)
	}
	if !ok {
		return Login{}, a.refuseLogin(ctx, visitor, user.ID, errCredentials)
	}
	if user.Disabled {
		return Login{}, a.refuseLogin(ctx, visitor, user.ID, errDisabled)
	}
	return a.beginSession(ctx, visitor, user)
}

// refuseLogin records the refusal, which stands also when that fails: a wrong password must not look
// right while the audit log is down. The typed name is left out, since people type passwords there.
func (a *Accounts) refuseLogin(ctx context.Context, visitor Caller, userID ID, refusal *Error) error {
	reason := refusal.Code
	if len(refusal.Fields) > 0 {
		reason = refusal.Fields[0].Code
	}
	err := a.Audit.Record(ctx, visitor, AuditEntry{Action: AuditLoginFailed, UserID: userID, Detail: map[string]string{"reason": reason}})
	if err != nil {
		return errors.Join(refusal, ErrNotRecorded, err)
	}
	return refusal
}

func (a *Accounts) beginSession(ctx context.Context, visitor Caller, user User) (Login, error) {
	token, hash := newSecret("dtr_")
	now := a.now()
	session := Session{
		ID: a.IDs.Next(now), UserID: user.ID, CreatedAt: now, ExpiresAt: now.Add(SessionLifetime), LastUsedAt: now, Client: visitor.Client,
	}
	if err := a.Store.CreateSession(ctx, session, hash); err != nil {
		return Login{}, fmt.Errorf("create session: %w", err)
	}
	refusal, err := a.recheck(ctx, user)
	if err == nil && refusal != nil {
		err = a.Store.EndSession(ctx, session.ID, a.now())
	}
	switch {
	case err != nil:
		return Login{}, fmt.Errorf("check the account again: %w", err)
	case refusal != nil:
		return Login{}, a.refuseLogin(ctx, visitor, user.ID, refusal)
	}
	visitor.UserID, visitor.Role = user.ID, user.Role
	err = a.Audit.Record(ctx, visitor, AuditEntry{Action: AuditLogin, UserID: user.ID, TargetID: session.ID})
	if err != nil {
		return Login{}, err
	}
	return Login{User: user, Session: session, RefreshToken: token}, nil
}

// recheck refuses a session whose account was disabled, or whose password was replaced, after it was
// verified: it may have begun too late to be among those that were ended with that.
func (a *Accounts) recheck(ctx context.Context, verified User) (*Error, error) {
	user, err := a.Store.User(ctx, verified.ID)
	switch {
	case err != nil:
		return nil, err
	case user.PasswordHash != verified.PasswordHash:
		return errCredentials, nil
	case user.Disabled:
		return errDisabled, nil
	}
	return nil, nil
}

// Refresh replaces a refresh token. Using one a second time ends its session, since one of the
// two who hold it must be a thief. The visitor is nobody yet, but for the client.
func (a *Accounts) Refresh(ctx context.Context, visitor Caller, token string) (Login, error) {
	now, hash := a.now(), hashSecret(token)
	// All that can fail comes before the old token is replaced: a client that got no answer has only that
	// one. And a token that is made up costs no write.
	_, user, err := a.Store.RefreshTokenUser(ctx, hash, now)
	if KindOf(err) == KindNotFound {
		return Login{}, errRefreshToken
	}
	if err != nil {
		return Login{}, fmt.Errorf("read session: %w", err)
	}
	next, nextHash := newSecret("dtr_")
	session, err := a.Store.RotateRefreshToken(ctx, hash, nextHash, now)
	switch {
	case KindOf(err) == KindNotFound:
		return Login{}, errRefreshToken
	case KindOf(err) == KindUnauthenticated:
		return Login{}, a.recordReuse(ctx, visitor, session, err)
	case err != nil:
		return Login{}, fmt.Errorf("rotate refresh token: %w", err)
	}
	a.touchSession(ctx, session.ID, visitor.Client, now)
	return Login{User: user, Session: session, RefreshToken: next}, nil
}

// recordReuse gives the refusal. Nobody is the actor: it may have been the user or the thief.
func (a *Accounts) recordReuse(ctx context.Context, visitor Caller, session Session, refusal error) error {
	if err := a.Audit.Record(ctx, visitor, AuditEntry{Action: AuditTokenReused, UserID: session.UserID, TargetID: session.ID}); err != nil {
		return err
	}
	return refusal
}

// Authenticate gives the caller behind a session, with the visitor's client; KindUnauthenticated when
// the session has ended.
func (a *Accounts) Authenticate(ctx context.Context, visitor Caller, sessionID ID) (Caller, error) {
	now := a.now()
	session, user, err := a.Store.SessionUser(ctx, sessionID, now)
	if KindOf(err) == KindNotFound {
		return Caller{}, ErrSessionEnded
	}
	if err != nil {
		return Caller{}, fmt.Errorf("read session: %w", err)
	}
	if now.Sub(session.LastUsedAt) >= sessionTouch && a.touches.allow(session.ID, now, sessionTouch) {
		a.touchSession(ctx, session.ID, visitor.Client, now)
	}
	caller := visitor
	caller.UserID, caller.Username, caller.Role, caller.Language, caller.SessionID = user.ID, user.Username, user.Role, user.Language, session.ID
	caller.AuthenticatedAt = now
	return caller, nil
}

// touchSession does not fail the request: when a session was used last is a comfort.
func (a *Accounts) touchSession(ctx context.Context, id ID, client Client, now time.Time) {
	ctx, cancel := context.WithTimeout(ctx, touchTimeout)
	defer cancel()
	_ = a.Store.TouchSession(ctx, id, client, now)
}

// newSecret gives a secret of 256 random bits and the hash that is stored of it.
func newSecret(prefix string) (secret, hash string) {
	secret = prefix + rand.Text() + rand.Text()
	return secret, hashSecret(secret)
}

// hashSecret needs no salt and no slow function: what it hashes cannot be guessed.
func hashSecret(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}
