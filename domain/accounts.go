package domain

import (
	"context"
	"fmt"
	"time"
)

// Accounts are the use cases around organizations, users and logins. It is safe for concurrent use.
type Accounts struct {
	Store interface {
		AccountStore
		SessionStore
		APIKeyStore
	}
	Passwords        *Passwords
	IDs              *IDSource
	Audit            *AuditLog
	Now              func() time.Time
	RegistrationOpen bool

	touches touchThrottle
}

var errOperatorsOnly = Forbidden("Only operators may do this.")

// Register makes an account for a clinic or a lab, while registration is open. The visitor is nobody
// yet, but for the client.
func (a *Accounts) Register(ctx context.Context, visitor Caller, request NewUser) (User, error) {
	if !a.RegistrationOpen {
		return User{}, &Error{Kind: KindForbidden, Code: "registration_closed", Detail: "Registration is closed; an operator makes accounts."}
	}
	user, err := a.createUser(ctx, request, true, RoleClinic, RoleLab)
	if err != nil {
		return User{}, err
	}
	return user, a.recordUser(ctx, visitor, AuditUserRegistered, user)
}

// CreateUser makes an account of any role, for an operator.
func (a *Accounts) CreateUser(ctx context.Context, caller Caller, request NewUser) (User, error) {
	if !caller.IsOperator() {
		return User{}, errOperatorsOnly
	}
	user, err := a.createUser(ctx, request, false, RoleOperator, RoleClinic, RoleLab)
	if err != nil {
		return User{}, err
	}
	return user, a.recordUser(ctx, caller, AuditUserCreated, user)
}

func (a *Accounts) recordUser(ctx context.Context, caller Caller, action AuditAction, user User) error {
	return a.Audit.Record(ctx, caller, AuditEntry{Action: action, UserID: user.ID, Detail: map[string]string{"role": string(user.Role)}})
}

func (a *Accounts) createUser(ctx context.Context, request NewUser, emailRequired bool, roles ...Role) (User, error) {
	request, err := request.Check(emailRequired, roles...)
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

// EnsureOperator makes an operator when none is enabled, and tells whether it did. KindConflict when
// somebody else has the name, as an operator who is disabled.
func (a *Accounts) EnsureOperator(ctx context.Context, username, password string) (bool, error) {
	exists, err := a.Store.HasOperator(ctx)
	if err != nil {
		return false, fmt.Errorf("look for an operator: %w", err)
	}
	if exists {
		return false, nil
	}
	operator := NewUser{Username: username, Password: password, Role: RoleOperator, Language: "en"}
	user, err := a.createUser(ctx, operator, false, RoleOperator)
	if err == nil {
		return true, a.recordUser(ctx, Caller{}, AuditUserCreated, user)
	}
	if KindOf(err) != KindConflict {
		return false, err
	}
	// Another instance may have made it meanwhile.
	if exists, again := a.Store.HasOperator(ctx); again == nil && exists {
		return false, nil
	}
	return false, fmt.Errorf("no operator is enabled: %w", err)
}

// User gives the caller's own account.
func (a *Accounts) User(ctx context.Context, caller Caller) (User, error) {
	return a.Store.User(ctx, caller.UserID)
}

// UserByID gives one account, for operators.
func (a *Accounts) UserByID(ctx context.Context, caller Caller, id ID) (User, error) {
	if !caller.IsOperator() {
		return User{}, errOperatorsOnly
	}
	return a.Store.User(ctx, id)
}

// Users lists accounts after the given ID, for operators.
func (a *Accounts) Users(ctx context.Context, caller Caller, after ID, limit int) ([]User, error) {
	if !caller.IsOperator() {
		return nil, errOperatorsOnly
	}
	return a.Store.Users(ctx, after, limit)
}

func (a *Accounts) now() time.Time { return Milliseconds(a.Now()) }

// Milliseconds cuts t to what every store can keep, in UTC.
func Milliseconds(t time.Time) time.Time { return t.UTC().Truncate(time.Millisecond) }
