package domain

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"
)

const (
	// KeyPrefix begins every secret of an API key.
	KeyPrefix = "dtk_"
	// shownOfSecret is how many of a secret's first characters are kept for people.
	shownOfSecret = 12
	// keyTouch is how far LastUsedAt of a key may be behind.
	keyTouch = time.Minute
)

var errAPIKey = Unauthenticated("invalid_token", "The API key is not valid or has expired.")

// newKeySecret gives a secret and what is kept of it.
func (a *Accounts) newKeySecret(now time.Time) (string, APIKeySecret) {
	secret, hash := newSecret(KeyPrefix)
	return secret, APIKeySecret{ID: a.IDs.Next(now), Hash: hash, Prefix: secret[:shownOfSecret]}
}

// CreateAPIKey makes a key, for operators. The secret is told this once.
func (a *Accounts) CreateAPIKey(ctx context.Context, caller Caller, request NewAPIKey) (key APIKey, secret string, err error) {
	if !caller.IsOperator() {
		return APIKey{}, "", errOperatorsOnly
	}
	now := a.now()
	if request, err = request.Check(now); err != nil {
		return APIKey{}, "", err
	}
	secret, kept := a.newKeySecret(now)
	key = APIKey{
		ID: a.IDs.Next(now), Name: request.Name, Scopes: request.Scopes, Secret: kept,
		CreatedBy: caller.UserID, CreatedAt: now,
	}
	if !request.ExpiresAt.IsZero() {
		key.ExpiresAt = Milliseconds(request.ExpiresAt)
	}
	if err := a.Store.CreateAPIKey(ctx, key); err != nil {
		return APIKey{}, "", fmt.Errorf("create API key: %w", err)
	}
	return key, secret, a.recordKey(ctx, caller, AuditKeyCreated, key.ID, "scopes", strings.Join(key.Scopes, " "))
}

func (a *Accounts) recordKey(ctx context.Context, caller Caller, action AuditAction, id ID, name, value string) error {
	return a.Audit.Record(ctx, caller, AuditEntry{Action: action, TargetID: id, Detail: map[string]string{name: value}})
}

// APIKey gives one key, for operators.
func (a *Accounts) APIKey(ctx context.Context, caller Caller, id ID) (APIKey, error) {
	if !caller.IsOperator() {
		return APIKey{}, errOperatorsOnly
	}
	return a.Store.APIKey(ctx, id)
}

// APIKeys lists keys after the given ID, expired ones too, for operators.
func (a *Accounts) APIKeys(ctx context.Context, caller Caller, after ID, limit int) ([]APIKey, error) {
	if !caller.IsOperator() {
		return nil, errOperatorsOnly
	}
	return a.Store.APIKeys(ctx, after, limit)
}

// OwnAPIKey gives the key that a service calls with.
func (a *Accounts) OwnAPIKey(ctx context.Context, caller Caller) (APIKey, error) {
	key, err := a.Store.APIKey(ctx, caller.UserID)
	if KindOf(err) == KindNotFound {
		return APIKey{}, errAPIKey // deleted since it was authenticated
	}
	return key, err
}

// RotateAPIKey gives a key a new secret, for operators, told this once. The old one stays good for the
// overlap, so that the third party can change over. Its streams end with it.
func (a *Accounts) RotateAPIKey(ctx context.Context, caller Caller, id ID, overlap time.Duration) (APIKey, string, error) {
	if !caller.IsOperator() {
		return APIKey{}, "", errOperatorsOnly
	}
	key, err := a.Store.APIKey(ctx, id)
	if err != nil {
		return APIKey{}, "", err
	}
	now := a.now()
	if !key.ExpiresAt.IsZero() && !key.ExpiresAt.After(now) {
		return APIKey{}, "", Conflict("api_key_expired", "The API key has expired; make another one.")
	}
	secret, kept := a.newKeySecret(now)
	if key, err = a.Store.RotateAPIKey(ctx, id, kept, now.Add(overlap)); err != nil {
		return APIKey{}, "", err
	}
	seconds := strconv.FormatInt(int64(overlap/time.Second), 10)
	return key, secret, a.recordKey(ctx, caller, AuditKeyRotated, id, "overlapSeconds", seconds)
}

// DeleteAPIKey ends a key, for operators: its secrets and tickets stop working and its streams are
// closed.
func (a *Accounts) DeleteAPIKey(ctx context.Context, caller Caller, id ID) error {
	if !caller.IsOperator() {
		return errOperatorsOnly
	}
	key, err := a.Store.DeleteAPIKey(ctx, id)
	if err != nil {
		return err
	}
	return a.recordKey(ctx, caller, AuditKeyDeleted, id, "scopes", strings.Join(key.Scopes, " "))
}

// HashAPIKey is what is kept of a secret, and what AuthenticateKey asks for.
func HashAPIKey(secret string) string { return hashSecret(secret) }

// AuthenticateKey gives the caller behind the secret with this hash, with the visitor's client;
// KindUnauthenticated when there is no such key any more. That a key was used leaves a trace.
func (a *Accounts) AuthenticateKey(ctx context.Context, visitor Caller, hash string) (Caller, error) {
	now := a.now()
	key, err := a.Store.APIKeyByHash(ctx, hash, now)
	if KindOf(err) == KindNotFound {
		return Caller{}, errAPIKey
	}
	if err != nil {
		return Caller{}, fmt.Errorf("read API key: %w", err)
	}
	caller := visitor
	caller.UserID, caller.SessionID, caller.Username = key.ID, key.secretWith(hash).ID, key.Name
	caller.Role, caller.Language, caller.Scopes = RoleService, "en", key.Scopes
	caller.AuthenticatedAt = now
	if err := a.Audit.RecordOnce(ctx, caller, AuditEntry{Action: AuditKeyUsed, TargetID: key.ID}); err != nil {
		return Caller{}, err
	}
	if now.Sub(key.LastUsedAt) >= keyTouch && a.touches.allow(key.ID, now, keyTouch) {
		a.touchKey(ctx, key.ID, now)
	}
	return caller, nil
}

// touchKey does not fail the request: when a key was used last is a comfort.
func (a *Accounts) touchKey(ctx context.Context, id ID, now time.Time) {
	ctx, cancel := context.WithTimeout(ctx, touchTimeout)
	defer cancel()
	_ = a.Store.TouchAPIKey(ctx, id, now)
}
