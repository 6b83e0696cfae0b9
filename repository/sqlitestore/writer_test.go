package sqlitestore_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"dentalk/domain"
	"dentalk/repository/sqlitestore"
)

func TestWritesThatWaitShareOneCommit(t *testing.T) {
	store := open(t, t.TempDir(), time.Now)
	room := room(t, store, "order")
	release := sqlitestore.Hold(t.Context(), store)
	before := store.Commits()
	const writers = 200
	var group sync.WaitGroup
	for i := range writers {
		group.Go(func() {
			if _, err := post(t.Context(), store, draftOf(room, fmt.Sprint(i))); err != nil {
				t.Error(err)
			}
		})
	}
	sqlitestore.AwaitQueue(store, writers)
	release()
	group.Wait()
	if commits := store.Commits() - before; commits != 1 {
		t.Errorf("%d waiting writes took %d commits, want 1", writers, commits)
	}
}

func TestLoneWriteIsCommittedAlone(t *testing.T) {
	store := open(t, t.TempDir(), time.Now)
	room := room(t, store, "order")
	for range 3 {
		before := store.Commits()
		_, err := post(t.Context(), store, draftOf(room, "hello"))
		must(t, err)
		if commits := store.Commits() - before; commits != 1 {
			t.Errorf("a lone write took %d commits, want 1", commits)
		}
	}
}

func TestFullQueueRefusesAtOnce(t *testing.T) {
	store := open(t, t.TempDir(), time.Now)
	room := room(t, store, "order")
	release := sqlitestore.Hold(t.Context(), store)
	var group sync.WaitGroup
	for range sqlitestore.QueueLength {
		group.Go(func() {
			if _, err := post(t.Context(), store, draftOf(room, "waits")); err != nil {
				t.Error(err)
			}
		})
	}
	sqlitestore.AwaitQueue(store, sqlitestore.QueueLength)
	_, err := post(t.Context(), store, draftOf(room, "one too many"))
	if domain.KindOf(err) != domain.KindUnavailable {
		t.Errorf("got %v, want KindUnavailable", err)
	}
	release()
	group.Wait()
	view, err := store.RoomView(t.Context(), room.ID, viewerOf(room))
	must(t, err)
	if view.LastSeq != sqlitestore.QueueLength {
		t.Errorf("got %d messages, want %d", view.LastSeq, sqlitestore.QueueLength)
	}
}

func TestWriteThatIsGivenUpWhileItWaitsNeverHappens(t *testing.T) {
	store := open(t, t.TempDir(), time.Now)
	room := room(t, store, "order")
	release := sqlitestore.Hold(t.Context(), store)
	ctx, cancel := context.WithCancel(t.Context())
	given := make(chan error)
	go func() {
		_, err := post(ctx, store, draftOf(room, "given up"))
		given <- err
	}()
	sqlitestore.AwaitQueue(store, 1)
	cancel()
	if err := <-given; domain.KindOf(err) != domain.KindUnavailable || !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want KindUnavailable with its cause", err)
	}
	release()
	message, err := post(t.Context(), store, draftOf(room, "first"))
	must(t, err)
	if message.Seq != 1 {
		t.Errorf("got seq %d, want 1", message.Seq)
	}
}

func TestWriteThatFailsLateHarmsNoOther(t *testing.T) {
	store := open(t, t.TempDir(), time.Now)
	room := room(t, store, "order")
	release := sqlitestore.Hold(t.Context(), store)
	before := store.Commits()
	var group sync.WaitGroup
	for i := range 6 {
		group.Go(func() {
			if i%2 == 0 {
				if err := sqlitestore.FailAfterWriting(t.Context(), store, room.ID); !errors.Is(err, sqlitestore.ErrDeliberate) {
					t.Errorf("got %v, want the write's own error", err)
				}
				return
			}
			if _, err := post(t.Context(), store, draftOf(room, "hello")); err != nil {
				t.Error(err)
			}
		})
	}
	sqlitestore.AwaitQueue(store, 6)
	release()
	group.Wait()
	view, err := store.RoomView(t.Context(), room.ID, viewerOf(room))
	must(t, err)
	if view.LastSeq != 3 || view.UnreadCount != 3 || view.Name != room.Name {
		t.Errorf("got %d messages, %d unread, name %q; want 3, 3, %q", view.LastSeq, view.UnreadCount, view.Name, room.Name)
	}
	if commits := store.Commits() - before; commits != 1 {
		t.Errorf("got %d commits, want 1", commits)
	}
}

func TestFailedCommitAcknowledgesNothing(t *testing.T) {
	store := open(t, t.TempDir(), time.Now)
	room := room(t, store, "order")
	release := sqlitestore.Hold(t.Context(), store)
	before := store.Commits()
	var group sync.WaitGroup
	unavailable := func(err error) {
		if domain.KindOf(err) != domain.KindUnavailable {
			t.Errorf("got %v, want KindUnavailable", err)
		}
	}
	for range 5 {
		group.Go(func() {
			_, err := post(t.Context(), store, draftOf(room, "lost"))
			unavailable(err)
		})
	}
	sqlitestore.AwaitQueue(store, 5)
	group.Go(func() { unavailable(sqlitestore.BreakCommit(t.Context(), store)) })
	sqlitestore.AwaitQueue(store, 6)
	release()
	group.Wait()
	if commits := store.Commits() - before; commits != 0 {
		t.Errorf("got %d commits, want 0", commits)
	}
	message, err := post(t.Context(), store, draftOf(room, "first"))
	must(t, err)
	if message.Seq != 1 {
		t.Errorf("got seq %d, want 1", message.Seq)
	}
}
