package sqlitestore_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"dentalk/domain"
	"dentalk/repository/sqlitestore"
)

// exercise runs every query that a hot path makes.
func exercise(t *testing.T, store *sqlitestore.Store) {
	t.Helper()
	ctx := t.Context()
	made := room(t, store, "order")
	draft := draftOf(made, "hello")
	draft.ClientMessageID = "key"
	message, err := post(ctx, store, draft)
	must(t, err)
	_, _, err = store.MarkRead(ctx, made.ID, made.Participants[1].UserID, 1, time.Now())
	must(t, err)
	for _, notes := range []bool{true, false} {
		viewer := domain.Viewer{UserID: made.Participants[1].UserID, Notes: notes}
		_, err = store.Message(ctx, made.ID, message.ID, viewer)
		must(t, err)
		seq := int64(1)
		for _, query := range []domain.HistoryQuery{{}, {Before: &seq}, {After: &seq}, {Around: &seq}} {
			query.Viewer, query.RoomID, query.Limit = viewer, made.ID, 10
			_, err = store.Messages(ctx, query)
			must(t, err)
		}
		for _, all := range []bool{true, false} {
			exerciseReplay(t, store, domain.Replay{Viewer: viewer, All: all, Rooms: []domain.ID{made.ID}, After: domain.ZeroID, Limit: 10})
			for _, unread := range []bool{true, false} {
				_, err = store.RoomViews(ctx, domain.RoomQuery{Viewer: viewer, All: all, Unread: unread, Before: message.ID, Limit: 10})
				must(t, err)
				_, err = store.RoomViews(ctx, domain.RoomQuery{Viewer: viewer, All: all, Unread: unread, Before: message.ID, AsOf: message.ID, Limit: 10})
				must(t, err)
			}
		}
		_, err = store.RoomView(ctx, made.ID, viewer)
		must(t, err)
	}
	tasks, err := store.ClaimEnrichments(ctx, domain.Claim{Limit: 1, First: true, Lease: time.Minute})
	must(t, err)
	_, err = store.SaveEnrichments(ctx, []domain.EnrichmentResult{{RoomID: made.ID, MessageID: message.ID, Lease: tasks[0].Lease, Unchanged: true}})
	must(t, err)
	tasks, err = store.ClaimEnrichments(ctx, domain.Claim{Limit: 1, Lease: time.Minute})
	must(t, err)
	_, err = store.SaveEnrichments(ctx, []domain.EnrichmentResult{{
		RoomID: made.ID, MessageID: message.ID, Lease: tasks[0].Lease, Enrichment: domain.Enrichment{State: domain.EnrichmentDone}}})
	must(t, err)
	_, err = store.NextEnrichment(ctx)
	must(t, err)
	_, err = store.ChangeEnrichment(ctx, made.ID, message.ID, func(m domain.Message) (domain.Enrichment, error) { return m.Enrichment.Reopen(), nil })
	must(t, err)
	exerciseRest(t, store)
	exerciseSecurity(t, store, made, message.ID)
}

func exerciseRest(t *testing.T, store *sqlitestore.Store) {
	t.Helper()
	ctx := t.Context()
	for _, more := range []domain.Usage{{}, {Calls: 1}, {Calls: 1}} {
		_, err := store.AddUsage(ctx, "2026-03", "deepl", more)
		must(t, err)
	}
	for version := range int64(2) {
		must(t, store.AppendGlossaryChange(ctx, domain.GlossaryChange{Version: version + 1, At: time.Now()}))
	}
	_, err := store.GlossaryChanges(ctx, 1, 10)
	must(t, err)
}

func exerciseReplay(t *testing.T, store *sqlitestore.Store, replay domain.Replay) {
	t.Helper()
	ctx := t.Context()
	_, err := store.NewestPosition(ctx, replay)
	must(t, err)
	_, err = store.CountAfter(ctx, replay, 10)
	must(t, err)
	_, err = store.MessagesAfter(ctx, replay)
	must(t, err)
	_, err = store.EnrichedSince(ctx, replay, time.Now())
	must(t, err)
	_, err = store.RoomHeads(ctx, replay.After)
	must(t, err)
	_, err = store.Locate(ctx, replay.After, replay.Viewer)
	if domain.KindOf(err) != domain.KindNotFound {
		t.Fatal(err)
	}
}

