package sqlitestore_test

import (
	"crypto/rand"
	"testing"
	"time"

	"dentalk/domain"
)

// TestRoomsThatWereMadeMeanwhileAreNotListed holds more than the port asks for: a room whose ID
// comes after the first page is on none of the later ones, whether it was written in or not.
func TestRoomsThatWereMadeMeanwhileAreNotListed(t *testing.T) {
	store := open(t, t.TempDir(), time.Now)
	old, top := room(t, store, "old"), room(t, store, "top")
	first, err := post(t.Context(), store, draftOf(top, "first of the list"))
	must(t, err)
	ids, err := domain.NewIDSource(rand.Reader, first.ID)
	must(t, err)
	for _, order := range []string{"silent", "spoken"} {
		made := old
		made.ID, made.OrderID = ids.Next(time.Now()), order
		_, _, err := store.CreateRoom(t.Context(), made)
		must(t, err)
		if order == "spoken" {
			_, err := post(t.Context(), store, draftOf(made, "hello"))
			must(t, err)
		}
	}
	for _, query := range []domain.RoomQuery{{Viewer: viewerOf(old)}, {All: true}} {
		query.Before, query.AsOf, query.Limit = first.ID, first.ID, 10
		views, err := store.RoomViews(t.Context(), query)
		must(t, err)
		if len(views) != 1 || views[0].ID != old.ID {
			t.Errorf("got %d rooms, want the old one alone", len(views))
		}
	}
}
