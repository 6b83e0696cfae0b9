package sqlitestore_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dentalk/domain"
	"dentalk/repository/sqlitestore"
)

func TestReopenedStoreHoldsEverything(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	store := open(t, dir, time.Now)
	room := room(t, store, "order")
	draft := draftOf(room, "hello")
	draft.ClientMessageID = "key"
	first, err := post(t.Context(), store, draft)
	must(t, err)
	reader := viewerOf(room)
	_, _, err = store.MarkRead(t.Context(), room.ID, reader.UserID, 1, time.Now())
	must(t, err)
	last, err := post(t.Context(), store, draftOf(room, "and goodbye"))
	must(t, err)
	want, err := store.RoomView(t.Context(), room.ID, reader)
	must(t, err)
	must(t, store.Close())

	// The clock has stepped back meanwhile; order must not.
	store = open(t, dir, func() time.Time { return last.CreatedAt.Add(-time.Hour) })
	got, err := store.RoomView(t.Context(), room.ID, reader)
	must(t, err)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("view (-want +got):\n%s", diff)
	}
	again, err := store.AppendMessages(t.Context(), []domain.Draft{draft})
	must(t, err)
	if diff := cmp.Diff(domain.Appended{Message: first, Replayed: true}, again[0]); diff != "" {
		t.Errorf("repeated key (-want +got):\n%s", diff)
	}
	next, err := post(t.Context(), store, draftOf(room, "back"))
	must(t, err)
	if next.Seq != 3 || next.ID <= last.ID {
		t.Errorf("got seq %d and ID %s, want 3 and one after %s", next.Seq, next.ID, last.ID)
	}
}

func TestDataDirIsPrivate(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "data dir?#%")
	open(t, dir, nil)
	info, err := os.Stat(dir)
	must(t, err)
	if info.Mode().Perm() != 0o700 {
		t.Errorf("got mode %o, want 700", info.Mode().Perm())
	}
	// The journal is SQLite's own, so it shows that SQLite understood the name of the dir.
	if _, err := os.Stat(filepath.Join(dir, "dentalk.db-wal")); err != nil {
		t.Error(err)
	}
}

func TestDatabaseIsPrivateInAnOpenDir(t *testing.T) {
	dir := t.TempDir()
	must(t, os.Chmod(dir, 0o755))
	store := open(t, dir, nil)
	room(t, store, "order")
	for _, name := range []string{"dentalk.db", "dentalk.db-wal", "dentalk.db-shm"} {
		info, err := os.Stat(filepath.Join(dir, name))
		must(t, err)
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %o, want 600", name, info.Mode().Perm())
		}
	}
}

func TestDataDirIsOpenOnce(t *testing.T) {
	dir := t.TempDir()
	store := open(t, dir, nil)
	_, err := sqlitestore.Open(t.Context(), dir, sqlitestore.Options{})
	if !errors.Is(err, sqlitestore.ErrInUse) {
		t.Errorf("got %v, want ErrInUse", err)
	}
	must(t, store.Close())
	open(t, dir, nil)
}

func TestNewerSchemaIsRefused(t *testing.T) {
	dir := t.TempDir()
	store := open(t, dir, nil)
	must(t, sqlitestore.SetSchemaVersion(t.Context(), store, 99))
	must(t, store.Close())
	for range 2 { // a refusal leaves no lock behind
		_, err := sqlitestore.Open(t.Context(), dir, sqlitestore.Options{})
		if !errors.Is(err, sqlitestore.ErrNewerSchema) {
			t.Errorf("got %v, want ErrNewerSchema", err)
		}
	}
}

// TestLeasesEndWithTheProcess claims a message, opens the data dir anew long before the lease runs
// out, and finds the message due. The dead worker's result is refused.
func TestLeasesEndWithTheProcess(t *testing.T) {
	dir := t.TempDir()
	store := open(t, dir, nil)
	draft := draftOf(room(t, store, "order"), "hello")
	draft.State = domain.EnrichmentPending
	_, err := post(t.Context(), store, draft)
	must(t, err)
	before, err := store.ClaimEnrichments(t.Context(), domain.Claim{Limit: 1, Lease: time.Hour})
	must(t, err)
	must(t, store.Close())

	store = open(t, dir, nil)
	after, err := store.ClaimEnrichments(t.Context(), domain.Claim{Limit: 1, Lease: time.Hour})
	must(t, err)
	if len(after) != 1 || after[0].Attempt != 2 {
		t.Fatalf("got %+v, want the message on its second attempt", after)
	}
	saved, err := store.SaveEnrichments(t.Context(), []domain.EnrichmentResult{{
		RoomID: before[0].Message.RoomID, MessageID: before[0].Message.ID, Lease: before[0].Lease,
		Enrichment: domain.Enrichment{State: domain.EnrichmentDone},
	}})
	must(t, err)
	if len(saved) != 0 {
		t.Errorf("the dead worker's result was stored: %+v", saved)
	}
}
