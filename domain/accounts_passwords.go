package domain

import (
	"context"
	"crypto/subtle"
	"fmt"
	"strings"
	"time"
)

const (
	// passwordResetLife is how long a reset that an operator has made is good.
	passwordResetLife = 24 * time.Hour
	resetPrefix       = "dtp_"
)

// errResetToken is one answer for all that may be wrong with a reset.
var errResetToken = Unauthenticated("invalid_reset_token", "The reset token is not valid, was used or has expired.")

// ErrWrongPassword refuses a change of the password by somebody who does not know it.
var ErrWrongPassword = InvalidField("currentPassword", "wrong_password", "is not your password")

// checkPassword holds a password to the rules of NewUser.
func checkPassword(field, password string) error {
	var v validation
	v.text(field, password, MinPassword, MaxPassword)
	return v.err()
}

const codePasswordChanged = "password_changed"

// ChangePassword gives the caller a new password. All other sessions end. A reset that an operator has
// made stays good, so that a thief who changes the password does not keep the user out. A password that
// was replaced since it was verified is a wrong one: who knows it must not undo a reset.
func (a *Accounts) ChangePassword(ctx context.Context, caller Caller, current, next string) error {
	if caller.IsService() {
		return errUsersOnly
	}
	if err := checkPassword("newPassword", next); err != nil {
		return err
	}
	user, err := a.Store.User(ctx, caller.UserID)
	if err != nil {
		return fmt.Errorf("read user: %w", err)
	}
	ok, err := a.Passwords.Verify(ctx, current, user.PasswordHash)
	if err != nil {
		return fmt.Errorf("verify password: %w", err)
	}
	if !ok {
		return a.refuseLogin(ctx, caller, user.ID, ErrWrongPassword)
	}
	hash, err := a.Passwords.Hash(ctx, next)
	if err != nil {
		return fmt.Errorf("hash password: %w", err)
	}
	_, err = a.Store.UpdateUser(ctx, user.ID, UserChange{IfPasswordHash: &user.PasswordHash, PasswordHash: &hash}, a.now())
	if CodeOf(err) == codePasswordChanged {
		return a.refuseLogin(ctx, caller, user.ID, ErrWrongPassword)
	}
	if err != nil {
		return fmt.Errorf("change password: %w", err)
	}
	return a.passwordSet(ctx, caller, AuditPasswordChanged, user.ID, caller.SessionID)
}

// passwordSet ends the sessions that were begun with the old password.
func (a *Accounts) passwordSet(ctx context.Context, caller Caller, action AuditAction, userID, keep ID) error {
	ended, err := a.endSessionsOf(ctx, userID, keep)
	if err != nil {
		return err
	}
	return a.Audit.Record(ctx, caller, AuditEntry{Action: action, UserID: userID, Detail: countOf(ended)})
}

// CreatePasswordReset gives an operator a token with which the user chooses a new password, once. It
// replaces the one before.
func (a *Accounts) CreatePasswordReset(ctx context.Context, caller Caller, userID ID) (token string, expiresAt time.Time, err error) {
	if !caller.IsOperator() {
		return "", time.Time{}, errOperatorsOnly
	}
	user, err := a.Store.User(ctx, userID)
	if err != nil {
		return "", time.Time{}, err
	}
	if user.Disabled || !user.ErasedAt.IsZero() {
		return "", time.Time{}, Conflict("account_disabled", "The account is disabled.")
	}
	now := a.now()
	token, hash := newSecret(resetPrefix + string(userID) + "_")
	reset := PasswordReset{Hash: hash, ExpiresAt: now.Add(passwordResetLife)}
	if _, err := a.Store.UpdateUser(ctx, userID, UserChange{Reset: &reset}, now); err != nil {
		return "", time.Time{}, fmt.Errorf("store password reset: %w", err)
	}
	return token, reset.ExpiresAt, a.Audit.Record(ctx, caller, AuditEntry{Action: AuditResetCreated, UserID: userID})
}

// ResetPassword gives the user of the token a new password. All sessions end. The visitor is nobody
// yet, but for the client.
func (a *Accounts) ResetPassword(ctx context.Context, visitor Caller, token, next string) error {
	if err := checkPassword("newPassword", next); err != nil {
		return err
	}
	userID, err := a.checkReset(ctx, token)
	if err != nil {
		return err
	}
	hash, err := a.Passwords.Hash(ctx, next)
	if err != nil {
		return fmt.Errorf("hash password: %w", err)
	}
	user, err := a.Store.RedeemPasswordReset(ctx, userID, hashSecret(token), hash, a.now())
	if KindOf(err) == KindNotFound {
		return errResetToken
	}
	if err != nil {
		return fmt.Errorf("redeem password reset: %w", err)
	}
	visitor.UserID, visitor.Role = user.ID, user.Role
	return a.passwordSet(ctx, visitor, AuditResetUsed, user.ID, "")
}

// checkReset keeps those who guess from costing the computation of a hash. What counts is decided by
// RedeemPasswordReset.
func (a *Accounts) checkReset(ctx context.Context, token string) (ID, error) {
	rest, ok := strings.CutPrefix(token, resetPrefix)
	text, _, ok2 := strings.Cut(rest, "_")
	userID, ok3 := ParseID(text)
	if !ok || !ok2 || !ok3 {
		return "", errResetToken
	}
	user, err := a.Store.User(ctx, userID)
	if KindOf(err) == KindNotFound {
		return "", errResetToken
	}
	if err != nil {
		return "", fmt.Errorf("read user: %w", err)
	}
	known := user.Reset != nil && subtle.ConstantTimeCompare([]byte(user.Reset.Hash), []byte(hashSecret(token))) == 1
	if !known || user.Disabled || !user.Reset.ExpiresAt.After(a.now()) {
		return "", errResetToken
	}
	return userID, nil
}
