package sqlitestore_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"dentalk/domain"
	"dentalk/repository/sqlitestore"
)

func BenchmarkAppend(b *testing.B) {
	b.Run("serial", func(b *testing.B) {
		store := open(b, b.TempDir(), time.Now)
		room := room(b, store, "order")
		draft := draftOf(room, "Please check the occlusion of the zirconia crown on 26.")
		before := store.Commits()
		b.ReportAllocs()
		for b.Loop() {
			if _, err := post(context.Background(), store, draft); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(store.Commits()-before)/float64(b.N), "commits/op")
	})
	for _, writers := range []int{64, 256} {
		b.Run(fmt.Sprintf("parallel-%d", writers), func(b *testing.B) { benchmarkParallel(b, writers) })
	}
}

func benchmarkParallel(b *testing.B, writers int) {
	store := open(b, b.TempDir(), time.Now)
	rooms := make([]domain.Room, 16)
	for i := range rooms {
		rooms[i] = room(b, store, fmt.Sprintf("order-%d", i))
	}
	before := store.Commits()
	var next atomic.Int64
	b.SetParallelism(writers / 2) // times GOMAXPROCS
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			draft := draftOf(rooms[int(next.Add(1))%len(rooms)], "Please check the occlusion of the zirconia crown on 26.")
			if _, err := post(context.Background(), store, draft); err != nil {
				b.Error(err)
			}
		}
	})
	b.ReportMetric(float64(store.Commits()-before)/float64(b.N), "commits/op")
}

// BenchmarkHistoryPage shows that reading costs the same at any size of history.
func BenchmarkHistoryPage(b *testing.B) {
	for _, count := range []int{1_000, 100_000, 1_000_000} {
		store := open(b, b.TempDir(), time.Now)
		room := room(b, store, "order")
		must(b, sqlitestore.Seed(context.Background(), store, room.ID, room.Participants[0].UserID, room.Participants[1].UserID, count))
		ctx, viewer, middle := context.Background(), viewerOf(room), int64(count/2)
		_, _, err := store.MarkRead(ctx, room.ID, viewer.UserID, middle, time.Now())
		must(b, err)
		middlePage, err := store.Messages(ctx, domain.HistoryQuery{Viewer: viewer, RoomID: room.ID, Around: &middle, Limit: 1})
		must(b, err)
		after := middlePage.Messages[0].ID

		measure := func(name string, run func() error) {
			b.Run(fmt.Sprintf("%s/%d", name, count), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if err := run(); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
		measure("page", func() error {
			_, err := store.Messages(ctx, domain.HistoryQuery{Viewer: viewer, RoomID: room.ID, Before: &middle, Limit: 50})
			return err
		})
		measure("view", func() error { _, err := store.RoomView(ctx, room.ID, viewer); return err })
		measure("replay", func() error {
			_, err := store.MessagesAfter(ctx, domain.Replay{Viewer: viewer, Rooms: []domain.ID{room.ID}, After: after, Limit: 50})
			return err
		})
		must(b, store.Close())
	}
}
