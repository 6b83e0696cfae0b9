package mongostore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"dentalk/domain"
)

// insertAtOnce bounds one insert, and so the time that it takes and what a loss costs. FerretDB
// stops at a clash only within this many documents; beyond, it would leave a hole in the numbers.
const insertAtOnce = 100

// plan makes documents of the next drafts, numbered on from the ends of their rooms. IDs follow
// those of the ends, so that in each room they rise with the numbers.
func (g *group) plan() []messageDocument {
	ends := make(map[bson.ObjectID]tail)
	for _, i := range g.next() {
		room := objectID(g.drafts[i].RoomID)
		ends[room], _ = g.tails.Get(room)
	}
	now := g.now()
	documents := make([]messageDocument, 0, insertAtOnce)
	for _, i := range g.next() {
		room := objectID(g.drafts[i].RoomID)
		document := g.planOne(g.drafts[i], ends[room], now)
		documents, ends[room] = append(documents, document), tailOf(room, document)
	}
	return documents
}

// next gives the drafts of the next insert.
func (g *group) next() []int { return g.waiting[:min(len(g.waiting), insertAtOnce)] }

func (g *group) planOne(draft domain.Draft, end tail, now time.Time) messageDocument {
	message := newMessage(draft)
	message.ID, message.Seq, message.CreatedAt, message.UpdatedAt = g.ids.NextAfter(now, end.id), end.seq+1, now, now
	counts := end.counts
	if draft.Type != domain.MessageNote {
		counts = counts.with(objectID(message.ID), objectID(draft.UserID))
	}
	document := newMessageDocument(message, counts)
	if draft.State == domain.EnrichmentPending {
		document.Enrichment.DueAt = now
	}
	return document
}

// insert tells how many of the documents were inserted, and whether the next one clashed.
func (g *group) insert(ctx context.Context, documents []messageDocument) (inserted int, clash bool, err error) {
	_, err = g.messages.InsertMany(ctx, documents)
	if err == nil {
		return len(documents), false, nil
	}
	at, clash := clashOf(err)
	if !clash {
		return 0, false, fmt.Errorf("insert messages: %w", err)
	}
	return at, true, nil
}

// clashOf gives the place of the document whose number or key was taken. What was inserted before
// it must be safe: else nothing is known.
func clashOf(err error) (int, bool) {
	var bulk mongo.BulkWriteException
	if !errors.As(err, &bulk) || bulk.WriteConcernError != nil || len(bulk.WriteErrors) != 1 {
		return 0, false
	}
	first := bulk.WriteErrors[0]
	return first.Index, first.Code == duplicateKey
}
