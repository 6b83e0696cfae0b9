package mongostore_test

import (
	"context"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"dentalk/domain"
)

// TestWhatIsCommittedIsToldWhenTheRestFails ends a large group in the middle: callers of the part that
// is committed must learn of it, or they would send it again.
func TestWhatIsCommittedIsToldWhenTheRestFails(t *testing.T) {
	uri := newDatabase(t)
	store, messages := open(t, uri, nil), driverOf(t, uri).Collection("messages")
	made := room(t, store, "order")
	drafts := make([]domain.Draft, 3000) // thirty inserts
	for i := range drafts {
		drafts[i] = draftOf(made, "Please check the occlusion.")
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		defer cancel()
		for ctx.Err() == nil {
			if count, err := messages.EstimatedDocumentCount(ctx); err != nil || count > 0 {
				return
			}
		}
	}()
	appended, err := store.AppendMessages(ctx, drafts)
	cancel()
	<-watched
	must(t, err)
	told, failed := 0, 0
	for i, one := range appended {
		switch {
		case one.Err != nil:
			failed++
		case failed > 0 || one.Message.Seq != int64(i+1):
			t.Fatalf("draft %d is told as number %d, after %d that failed", i, one.Message.Seq, failed)
		default:
			told++
		}
	}
	if told == 0 || failed == 0 {
		t.Fatalf("%d told, %d failed; want some of each", told, failed)
	}
	reading, end := context.WithTimeout(t.Context(), time.Minute)
	defer end()
	count, err := messages.CountDocuments(reading, bson.D{})
	must(t, err)
	if count < int64(told) || count > int64(told)+100 {
		t.Errorf("%d messages are stored, %d were told", count, told)
	}
}
