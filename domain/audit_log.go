package domain

import (
	"context"
	"fmt"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/sync/singleflight"
)

const (
	// auditAgain is how long RecordOnce keeps quiet about the same thing.
	auditAgain = time.Hour
	// auditRemembered bounds what RecordOnce remembers; what it has forgotten it records again.
	auditRemembered = 10_000
	// auditTimeout bounds the storing of an entry.
	auditTimeout = 5 * time.Second
)

// AuditLog are the use cases around the trace of who did what. It is safe for concurrent use.
type AuditLog struct {
	store    auditStore
	ids      *IDSource
	now      func() time.Time
	recorded *lru.Cache[recordedOnce, time.Time]
	once     singleflight.Group
}

// auditStore has the trace, and the names that it leaves out.
type auditStore interface {
	AuditStore
	UsersByID(ctx context.Context, ids []ID) ([]User, error)
	APIKey(ctx context.Context, id ID) (APIKey, error)
}

type recordedOnce struct {
	action   AuditAction
	actor    ID
	address  string
	room     ID
	targetID ID
}

// NewAuditLog makes the log of a store.
func NewAuditLog(store auditStore, ids *IDSource, now func() time.Time) *AuditLog {
	recorded, err := lru.New[recordedOnce, time.Time](auditRemembered)
	if err != nil {
		panic(err) // a size that is not positive
	}
	return &AuditLog{store: store, ids: ids, now: now, recorded: recorded}
}

// Record adds an entry of what the caller did; ID, time and caller are filled in. What must leave a
// trace is recorded before it is answered: an error here is one of the request. A caller who goes
// away meanwhile does not escape the trace.
func (l *AuditLog) Record(ctx context.Context, caller Caller, entry AuditEntry) error {
	entry.At = Milliseconds(l.now())
	entry.ID = l.ids.Next(entry.At)
	entry.ActorID, entry.ActorRole = caller.UserID, caller.Role
	entry.Address, entry.RequestID = caller.Client.Address, caller.RequestID
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), auditTimeout)
	defer cancel()
	if err := l.store.AppendAudit(ctx, entry); err != nil {
		return fmt.Errorf("record %s: %w: %w", entry.Action, errNoTrace, err)
	}
	return nil
}

// errNoTrace is told whatever the reason: the request may be repeated once entries are stored again.
var errNoTrace = Unavailable("What must leave a trace cannot be recorded now.")

// RecordOnce is Record for what is done again and again, such as reading a room: the same by the same
// caller from the same address is recorded once an hour by each instance.
func (l *AuditLog) RecordOnce(ctx context.Context, caller Caller, entry AuditEntry) error {
	key := recordedOnce{entry.Action, caller.UserID, caller.Client.Address, entry.RoomID, entry.TargetID}
	if l.recordedLately(key) {
		return nil
	}
	// A page that opens asks for several things at once.
	_, err, _ := l.once.Do(fmt.Sprint(key), func() (any, error) {
		if l.recordedLately(key) {
			return nil, nil
		}
		now := l.now()
		if err := l.Record(ctx, caller, entry); err != nil {
			return nil, err
		}
		l.recorded.Add(key, now)
		return nil, nil
	})
	return err
}

func (l *AuditLog) recordedLately(key recordedOnce) bool {
	at, known := l.recorded.Get(key)
	return known && l.now().Sub(at) < auditAgain
}

// AuditRecord is an entry as it is read.
type AuditRecord struct {
	AuditEntry
	// ActorName is the actor's name as it is now; empty when the actor is gone or was not known.
	ActorName string
}

// Entries lists the trace, for those who oversee.
func (l *AuditLog) Entries(ctx context.Context, caller Caller, query AuditQuery) ([]AuditRecord, error) {
	switch {
	case caller.IsService() && !caller.Oversees():
		return nil, ErrScope(ScopeOpsRead)
	case !caller.Oversees():
		return nil, errOperatorsOnly
	}
	entries, err := l.store.AuditEntries(ctx, query)
	if err != nil {
		return nil, fmt.Errorf("list audit entries: %w", err)
	}
	names, err := l.names(ctx, entries)
	if err != nil {
		return nil, err
	}
	records := make([]AuditRecord, len(entries))
	for i, entry := range entries {
		records[i] = AuditRecord{AuditEntry: entry, ActorName: names[entry.ActorID]}
	}
	return records, nil
}

// names gives those of the actors who are still there.
func (l *AuditLog) names(ctx context.Context, entries []AuditEntry) (map[ID]string, error) {
	names := map[ID]string{}
	var people []ID
	for _, entry := range entries {
		if _, seen := names[entry.ActorID]; seen || entry.ActorID == "" {
			continue
		}
		names[entry.ActorID] = ""
		if entry.ActorRole != RoleService {
			people = append(people, entry.ActorID)
			continue
		}
		key, err := l.store.APIKey(ctx, entry.ActorID)
		if err != nil && KindOf(err) != KindNotFound {
			return nil, fmt.Errorf("read actors: %w", err)
		}
		names[entry.ActorID] = key.Name
	}
	if len(people) == 0 {
		return names, nil
	}
	users, err := l.store.UsersByID(ctx, people)
	if err != nil {
		return nil, fmt.Errorf("read actors: %w", err)
	}
	for _, user := range users {
		names[user.ID] = user.Username
	}
	return names, nil
}
