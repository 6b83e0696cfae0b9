package domain

import (
	"context"
	"fmt"
	"strconv"
	"time"
)

// endTimeout bounds the end of a user's sessions.
const endTimeout = 5 * time.Second

var (
	errUsersOnly       = Forbidden("Only users may do this; an API key has no session.")
	errSessionNotFound = NotFound("session")
)

// Sessions lists the caller's living sessions, newest first, those before the given ID (empty: from the
// newest).
func (a *Accounts) Sessions(ctx context.Context, caller Caller, before ID, limit int) ([]Session, error) {
	if caller.IsService() {
		return nil, errUsersOnly
	}
	return a.Store.Sessions(ctx, caller.UserID, before, limit, a.now())
}

// Session gives one of the caller's living sessions. Those of others do not exist for the caller.
func (a *Accounts) Session(ctx context.Context, caller Caller, id ID) (Session, error) {
	if caller.IsService() {
		return Session{}, errUsersOnly
	}
	session, _, err := a.Store.SessionUser(ctx, id, a.now())
	if err == nil && session.UserID != caller.UserID {
		return Session{}, errSessionNotFound
	}
	return session, err
}

// EndSession ends one of the caller's sessions: its tokens stop working and its streams are closed.
func (a *Accounts) EndSession(ctx context.Context, caller Caller, id ID) error {
	if _, err := a.Session(ctx, caller, id); err != nil {
		return err
	}
	return a.endSession(ctx, caller, id)
}

// Logout ends the session that the caller calls with.
func (a *Accounts) Logout(ctx context.Context, caller Caller) error {
	if caller.IsService() {
		return errUsersOnly
	}
	return a.endSession(ctx, caller, caller.SessionID)
}

func (a *Accounts) endSession(ctx context.Context, caller Caller, id ID) error {
	if err := a.Store.EndSession(ctx, id, a.now()); err != nil {
		return fmt.Errorf("end session: %w", err)
	}
	return a.Audit.Record(ctx, caller, AuditEntry{Action: AuditSessionEnded, UserID: caller.UserID, TargetID: id})
}

// EndSessions ends all sessions of the caller but the one to keep, which may be empty.
func (a *Accounts) EndSessions(ctx context.Context, caller Caller, keep ID) error {
	if caller.IsService() {
		return errUsersOnly
	}
	ended, err := a.endSessionsOf(ctx, caller.UserID, keep)
	if err != nil || len(ended) == 0 {
		return err
	}
	return a.Audit.Record(ctx, caller, AuditEntry{Action: AuditSessionEnded, UserID: caller.UserID, Detail: countOf(ended)})
}

// endSessionsOf ends all sessions of the user but the one to keep, also when the client has gone
// meanwhile: what they must not outlive, such as a password, has changed already.
func (a *Accounts) endSessionsOf(ctx context.Context, userID, keep ID) ([]ID, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), endTimeout)
	defer cancel()
	ended, err := a.Store.EndUserSessions(ctx, userID, keep, a.now())
	if err != nil {
		return nil, fmt.Errorf("end sessions of user: %w", err)
	}
	return ended, nil
}

// countOf is the detail of an act that ended sessions.
func countOf(ended []ID) map[string]string {
	return map[string]string{"sessions": strconv.Itoa(len(ended))}
}
