package sqlitestore_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dentalk/domain"
	"dentalk/repository/sqlitestore"
)

func TestEachCommitIsSynced(t *testing.T) {
	store := open(t, t.TempDir(), time.Now)
	writing, reading, err := sqlitestore.Pragmas(t.Context(), store, "journal_mode", "synchronous", "foreign_keys", "query_only", "secure_delete", "busy_timeout")
	must(t, err)
	want := map[string]string{"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "query_only": "0", "secure_delete": "1", "busy_timeout": "5000"}
	if diff := cmp.Diff(want, writing); diff != "" {
		t.Errorf("writer (-want +got):\n%s", diff)
	}
	if reading["query_only"] != "1" {
		t.Error("readers may write")
	}
}

// TestAcknowledgedMessagesSurviveACrash opens what a killed process leaves: the files as they are
// in the middle of its life, without anything that Close does.
func TestAcknowledgedMessagesSurviveACrash(t *testing.T) {
	dir, crashed := t.TempDir(), t.TempDir()
	store := open(t, dir, time.Now)
	room := room(t, store, "order")
	const count = 30
	for i := range count {
		_, err := post(t.Context(), store, draftOf(room, fmt.Sprint(i)))
		must(t, err)
	}
	for _, name := range []string{"dentalk.db", "dentalk.db-wal"} {
		data, err := os.ReadFile(filepath.Join(dir, name))
		must(t, err)
		must(t, os.WriteFile(filepath.Join(crashed, name), data, 0o600))
	}
	again := open(t, crashed, time.Now)
	page, err := again.Messages(t.Context(), domain.HistoryQuery{Viewer: viewerOf(room), RoomID: room.ID, Limit: 200})
	must(t, err)
	if len(page.Messages) != count {
		t.Errorf("found %d messages, want %d", len(page.Messages), count)
	}
	next, err := post(t.Context(), again, draftOf(room, "on"))
	must(t, err)
	if next.Seq != count+1 || next.ID <= page.Position {
		t.Errorf("got seq %d and ID %s after the crash", next.Seq, next.ID)
	}
}
