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

// Accounts are the use cases around organizations, users and logins. It is safe for concurrent use.
type Accounts struct {
	Store interface {
		AccountStore
		SessionStore
	}
	Passwords        *Passwords
	IDs              *IDSource
	Now              func() time.Time
	RegistrationOpen bool
}

// Login is what a user gets for a password or a refresh token.
type Login struct {
	User         User
	Session      Session
	RefreshToken string // told once; stored hashed
}

var errOperatorsOnly = Forbidden("Only operators may do this.")

// Register makes an account for a clinic or a lab, while registration is open.
func (a *Accounts) Register(ctx context.Context, request NewUser) (User, error) {
	if !a.RegistrationOpen {
		return User{}, &Error{Kind: KindForbidden, Code: "registration_closed", Detail: "Registration is closed; an operator makes accounts."}
	}
	if request.Email == "" {
		return User{}, InvalidField("email", "required", "is required")
	}
	return a.createUser(ctx, request, RoleClinic, RoleLab)
}

// CreateUser makes an account of any role, for an operator.
func (a *Accounts) CreateUser(ctx context.Context, caller Caller, request NewUser) (User, error) {
	if !caller.IsOperator() {
		return User{}, errOperatorsOnly
	}
	return a.createUser(ctx, request, RoleOperator, RoleClinic, RoleLab)
}

func (a *Accounts) createUser(ctx context.Context, request NewUser, roles ...Role) (User, error) {
	request, err := request.Check(roles...)
	if err != nil {
		return User{}, err
	}
	if err := a.checkOrganization(ctx, request.OrganizationID, request.Role); err != nil {
		return User{}, err
	}
	hash, err := a.Passwords.Hash(ctx, request.Password)
	if err != nil {
		return User{}, fmt.Errorf("hash password: %w", err)
	}
	now := a.now()
	user := User{
		ID: a.IDs.Next(now), Username: request.Username, Email: request.Email, Role: request.Role,
		Language: request.Language, OrganizationID: request.OrganizationID, PasswordHash: hash,
		CreatedAt: now, UpdatedAt: now,
	}
	if err := a.Store.CreateUser(ctx, user); err != nil {
		return User{}, fmt.Errorf("create user: %w", err)
	}
	return user, nil
}

// checkOrganization holds that a user belongs to an organization of its own side.
func (a *Accounts) checkOrganization(ctx context.Context, id ID, role Role) error {
	if id == "" {
		return nil
	}
	organization, err := a.Store.Organization(ctx, id)
	if KindOf(err) == KindNotFound {
		return InvalidField("organizationId", "not_found", "there is no such organization")
	}
	if err != nil {
		return fmt.Errorf("read organization: %w", err)
	}
	if string(organization.Kind) != string(role) {
		return InvalidField("organizationId", "wrong_kind", "is a "+string(organization.Kind)+", but the user is not")
	}
	return nil
}

// EnsureOperator makes the first operator when there is none, and tells whether it did.
func (a *Accounts) EnsureOperator(ctx context.Context, username, password string) (bool, error) {
	exists, err := a.Store.HasOperator(ctx)
	if err != nil {
		return false, fmt.Errorf("look for an operator: %w", err)
	}
	if exists {
		return false, nil
	}
	operator := NewUser{Username: username, Password: password, Role: RoleOperator, Language: "en"}
	if _, err := a.createUser(ctx, operator, RoleOperator); err != nil {
		return false, err
	}
	return true, nil
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
		return Caller{}, Unauthenticated("session_ended", "The session has ended; log in again.")
	}
	if err != nil {
		return Caller{}, fmt.Errorf("read session: %w", err)
	}
	return Caller{UserID: user.ID, Username: user.Username, Role: user.Role, Language: user.Language, SessionID: session.ID}, nil
}

// User gives the caller's own account.
func (a *Accounts) User(ctx context.Context, caller Caller) (User, error) {
	return a.Store.User(ctx, caller.UserID)
}

// Users lists accounts after the given ID, for operators.
func (a *Accounts) Users(ctx context.Context, caller Caller, after ID, limit int) ([]User, error) {
	if !caller.IsOperator() {
		return nil, errOperatorsOnly
	}
	return a.Store.Users(ctx, after, limit)
}

// UpdateUser changes an account, for operators. Disabling it ends its sessions.
func (a *Accounts) UpdateUser(ctx context.Context, caller Caller, id ID, change UserChange) (User, error) {
	if !caller.IsOperator() {
		return User{}, errOperatorsOnly
	}
	if err := change.Check(); err != nil {
		return User{}, err
	}
	user, err := a.Store.User(ctx, id)
	if err != nil {
		return User{}, err
	}
	if change.OrganizationID != nil {
		if err := a.checkOrganization(ctx, *change.OrganizationID, user.Role); err != nil {
			return User{}, err
		}
	}
	disable := change.Disabled != nil && *change.Disabled
	if disable && id == caller.UserID {
		return User{}, Conflict("own_account", "You cannot disable your own account.")
	}
	now := a.now()
	if user, err = a.Store.UpdateUser(ctx, id, change, now); err != nil {
		return User{}, err
	}
	if disable {
		if _, err := a.Store.EndUserSessions(ctx, id, now); err != nil {
			return User{}, fmt.Errorf("end sessions of a disabled user: %w", err)
		}
	}
	return user, nil
}

// CreateOrganization makes a clinic or a lab, for operators.
func (a *Accounts) CreateOrganization(ctx context.Context, caller Caller, o Organization) (Organization, error) {
	if !caller.IsOperator() {
		return Organization{}, errOperatorsOnly
	}
	o, err := o.Check()
	if err != nil {
		return Organization{}, err
	}
	now := a.now()
	o.ID, o.CreatedAt, o.UpdatedAt = a.IDs.Next(now), now, now
	if err := a.Store.CreateOrganization(ctx, o); err != nil {
		return Organization{}, fmt.Errorf("create organization: %w", err)
	}
	return o, nil
}

// Organization gives one organization, for operators.
func (a *Accounts) Organization(ctx context.Context, caller Caller, id ID) (Organization, error) {
	if !caller.IsOperator() {
		return Organization{}, errOperatorsOnly
	}
	return a.Store.Organization(ctx, id)
}

// Organizations lists organizations after the given ID, for operators.
func (a *Accounts) Organizations(ctx context.Context, caller Caller, after ID, limit int) ([]Organization, error) {
	if !caller.IsOperator() {
		return nil, errOperatorsOnly
	}
	return a.Store.Organizations(ctx, after, limit)
}

// UpdateOrganization changes an organization, for operators.
func (a *Accounts) UpdateOrganization(ctx context.Context, caller Caller, id ID, change OrganizationChange) (Organization, error) {
	if !caller.IsOperator() {
		return Organization{}, errOperatorsOnly
	}
	return a.Store.UpdateOrganization(ctx, id, change, a.now())
}

func (a *Accounts) now() time.Time { return Milliseconds(a.Now()) }

// Milliseconds cuts t to what every store can keep, in UTC.
func Milliseconds(t time.Time) time.Time { return t.UTC().Truncate(time.Millisecond) }

// newRefreshToken gives a token of 256 random bits and the hash that is stored of it.
func newRefreshToken() (token, hash string) {
	token = "dtr_" + rand.Text() + rand.Text()
	return token, hashToken(token)
}

func hashToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}
