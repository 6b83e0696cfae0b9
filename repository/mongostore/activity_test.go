package mongostore_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"go.mongodb.org/mongo-driver/v2/bson"

	"dentalk/domain"
	"dentalk/repository/mongostore"
)

// forget puts the room's activity back to what a process leaves behind that died after the commit.
func forget(t *testing.T, uri string, room domain.Room) {
	t.Helper()
	id, err := bson.ObjectIDFromHex(string(room.ID))
	must(t, err)
	_, err = driverOf(t, uri).Collection("rooms").UpdateOne(t.Context(), bson.M{"_id": id},
		bson.M{"$set": bson.M{"activity": bson.M{"seq": int64(0), "messageId": id}}})
	must(t, err)
}

func TestViewsAreExactWhenARoomWasNotToldOfItsMessages(t *testing.T) {
	uri := newDatabase(t)
	store := open(t, uri, nil)
	made := room(t, store, "order")
	for range 11 {
		_, err := post(t.Context(), store, draftOf(made, "hello"))
		must(t, err)
	}
	want, err := store.RoomView(t.Context(), made.ID, viewerOf(made))
	must(t, err)
	forget(t, uri, made)
	for _, other := range []*mongostore.Store{store, open(t, uri, nil)} {
		got, err := other.RoomView(t.Context(), made.ID, viewerOf(made))
		must(t, err)
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("view (-want +got):\n%s", diff)
		}
	}
	next, err := post(t.Context(), open(t, uri, nil), draftOf(made, "next"))
	must(t, err)
	if next.Seq != 12 {
		t.Errorf("the next number is %d, want 12", next.Seq)
	}
}

func TestARoomThatWasNotToldOfItsMessagesIsHealed(t *testing.T) {
	uri := newDatabase(t)
	store := open(t, uri, nil)
	first, second := room(t, store, "first"), room(t, store, "second")
	for _, made := range []domain.Room{second, first} {
		_, err := post(t.Context(), store, draftOf(made, "hello"))
		must(t, err)
	}
	forget(t, uri, first)
	must(t, mongostore.Heal(t.Context(), store))
	must(t, mongostore.Heal(t.Context(), store))
	views, err := store.RoomViews(t.Context(), domain.RoomQuery{Viewer: viewerOf(first), All: true, Limit: 10})
	must(t, err)
	if len(views) != 2 || views[0].ID != first.ID || views[0].Activity != views[0].LastMessage.ID {
		t.Errorf("got %+v", views)
	}
}
