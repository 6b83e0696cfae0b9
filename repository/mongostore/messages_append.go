package mongostore

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"dentalk/domain"
)

// AppendMessages commits the drafts in order. Groups of one store follow each other; against those
// of other instances the unique index on room and seq decides.
func (s *Store) AppendMessages(ctx context.Context, drafts []domain.Draft) ([]domain.Appended, error) {
	select {
	case s.appending <- struct{}{}:
		defer func() { <-s.appending }()
	case <-ctx.Done():
		return nil, fail("append messages", ctx.Err())
	}
	g := &group{Store: s, drafts: drafts, appended: make([]domain.Appended, len(drafts))}
	err := fail("append messages", g.run(ctx))
	if err == nil {
		return g.appended, nil
	}
	g.forgetTails()
	if !g.accepted {
		return nil, err
	}
	for _, i := range g.waiting {
		g.appended[i].Err = err
	}
	return g.appended, nil
}

// group is what one call appends.
type group struct {
	*Store
	drafts   []domain.Draft
	appended []domain.Appended
	targets  map[domain.ID]roomDocument
	waiting  []int // drafts that are to be committed, in order
	accepted bool  // some of them are committed
	losses   int   // in a row
}

func (g *group) run(ctx context.Context) error {
	if err := g.admit(ctx); err != nil {
		return err
	}
	defer g.touch(ctx)
	for len(g.waiting) > 0 {
		if err := g.commit(ctx); err != nil {
			return err
		}
	}
	return nil
}

// admit decides about the drafts that need no commit: those to rooms that do not exist or are
// archived. The key comes first: a repetition gets its message also after the room was archived.
func (g *group) admit(ctx context.Context) error {
	if err := g.readRooms(ctx); err != nil {
		return err
	}
	for i, draft := range g.drafts {
		room, exists := g.targets[draft.RoomID]
		if !exists {
			g.appended[i].Err = domain.NotFound("room")
			continue
		}
		if room.Status != domain.RoomArchived {
			g.waiting = append(g.waiting, i)
			continue
		}
		repeated, err := g.repeat(ctx, i)
		if err != nil {
			return err
		}
		if !repeated {
			g.appended[i].Err = domain.ErrRoomArchived
		}
	}
	return nil
}

func (g *group) readRooms(ctx context.Context) error {
	g.targets = make(map[domain.ID]roomDocument)
	var ids []domain.ID
	for _, draft := range g.drafts {
		if _, known := g.targets[draft.RoomID]; !known {
			g.targets[draft.RoomID] = roomDocument{}
			ids = append(ids, draft.RoomID)
		}
	}
	clear(g.targets)
	if len(ids) == 0 {
		return ctx.Err()
	}
	found, err := all[roomDocument](ctx, g.rooms, byIDs(ids))
	for _, room := range found {
		g.targets[idOf(room.ID)] = room
	}
	return err
}

// repeat looks for the message that the draft's key was committed with.
func (g *group) repeat(ctx context.Context, i int) (bool, error) {
	draft := g.drafts[i]
	if draft.ClientMessageID == "" {
		return false, nil
	}
	first, found, err := maybe[messageDocument](ctx, g.messages, bson.D{
		is(fieldRoom, objectID(draft.RoomID)), is("userId", objectID(draft.UserID)), is("key", keyOf(draft.ClientMessageID, bson.NilObjectID)),
	})
	if err != nil || !found {
		return false, err
	}
	if message := first.message(); draft.SameRequest(message) {
		g.appended[i] = domain.Appended{Message: message, Replayed: true}
	} else {
		g.appended[i] = domain.Appended{Err: domain.KeyReused()}
	}
	return true, nil
}

// attemptTimeout bounds the time between the making of an ID and its commit. Together with the
// difference of two clocks it must stay below domain.ReplayOverlap, else a reader who goes on
// after a newer ID would miss the message.
const attemptTimeout = 3 * time.Second

// commit tries to insert the next of the waiting drafts.
func (g *group) commit(ctx context.Context) error {
	if err := g.loadTails(ctx); err != nil {
		return err
	}
	attempt, cancel := context.WithTimeout(ctx, attemptTimeout)
	defer cancel()
	documents := g.plan()
	inserted, clash, err := g.insert(attempt, documents)
	if err != nil {
		return err
	}
	g.share(attempt, g.waiting[:inserted])
	g.accept(documents[:inserted])
	if !clash {
		return nil
	}
	repeated, err := g.repeat(ctx, g.waiting[0])
	if err != nil {
		return err
	}
	if repeated {
		g.waiting = g.waiting[1:]
		return nil
	}
	return g.lose(ctx, documents[inserted].RoomID)
}

// share lets whoever is told of the messages read their files. What fails here is done again by the
// caller, with UseUploads.
func (g *group) share(ctx context.Context, drafts []int) {
	var ids []domain.ID
	for _, i := range drafts {
		if g.drafts[i].Type == domain.MessageNote {
			continue
		}
		for _, attachment := range g.drafts[i].Attachments {
			ids = append(ids, attachment.ID)
		}
	}
	if len(ids) > 0 {
		_, _ = g.uploads.UpdateMany(ctx, byIDs(ids), set("shared", true))
	}
}

// lose makes ready for another attempt after somebody else took the number. When the majority does
// not hold that message yet, whether it has this number or this key, the end is still the old one
// and the next attempts clash until it does.
func (g *group) lose(ctx context.Context, room bson.ObjectID) error {
	g.lost.Add(1)
	if g.losses >= mostLosses {
		return errLost
	}
	if err := pause(ctx, g.losses); err != nil {
		return err
	}
	g.losses++
	return g.reloadTail(ctx, room)
}

// accept notes what was inserted.
func (g *group) accept(documents []messageDocument) {
	for _, document := range documents {
		g.appended[g.waiting[0]].Message = document.message()
		g.waiting = g.waiting[1:]
		g.tails.Add(document.RoomID, tailOf(document.RoomID, document))
		g.losses = 0
	}
	g.accepted = g.accepted || len(documents) > 0
	g.committed.Add(uint64(len(documents)))
}
