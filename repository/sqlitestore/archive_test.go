package sqlitestore_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dentalk/domain"
	"dentalk/repository/sqlitestore"
)

// TestImportLeavesNoHole refuses a message that comes before its time, and one whose number is taken.
func TestImportLeavesNoHole(t *testing.T) {
	from, to := open(t, t.TempDir(), time.Now), open(t, t.TempDir(), time.Now)
	made := room(t, from, "order")
	for range 3 {
		_, err := post(t.Context(), from, draftOf(made, "hello"))
		must(t, err)
	}
	rooms, messages := exported(t, from, domain.RecordRoom), exported(t, from, domain.RecordMessage)
	must(t, to.Import(t.Context(), domain.RecordRoom, rooms))
	must(t, to.Import(t.Context(), domain.RecordMessage, messages[:1]))
	if err := to.Import(t.Context(), domain.RecordMessage, messages[2:]); err == nil || !strings.Contains(err.Error(), "follows message 1") {
		t.Errorf("a hole gives %v", err)
	}
	_, err := post(t.Context(), to, draftOf(made, "meanwhile"))
	must(t, err)
	if err := to.Import(t.Context(), domain.RecordMessage, messages); err == nil || !strings.Contains(err.Error(), "is there with ID") {
		t.Errorf("a number that is taken gives %v", err)
	}
	extent, err := to.Extent(t.Context(), domain.RecordMessage)
	must(t, err)
	if extent.Count != 2 {
		t.Errorf("the room has %d messages, want 2", extent.Count)
	}
}

func exported(t *testing.T, store *sqlitestore.Store, kind domain.RecordKind) []domain.Record {
	t.Helper()
	var records []domain.Record
	for record, err := range store.Export(t.Context(), kind, "") {
		must(t, err)
		records = append(records, record)
	}
	return records
}

// TestExportUsesIndexes holds that a page of an export costs what it gives.
func TestExportUsesIndexes(t *testing.T) {
	store := open(t, t.TempDir(), time.Now)
	for _, kind := range domain.RecordKinds() {
		exported(t, store, kind)
	}
	for _, statement := range sqlitestore.Statements(store) {
		if !strings.HasSuffix(statement, "LIMIT ?") {
			continue
		}
		plan, err := sqlitestore.Explain(t.Context(), store, statement)
		must(t, err)
		if steps := strings.Join(plan, "\n"); strings.Contains(steps, "SCAN") || strings.Contains(steps, "TEMP B-TREE") {
			t.Errorf("plan %q of\n%s", plan, statement)
		}
	}
}

func TestExistsMakesNothing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	if sqlitestore.Exists(dir) || sqlitestore.Exists(filepath.Dir(dir)) {
		t.Error("a store is where none was made")
	}
	must(t, open(t, dir, time.Now).Close())
	if !sqlitestore.Exists(dir) {
		t.Error("the store is not there")
	}
}