// TestNoQueryScans asks SQLite how it runs each statement that the store has really prepared.
func TestNoQueryScans(t *testing.T) {
	store := open(t, t.TempDir(), time.Now)
	exercise(t, store)
	for _, statement := range sqlitestore.Statements(store) {
		if first, _, _ := strings.Cut(statement, " "); !slices.Contains([]string{"SELECT", "UPDATE", "DELETE"}, first) {
			continue
		}
		plan, err := sqlitestore.Explain(t.Context(), store, statement)
		must(t, err)
		for _, step := range plan {
			if scans(step) && !readsOneRow(statement) && !readsADay(statement) {
				t.Errorf("step %q of\n%s", step, statement)
			}
		}
	}
}

// scans tells whether a step walks a whole table or index. The list in the arguments and a part of
// the query itself, which other steps bound, are none, nor are indexes that hold only what is asked for.
func scans(step string) bool {
	table, ok := strings.CutPrefix(step, "SCAN ")
	if _, index, _ := strings.Cut(table, " USING INDEX "); index == "uploads_removed" || index == "erasures_pending" {
		return false
	}
	if table == "sqlite_dbpage VIRTUAL TABLE INDEX 1:" { // by the number of the page
		return false
	}
	return ok && table != "CONSTANT ROW" && !strings.HasPrefix(table, "wanted") && !strings.HasPrefix(table, "(subquery")
}

// readsOneRow is for the ends of an index: SQLite calls it a scan, but it stops at the first row.
func readsOneRow(statement string) bool {
	return strings.HasSuffix(statement, "ORDER BY m.id DESC LIMIT 1") || strings.Contains(statement, "(SELECT 1 FROM rooms LIMIT 1)")
}

// readsADay is for what an erasure looks for in all remembered answers: those of a day.
func readsADay(statement string) bool {
	return strings.HasPrefix(statement, "DELETE FROM idempotency_keys WHERE caller_id = ?1 OR ")
}

