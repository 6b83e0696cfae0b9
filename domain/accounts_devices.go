package domain

import (
	"context"
	"fmt"
)

// PasswordMark stands for the account with its present password and tells neither: a change of the
// password, or another account with the same name, has another one.
func (u User) PasswordMark() string {
	return hashSecret(string(u.ID) + " " + u.PasswordHash) // which holds a random salt
}

// PasswordMark is that of the account with this name; empty when there is none.
func (a *Accounts) PasswordMark(ctx context.Context, username string) (string, error) {
	user, err := a.Store.UserByUsername(ctx, username)
	if KindOf(err) == KindNotFound {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("read user: %w", err)
	}
	return user.PasswordMark(), nil
}
