package mongostore

import (
	"context"
	"maps"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"dentalk/domain"
)

// tail is the end of a room's history: what the next message counts on from.
type tail struct {
	seq    int64
	id     domain.ID // of the message, or of a room that has none
	counts countsDocument
}

func tailOf(room bson.ObjectID, newest messageDocument) tail {
	if newest.Seq == 0 {
		return tail{id: idOf(room)}
	}
	return tail{seq: newest.Seq, id: idOf(newest.ID), counts: newest.Counts}
}

// Ends are read as the majority holds them. One that only the primary held might be lost with it,
// and the next primary would take the number behind it and leave a hole.

// cachedTails bounds how many ends are remembered. One that is out of date does no harm: the
// number that follows it is taken.
const cachedTails = 4096

// loadTails reads the ends of those rooms of the next insert that are not remembered.
func (g *group) loadTails(ctx context.Context) error {
	missing := make(map[bson.ObjectID]roomDocument)
	for _, i := range g.next() {
		if room := g.targets[g.drafts[i].RoomID]; !g.tails.Contains(room.ID) {
			missing[room.ID] = room
		}
	}
	newest, err := newestOfEach(ctx, g.messages, slices.Collect(maps.Values(missing)))
	if err != nil {
		return err
	}
	for id := range missing {
		g.tails.Add(id, tailOf(id, newest[id]))
	}
	return nil
}

// reloadTail reads the end of a room whose next number was taken. It takes one query, however far
// the others have come meanwhile: whoever looks longer than they need for a group never catches up.
func (g *group) reloadTail(ctx context.Context, room bson.ObjectID) error {
	newest, _, err := maybe[messageDocument](ctx, g.messages, bson.D{is(fieldRoom, room)},
		options.FindOne().SetSort(bson.D{is(fieldSeq, -1)}))
	if err != nil {
		return err
	}
	g.tails.Add(room, tailOf(room, newest))
	return nil
}

func (g *group) forgetTails() {
	for _, room := range g.targets {
		g.tails.Remove(room.ID)
	}
}
