package domain

import (
	"context"
	"fmt"
	"time"
)

// ticketLife is how long a stream ticket is good at most.
const ticketLife = 24 * time.Hour

// StreamTicketExpiry tells until when a stream ticket of the caller is good: for a day, and no longer
// than what the caller calls with.
func (a *Accounts) StreamTicketExpiry(ctx context.Context, caller Caller) (time.Time, error) {
	if caller.IsService() && !caller.HasScope(ScopeOpsRead) {
		return time.Time{}, ErrScope(ScopeOpsRead)
	}
	now := a.now()
	ends, err := a.credentialsExpire(ctx, caller, now)
	if KindOf(err) == KindNotFound {
		return time.Time{}, ErrSessionEnded // since it was authenticated
	}
	if err != nil {
		return time.Time{}, fmt.Errorf("read credentials: %w", err)
	}
	if expires := now.Add(ticketLife); ends.IsZero() || expires.Before(ends) {
		return expires, nil
	}
	return ends, nil
}

// credentialsExpire gives the zero time when they never do.
func (a *Accounts) credentialsExpire(ctx context.Context, caller Caller, now time.Time) (time.Time, error) {
	if caller.IsService() {
		key, err := a.Store.APIKey(ctx, caller.UserID)
		return key.expires(caller.SessionID), err
	}
	session, _, err := a.Store.SessionUser(ctx, caller.SessionID, now)
	return session.ExpiresAt, err
}
