package repositorytest

import (
	"math/rand/v2"
	"slices"
	"time"

	"dentalk/domain"
)

var auditRules = []rule{
	{"an entry is stored as it is given", auditStored},
	{"each filter and any of them together select what a plain scan does", auditFiltered},
	{"pages follow each other while entries are added", auditPaged},
	{"times are bounded from the first to before the last", auditTimes},
	{"times select also entries whose IDs are ahead of them", auditClockSetBack},
}

func (w *world) audit(entry domain.AuditEntry) domain.AuditEntry {
	w.Helper()
	entry.ID, entry.At = w.id(), w.now()
	w.must(w.store.AppendAudit(w.ctx, entry))
	return entry
}

func (w *world) audited(query domain.AuditQuery) []domain.AuditEntry {
	w.Helper()
	entries, err := w.store.AuditEntries(w.ctx, query)
	w.must(err)
	return entries
}

func auditStored(w *world) {
	full := w.audit(domain.AuditEntry{
		Action: domain.AuditRoomUpdated, ActorID: w.id(), ActorRole: domain.RoleOperator, Address: "2001:db8::1", RequestID: "req-1",
		RoomID: w.id(), UserID: w.id(), TargetID: w.id(), Detail: map[string]string{"fields": "status, labId", "병원": "§.$"},
	})
	bare := w.audit(domain.AuditEntry{Action: domain.AuditLoginFailed})
	w.same("entries", w.audited(domain.AuditQuery{Limit: 10}), []domain.AuditEntry{bare, full})
}

// trace is a log of entries at random, newest first.
type trace struct {
	*world
	random               *rand.Rand
	actors, rooms, users []domain.ID
	actions              []domain.AuditAction
	entries              []domain.AuditEntry
}

func (w *world) trace(count int) *trace {
	w.Helper()
	t := &trace{world: w, random: rand.New(rand.NewPCG(3, 4)), actions: domain.AuditActions()[:4]}
	for _, ids := range []*[]domain.ID{&t.actors, &t.rooms, &t.users} {
		*ids = []domain.ID{"", w.id(), w.id(), w.id()}
	}
	for range count {
		t.add()
	}
	return t
}

func (t *trace) add() {
	t.Helper()
	if t.random.IntN(3) > 0 {
		t.clock.advance(time.Duration(t.random.IntN(2000)) * time.Millisecond)
	}
	entry := t.audit(domain.AuditEntry{
		Action: oneOf(t, t.actions), ActorID: oneOf(t, t.actors), RoomID: oneOf(t, t.rooms), UserID: oneOf(t, t.users),
	})
	t.entries = slices.Insert(t.entries, 0, entry)
}

func oneOf[T any](t *trace, of []T) T { return of[t.random.IntN(len(of))] }

// query has each filter with one chance of two.
func (t *trace) query() domain.AuditQuery {
	var query domain.AuditQuery
	if t.random.IntN(2) == 0 {
		query.Action = oneOf(t, t.actions)
	}
	if t.random.IntN(2) == 0 {
		query.From = oneOf(t, t.entries).At
	}
	if t.random.IntN(2) == 0 {
		query.To = oneOf(t, t.entries).At
	}
	for i, field := range []*domain.ID{&query.ActorID, &query.RoomID, &query.UserID} {
		if t.random.IntN(2) == 0 {
			*field = oneOf(t, [][]domain.ID{t.actors, t.rooms, t.users}[i])
		}
	}
	return query
}

// scan gives what a query selects, by looking at every entry.
func (t *trace) scan(query domain.AuditQuery) []domain.AuditEntry {
	selected := slices.DeleteFunc(slices.Clone(t.entries), func(e domain.AuditEntry) bool {
		return query.Action != "" && e.Action != query.Action || query.ActorID != "" && e.ActorID != query.ActorID ||
			query.RoomID != "" && e.RoomID != query.RoomID || query.UserID != "" && e.UserID != query.UserID ||
			query.Before != "" && e.ID >= query.Before ||
			!query.From.IsZero() && e.At.Before(query.From) || !query.To.IsZero() && !e.At.Before(query.To)
	})
	return selected[:min(len(selected), query.Limit)]
}

func auditFiltered(w *world) {
	t := w.trace(60)
	single := []domain.AuditQuery{
		{}, {Action: t.actions[0]}, {ActorID: t.actors[1]}, {RoomID: t.rooms[1]}, {UserID: t.users[1]},
		{From: t.entries[20].At}, {To: t.entries[20].At}, {Before: t.entries[20].ID},
		{Action: "unknown"}, {ActorID: w.id()}, {RoomID: w.id()}, {UserID: w.id()}, {From: w.now().Add(time.Hour)},
	}
	for range 100 {
		single = append(single, t.query())
	}
	for _, query := range single {
		query.Limit = 5 + t.random.IntN(60)
		if t.random.IntN(3) == 0 {
			query.Before = oneOf(t, t.entries).ID
		}
		w.same("entries", w.audited(query), t.scan(query))
	}
}

func auditPaged(w *world) {
	t := w.trace(30)
	for _, query := range []domain.AuditQuery{{}, {Action: t.actions[1]}, {ActorID: t.actors[2]}, {From: t.entries[25].At}} {
		query.Limit = 100
		want := t.scan(query)
		var seen []domain.AuditEntry
		for query.Limit = 3; ; query.Before = seen[len(seen)-1].ID {
			page := w.audited(query)
			if seen = append(seen, page...); len(page) < query.Limit {
				break
			}
			t.add()
		}
		w.same("pages", seen, want)
	}
}

func auditTimes(w *world) {
	var entries []domain.AuditEntry
	for range 3 {
		entries = append(entries, w.audit(domain.AuditEntry{Action: domain.AuditLogin}))
		w.clock.advance(time.Millisecond)
	}
	query := domain.AuditQuery{From: entries[0].At, To: entries[2].At, Limit: 10}
	want := []domain.AuditEntry{entries[1], entries[0]}
	w.same("entries", w.audited(query), want)
	query.From = query.From.In(time.FixedZone("KST", 9*60*60))
	w.same("in another zone", w.audited(query), want)
	query.To = query.From
	w.same("of no time", w.audited(query), []domain.AuditEntry(nil))
}

// auditClockSetBack has IDs go on where they were when the clock was wrong.
func auditClockSetBack(w *world) {
	right := w.now()
	w.clock.advance(20 * time.Hour)
	w.id()
	w.clock.advance(-20 * time.Hour)
	before := w.audit(domain.AuditEntry{Action: domain.AuditLogin})
	w.clock.advance(time.Minute)
	after := w.audit(domain.AuditEntry{Action: domain.AuditLogin})
	w.same("until then", w.audited(domain.AuditQuery{From: right, To: after.At, Limit: 10}), []domain.AuditEntry{before})
	w.same("from then", w.audited(domain.AuditQuery{From: after.At, To: after.At.Add(time.Second), Limit: 10}), []domain.AuditEntry{after})
	for _, to := range []time.Time{time.Date(2106, 2, 8, 0, 0, 0, 0, time.UTC), time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)} {
		w.same("until the far future", w.audited(domain.AuditQuery{To: to, Limit: 10}), []domain.AuditEntry{after, before})
		w.same("from the far future", w.audited(domain.AuditQuery{From: to, Limit: 10}), []domain.AuditEntry(nil))
	}
	w.same("since long ago", w.audited(domain.AuditQuery{From: time.Date(1, 1, 1, 0, 0, 0, 1, time.UTC), Limit: 10}), []domain.AuditEntry{after, before})
}
