package sqlitestore_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"dentalk/domain"
	"dentalk/repository/sqlitestore"
)

// TestInterruptedReaderServesTheNext breaks slow queries off in their middle. Afterwards every
// connection must answer again, and see what was committed since.
func TestInterruptedReaderServesTheNext(t *testing.T) {
	store := open(t, t.TempDir(), time.Now)
	room := room(t, store, "order")
	must(t, sqlitestore.Seed(t.Context(), store, room.ID, room.Participants[0].UserID, room.Participants[1].UserID, 20_000))
	everything := domain.Replay{All: true, After: domain.ZeroID, Limit: 1_000_000}
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 5 {
				ctx, cancel := context.WithCancel(t.Context())
				go cancel()
				_, err := store.MessagesAfter(ctx, everything)
				if kind := domain.KindOf(err); err != nil && kind != domain.KindUnavailable {
					t.Errorf("got %v, want KindUnavailable", err)
				}
			}
		})
	}
	group.Wait()
	message, err := post(t.Context(), store, draftOf(room, "news"))
	must(t, err)
	for range 16 { // more than there are connections
		view, err := store.RoomView(t.Context(), room.ID, viewerOf(room))
		must(t, err)
		if view.LastSeq != message.Seq {
			t.Errorf("newest is %d, want %d", view.LastSeq, message.Seq)
		}
	}
}

// TestCancelledSnapshotLeavesNoTransaction cancels short reads at every moment, also while they
// begin. No connection may be left inside a transaction.
func TestCancelledSnapshotLeavesNoTransaction(t *testing.T) {
	store := open(t, t.TempDir(), time.Now)
	room := room(t, store, "order")
	_, err := post(t.Context(), store, draftOf(room, "hello"))
	must(t, err)
	query := domain.HistoryQuery{Viewer: viewerOf(room), RoomID: room.ID, Limit: 10}
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 500 {
				ctx, cancel := context.WithCancel(t.Context())
				go cancel()
				_, err := store.Messages(ctx, query)
				if kind := domain.KindOf(err); err != nil && kind != domain.KindUnavailable {
					t.Errorf("got %v, want KindUnavailable", err)
				}
			}
		})
	}
	group.Wait()
	for range 16 { // more than there are connections
		_, err := store.Messages(t.Context(), query)
		must(t, err)
	}
}
