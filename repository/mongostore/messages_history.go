package mongostore

import (
	"context"
	"math"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"dentalk/domain"
)

// Message gives one message of a room.
func (s *Store) Message(ctx context.Context, roomID, messageID domain.ID, viewer domain.Viewer) (domain.Message, error) {
	filter := append(bson.D{is(fieldRoom, objectID(roomID)), is(fieldID, objectID(messageID))}, visible(viewer)...)
	found, err := one[messageDocument](ctx, s.messages, "message", filter, options.FindOne().SetProjection(withoutCounts))
	if err != nil {
		return domain.Message{}, fail("read message", err)
	}
	return found.message(), nil
}

// Messages gives a page of a room's history. The position is read before the page: what comes
// between the two is in both the page and what a stream continues with, and in neither is a hole.
func (s *Store) Messages(ctx context.Context, query domain.HistoryQuery) (domain.HistoryPage, error) {
	room, err := one[roomDocument](ctx, s.rooms, "room", byID(query.RoomID))
	if err != nil {
		return domain.HistoryPage{}, fail("read history", err)
	}
	newest, err := s.newestOf(ctx, room)
	if err != nil {
		return domain.HistoryPage{}, fail("read history", err)
	}
	h := history{store: s, room: room.ID, viewer: query.Viewer}
	page, err := h.page(ctx, query)
	if err != nil {
		return domain.HistoryPage{}, fail("read history", err)
	}
	page.Position = newest.position(query.Viewer)
	return page, nil
}

// history reads one room for one viewer.
type history struct {
	store  *Store
	room   bson.ObjectID
	viewer domain.Viewer
}

func (h history) page(ctx context.Context, query domain.HistoryQuery) (domain.HistoryPage, error) {
	limit := max(query.Limit, 0)
	switch {
	case query.Around != nil:
		return h.around(ctx, *query.Around, limit)
	case query.After != nil:
		return h.after(ctx, *query.After, limit)
	case query.Before != nil:
		return h.before(ctx, *query.Before, limit)
	}
	return h.before(ctx, math.MaxInt64, limit)
}

// before reads one message more than the page holds, which tells whether there are more.
func (h history) before(ctx context.Context, seq int64, limit int) (domain.HistoryPage, error) {
	older, err := h.older(ctx, seq, limit+1)
	if err != nil {
		return domain.HistoryPage{}, err
	}
	var page domain.HistoryPage
	if page.HasMoreBefore = len(older) > limit; page.HasMoreBefore {
		older = older[:limit]
	}
	slices.Reverse(older)
	page.Messages = older
	if seq < math.MaxInt64 {
		page.HasMoreAfter, err = h.exists(ctx, from(fieldSeq, seq), 1)
	}
	return page, err
}

func (h history) after(ctx context.Context, seq int64, limit int) (domain.HistoryPage, error) {
	if seq == math.MaxInt64 {
		seq-- // no message is there, and the next number is one
	}
	newer, err := h.newer(ctx, seq+1, limit+1)
	if err != nil {
		return domain.HistoryPage{}, err
	}
	var page domain.HistoryPage
	if page.HasMoreAfter = len(newer) > limit; page.HasMoreAfter {
		newer = newer[:limit]
	}
	page.Messages = newer
	page.HasMoreBefore, err = h.exists(ctx, upTo(fieldSeq, seq), -1)
	return page, err
}

// around gives half a page before seq and the rest from seq on; a side that is short leaves its
// place to the other.
func (h history) around(ctx context.Context, seq int64, limit int) (domain.HistoryPage, error) {
	older, err := h.older(ctx, seq, limit+1)
	if err != nil {
		return domain.HistoryPage{}, err
	}
	newer, err := h.newer(ctx, seq, limit+1)
	if err != nil {
		return domain.HistoryPage{}, err
	}
	before := min(len(older), max(limit/2, limit-len(newer)))
	after := min(len(newer), limit-before)
	page := domain.HistoryPage{HasMoreBefore: len(older) > before, HasMoreAfter: len(newer) > after}
	older = older[:before]
	slices.Reverse(older)
	page.Messages = append(older, newer[:after]...)
	return page, nil
}

// older lists downwards from the message before seq.
func (h history) older(ctx context.Context, seq int64, limit int) ([]domain.Message, error) {
	return h.list(ctx, below(fieldSeq, seq), -1, limit)
}

// newer lists upwards from seq.
func (h history) newer(ctx context.Context, seq int64, limit int) ([]domain.Message, error) {
	return h.list(ctx, from(fieldSeq, seq), 1, limit)
}

func (h history) list(ctx context.Context, side bson.E, order, limit int) ([]domain.Message, error) {
	found, err := all[messageDocument](ctx, h.store.messages, h.filter(side),
		options.Find().SetSort(bson.D{is(fieldSeq, order)}).SetLimit(limitOf(limit)).SetProjection(withoutCounts))
	return convert(found, messageDocument.message), err
}

// exists looks on one side; order leads it along the index to the nearest message.
func (h history) exists(ctx context.Context, side bson.E, order int) (bool, error) {
	_, found, err := maybe[messageDocument](ctx, h.store.messages, h.filter(side),
		options.FindOne().SetSort(bson.D{is(fieldSeq, order)}).SetProjection(bson.D{is(fieldID, 1)}))
	return found, err
}

func (h history) filter(side bson.E) bson.D {
	return append(bson.D{is(fieldRoom, h.room), side}, visible(h.viewer)...)
}
