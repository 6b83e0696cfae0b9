package mongostore_test

import (
	"context"
	"fmt"
	"testing"

	"dentalk/domain"
	"dentalk/repository/mongostore"
)

func BenchmarkAppend(b *testing.B) {
	for _, size := range []int{1, 16, 100} {
		b.Run(fmt.Sprintf("group-%d", size), func(b *testing.B) {
			store := open(b, newDatabase(b), nil)
			rooms := make([]domain.Room, 16)
			for i := range rooms {
				rooms[i] = room(b, store, fmt.Sprintf("order-%d", i))
			}
			drafts := make([]domain.Draft, size)
			for i := range drafts {
				drafts[i] = draftOf(rooms[i%len(rooms)], "Please check the occlusion of the zirconia crown on 26.")
			}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := store.AppendMessages(context.Background(), drafts); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N*size)/b.Elapsed().Seconds(), "messages/s")
		})
	}
}

// BenchmarkHistoryPage shows on MongoDB that reading costs the same at any size of history. On
// FerretDB, which scans, it shows what the tests pay.
func BenchmarkHistoryPage(b *testing.B) {
	for _, count := range []int{500, 5_000} {
		store := open(b, newDatabase(b), nil)
		made := seeded(b, store, count)
		ctx, viewer, middle := context.Background(), viewerOf(made), int64(count/2)
		page, err := store.Messages(ctx, domain.HistoryQuery{Viewer: viewer, RoomID: made.ID, Around: &middle, Limit: 1})
		must(b, err)
		after := page.Messages[0].ID
		for _, one := range []struct {
			name string
			run  func() error
		}{
			{"page", func() error {
				_, err := store.Messages(ctx, domain.HistoryQuery{Viewer: viewer, RoomID: made.ID, Before: &middle, Limit: 50})
				return err
			}},
			{"view", func() error { _, err := store.RoomView(ctx, made.ID, viewer); return err }},
			{"replay", func() error {
				_, err := store.MessagesAfter(ctx, domain.Replay{Viewer: viewer, Rooms: []domain.ID{made.ID}, After: after, Limit: 50})
				return err
			}},
		} {
			b.Run(fmt.Sprintf("%s/%d", one.name, count), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if err := one.run(); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

// seeded makes a room with a history of count messages.
func seeded(b *testing.B, store *mongostore.Store, count int) domain.Room {
	b.Helper()
	made := room(b, store, "order")
	const atOnce = 500
	for range count / atOnce {
		drafts := make([]domain.Draft, atOnce)
		for i := range drafts {
			drafts[i] = draftOf(made, "Please check the occlusion of the zirconia crown on 26.")
		}
		_, err := store.AppendMessages(context.Background(), drafts)
		must(b, err)
	}
	return made
}
