package sqlitestore_test

import (
	"testing"
	"time"

	"dentalk/domain"
	"dentalk/repository/sqlitestore"
)

func TestReadersDoNotWaitForTheWriter(t *testing.T) {
	store := open(t, t.TempDir(), time.Now)
	room := room(t, store, "order")
	release := sqlitestore.Hold(t.Context(), store)
	defer release()
	if _, err := store.RoomView(t.Context(), room.ID, viewerOf(room)); err != nil {
		t.Error(err)
	}
}

func TestCloseWaitsForWritesAndEndsTheStore(t *testing.T) {
	dir := t.TempDir()
	store := open(t, dir, time.Now)
	room := room(t, store, "order")
	release := sqlitestore.Hold(t.Context(), store)
	posted := make(chan error)
	go func() {
		_, err := post(t.Context(), store, draftOf(room, "last"))
		posted <- err
	}()
	sqlitestore.AwaitQueue(store, 1)
	closed := make(chan error)
	go func() { closed <- store.Close() }()
	release()
	must(t, <-posted)
	must(t, <-closed)
	must(t, store.Close())

	_, err := post(t.Context(), store, draftOf(room, "late"))
	if domain.KindOf(err) != domain.KindUnavailable {
		t.Errorf("write after Close gives %v, want KindUnavailable", err)
	}
	if err := store.Check(t.Context()); domain.KindOf(err) != domain.KindUnavailable {
		t.Errorf("read after Close gives %v, want KindUnavailable", err)
	}
}