// TestHotQueriesUseTheirIndexes holds the plans of the queries that everything waits for.
func TestHotQueriesUseTheirIndexes(t *testing.T) {
	store := open(t, t.TempDir(), time.Now)
	exercise(t, store)
	statements := sqlitestore.Statements(store)
	for _, one := range []struct{ name, part, step string }{
		{"history before", "m.seq < ?", "SEARCH m USING INDEX sqlite_autoindex_messages_2 (room_id=? AND seq<?)"},
		{"history after", "m.seq >= ? ORDER", "SEARCH m USING INDEX sqlite_autoindex_messages_2 (room_id=? AND seq>?)"},
		{"replay of all", "m.id > ? ORDER BY m.id LIMIT ?", "SEARCH m USING INDEX sqlite_autoindex_messages_1 (id>?)"},
		{"replay of rooms", "n.room_id = wanted.value", "SEARCH m USING INDEX sqlite_autoindex_messages_2 (room_id=? AND seq=?)"},
		{"claim", "m.enrichment_due <= ? ORDER BY m.enrichment_due LIMIT ?", "SEARCH m USING INDEX messages_due (enrichment_due<?)"},
		{"claim of new messages", "m.enrichment_attempts = 0 ORDER BY m.enrichment_due DESC LIMIT ?",
			"SEARCH m USING INDEX messages_unclaimed (enrichment_due<?)"},
		{"glossary", "version > ? ORDER BY version", "SEARCH glossary_changes USING INTEGER PRIMARY KEY (rowid>?)"},
		{"usage", "FROM usage WHERE month", "SEARCH usage USING PRIMARY KEY (month=? AND provider=?)"},
		{"enrichments", "AS wanted) ORDER BY m.enriched_at", "SEARCH m USING INDEX messages_enriched (enriched_at>?)"},
		{"all rooms", "FROM rooms r WHERE 1 AND r.activity_id < ?", "SEARCH r USING INDEX rooms_activity (activity_id<?)"},
		{"rooms that moved", "FROM rooms r WHERE 1 AND r.activity_id > ?", "SEARCH r USING INDEX rooms_activity (activity_id>?)"},
		{"where they stood", "FROM rooms r WHERE 1 AND r.activity_id > ?", "SEARCH m USING INDEX sqlite_autoindex_messages_2 (room_id=?)"},
		{"rooms of a user that moved", "p.user_id = ? AND r.activity_id > ?", "SEARCH p USING COVERING INDEX participants_user (user_id=?)"},
		{"marker", "SELECT m.seq FROM messages m WHERE m.room_id = ?", "SEARCH m USING INDEX sqlite_autoindex_messages_2 (room_id=? AND seq<?)"},
		{"rooms of a user", "p.user_id = ? AND r.activity_id < ? ORDER", "SEARCH p USING COVERING INDEX participants_user (user_id=?)"},
		{"sessions of a user", "ORDER BY s.id DESC", "SEARCH s USING INDEX sessions_user (user_id=? AND id<?)"},
		{"key", "k.hash = ? OR k.replaced_hash = ?", "SEARCH k USING INDEX api_keys_replaced (replaced_hash=?)"},
		{"living secrets", "UNION ALL SELECT k.secret_id", "SEARCH k USING INDEX sqlite_autoindex_api_keys_2 (secret_id=?)"},
		{"living replaced secrets", "UNION ALL SELECT k.replaced_id", "SEARCH k USING INDEX api_keys_replaced_id (replaced_id=?)"},
		{"uploads of a room", "removed_at IS NULL AND room_id = ?", "SEARCH uploads USING INDEX uploads_room (room_id=?)"},
		{"uploads of a user", "removed_at IS NULL AND user_id = ?", "SEARCH uploads USING INDEX uploads_user (user_id=?)"},
		{"unused uploads", "used_at IS NULL AND created_at < ?", "SEARCH uploads USING INDEX uploads_unused (created_at<?)"},
		{"removed uploads", "removed_at IS NOT NULL ORDER BY id", "SCAN uploads USING INDEX uploads_removed"},
		{"audit log", "audit_entries WHERE id >= ? AND id < ? ORDER BY", "SEARCH audit_entries USING PRIMARY KEY (id>? AND id<?)"},
		{"audit of an action", "id < ? AND action = ? ORDER", "SEARCH audit_entries USING INDEX audit_entries_action (action=? AND id>? AND id<?)"},
		{"audit of an actor", "id < ? AND actor_id = ? ORDER", "SEARCH audit_entries USING INDEX audit_entries_actor (actor_id=? AND id>? AND id<?)"},
		{"audit of a room", "room_id = ? ORDER BY id DESC", "SEARCH audit_entries USING INDEX audit_entries_room (room_id=? AND id>? AND id<?)"},
		{"audit of a user", "user_id <> '' AND user_id = ? ORDER", "SEARCH audit_entries USING INDEX audit_entries_user (user_id=? AND id>? AND id<?)"},
		{"audit of a time", "id < ? AND at >= ? AND at < ?", "SEARCH audit_entries USING PRIMARY KEY (id>? AND id<?)"},
		{"messages of a room to erase", "m.erased_at IS NULL\n\t\tAND m.seq", "SEARCH m USING INDEX sqlite_autoindex_messages_2 (room_id=? AND seq>?)"},
		{"messages of a user to erase", "m.user_id = ?1", "SEARCH m USING INDEX messages_user (user_id=? AND id>?)"},
		{"audit of an actor in a time", "actor_id = ? AND at >= ? AND at < ?", "SEARCH audit_entries USING INDEX audit_entries_actor (actor_id=? AND id>? AND id<?)"},
		{"pending erasures", "completed_at < ?) ORDER BY id", "SCAN erasures USING INDEX erasures_pending"},
	} {
		t.Run(one.name, func(t *testing.T) {
			at := slices.IndexFunc(statements, func(statement string) bool { return strings.Contains(statement, one.part) })
			if at < 0 {
				t.Fatalf("no statement with %q", one.part)
			}
			plan, err := sqlitestore.Explain(t.Context(), store, statements[at])
			must(t, err)
			if !slices.Contains(plan, one.step) {
				t.Errorf("plan %q lacks %q", plan, one.step)
			}
			sorts := slices.ContainsFunc(plan, func(step string) bool { return strings.Contains(step, "TEMP B-TREE") })
			few := []string{"p.user_id", "activity_id >"} // what those give
			if sorts && !slices.ContainsFunc(few, func(part string) bool { return strings.Contains(one.part, part) }) {
				t.Errorf("plan %q sorts", plan)
			}
		})
	}
}
