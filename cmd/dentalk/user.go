package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"dentalk/domain"
)

const userUsage = `dentalk user password NAME [settings of serve]

gives the account a new random password, prints it, enables the account if it was disabled, and ends all
its sessions: for an operator whom no other operator can help. The embedded store must not be in use; stop
the server first.
`

// user deals with accounts from the machine itself.
func (p program) user(ctx context.Context, args []string) error {
	if len(args) > 0 && (args[0] == "--help" || args[0] == "-h") {
		_, err := fmt.Fprint(p.stdout, userUsage)
		return err
	}
	if len(args) < 2 || args[0] != "password" {
		return fmt.Errorf("%w: dentalk user password NAME", errUsage)
	}
	s, err := p.readSettings(args[2:])
	if err != nil {
		return err
	}
	password, err := s.newPassword(ctx, args[1])
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.stdout, "%s / %s   (shown only this once; the account is enabled, all sessions are ended)\n", args[1], password)
	return err
}

// newPassword goes the way of every reset, so that it leaves the same trace.
func (s settings) newPassword(ctx context.Context, username string) (password string, err error) {
	store, err := openStore(ctx, s, prometheus.NewRegistry())
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	ids, err := domain.NewIDSource(rand.Reader, "")
	if err != nil {
		return "", err
	}
	accounts := &domain.Accounts{
		Store: store, Passwords: domain.NewPasswords(1), IDs: ids, Now: store.Now, Audit: domain.NewAuditLog(store, ids, store.Now),
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	user, err := store.UserByUsername(ctx, username)
	if err != nil {
		return "", fmt.Errorf("%s: %w", username, err)
	}
	machine := domain.Caller{Role: domain.RoleOperator} // nobody in person
	disabled := false
	if _, err := accounts.UpdateUser(ctx, machine, user.ID, domain.UserChange{Disabled: &disabled}); err != nil {
		return "", fmt.Errorf("%s: %w", username, err)
	}
	token, _, err := accounts.CreatePasswordReset(ctx, machine, user.ID)
	if err != nil {
		return "", fmt.Errorf("%s: %w", username, err)
	}
	password = strings.ToLower(rand.Text()[:20])
	if err := accounts.ResetPassword(ctx, domain.Caller{}, token, password); err != nil {
		return "", fmt.Errorf("%s: %w", username, err)
	}
	return password, nil
}
