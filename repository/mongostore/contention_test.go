package mongostore_test

import (
	"context"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"dentalk/domain"
	"dentalk/repository/mongostore"
)

// TestTwoInstancesWriteToOneRoomAtOnce writes in groups of the sizes that gather under load.
func TestTwoInstancesWriteToOneRoomAtOnce(t *testing.T) {
	uri := newDatabase(t)
	stores := []*mongostore.Store{open(t, uri, nil), open(t, uri, nil)}
	made := room(t, stores[0], "order")
	const each, mostAtOnce = 5_000, 100
	var group sync.WaitGroup
	for i, store := range stores {
		group.Go(func() {
			random := rand.New(rand.NewPCG(uint64(i), 1))
			for left := each; left > 0 && !t.Failed(); {
				drafts := make([]domain.Draft, min(left, 1+random.IntN(mostAtOnce)))
				for n := range drafts {
					drafts[n] = draftOf(made, "Please check the occlusion of the zirconia crown on 26.")
				}
				appendAll(t, store, drafts)
				left -= len(drafts)
			}
		})
	}
	group.Wait()
	checkGapless(t, stores[0], made, each*len(stores))
	for _, store := range stores {
		lost, inserted := store.Retries()
		t.Logf("%d of %d messages were inserted after %d lost attempts: %.4f retries per message", inserted, each, lost, float64(lost)/each)
	}
}

func appendAll(t *testing.T, store *mongostore.Store, drafts []domain.Draft) {
	appended, err := store.AppendMessages(t.Context(), drafts)
	if err != nil {
		t.Errorf("append: %v", err)
	}
	for _, one := range appended {
		if one.Err != nil {
			t.Errorf("append: %v", one.Err)
		}
	}
}

func checkGapless(t *testing.T, store *mongostore.Store, room domain.Room, count int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute) // FerretDB takes seconds
	defer cancel()
	var start int64
	page, err := store.Messages(ctx, domain.HistoryQuery{RoomID: room.ID, Viewer: viewerOf(room), After: &start, Limit: 2 * count})
	must(t, err)
	if len(page.Messages) != count {
		t.Fatalf("got %d messages, want %d", len(page.Messages), count)
	}
	for i, message := range page.Messages {
		if message.Seq != int64(i)+1 || i > 0 && message.ID <= page.Messages[i-1].ID {
			t.Fatalf("message %s with number %d is at place %d", message.ID, message.Seq, i+1)
		}
	}
	view, err := store.RoomView(ctx, room.ID, viewerOf(room))
	must(t, err)
	if view.UnreadCount != int64(count) {
		t.Errorf("%d messages are unread, want %d", view.UnreadCount, count)
	}
}
