package domain

import (
	"context"
	"fmt"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
)

const (
	// auditAgain is how long RecordOnce keeps quiet about the same thing.
	auditAgain = time.Hour
	// auditRemembered bounds what RecordOnce remembers; what it has forgotten it records again.
	auditRemembered = 10_000
)

// AuditLog are the use cases around the trace of who did what. It is safe for concurrent use.
type AuditLog struct {
	store    AuditStore
	ids      *IDSource
	now      func() time.Time
	recorded *lru.Cache[recordedOnce, time.Time]
}

type recordedOnce struct {
	action   AuditAction
	actor    ID
	address  string
	room     ID
	targetID ID
}

// NewAuditLog makes the log of a store.
func NewAuditLog(store AuditStore, ids *IDSource, now func() time.Time) *AuditLog {
	recorded, err := lru.New[recordedOnce, time.Time](auditRemembered)
	if err != nil {
		panic(err) // a size that is not positive
	}
	return &AuditLog{store: store, ids: ids, now: now, recorded: recorded}
}

// Record adds an entry of what the caller did; ID, time and caller are filled in. What must leave a
// trace is recorded before it is answered: an error here is one of the request.
func (l *AuditLog) Record(ctx context.Context, caller Caller, entry AuditEntry) error {
	entry.At = Milliseconds(l.now())
	entry.ID = l.ids.Next(entry.At)
	entry.ActorID, entry.ActorRole = caller.UserID, caller.Role
	entry.Address, entry.RequestID = caller.Client.Address, caller.RequestID
	if err := l.store.AppendAudit(ctx, entry); err != nil {
		return fmt.Errorf("record %s: %w", entry.Action, err)
	}
	return nil
}

// RecordOnce is Record for what is done again and again, such as reading a room: the same by the same
// caller from the same address is recorded once an hour by each instance.
func (l *AuditLog) RecordOnce(ctx context.Context, caller Caller, entry AuditEntry) error {
	key := recordedOnce{entry.Action, caller.UserID, caller.Client.Address, entry.RoomID, entry.TargetID}
	now := l.now()
	if at, known := l.recorded.Get(key); known && now.Sub(at) < auditAgain {
		return nil
	}
	if err := l.Record(ctx, caller, entry); err != nil {
		return err
	}
	l.recorded.Add(key, now)
	return nil
}

// Entries lists the trace, for those who oversee.
func (l *AuditLog) Entries(ctx context.Context, caller Caller, query AuditQuery) ([]AuditEntry, error) {
	if !caller.Oversees() {
		return nil, errOperatorsOnly
	}
	return l.store.AuditEntries(ctx, query)
}
