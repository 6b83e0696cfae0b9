package mongostore

import (
	"context"
	"maps"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"

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

// reloadTail reads the end of a room whose next number was taken. The room's activity is read
// anew, because whoever took the number has most likely told it.
func (g *group) reloadTail(ctx context.Context, id bson.ObjectID) error {
	room, err := one[roomDocument](ctx, g.rooms, "room", bson.D{is(fieldID, id)})
	if err != nil {
		return err
	}
	known := room.Activity.Seq
	if old, ok := g.tails.Get(id); ok {
		known = max(known, old.seq)
	}
	newest, err := newestFrom(ctx, g.messages, id, known)
	if err != nil {
		return err
	}
	g.tails.Add(id, tailOf(id, newest))
	return nil
}

func (g *group) forgetTails() {
	for _, room := range g.targets {
		g.tails.Remove(room.ID)
	}
}
