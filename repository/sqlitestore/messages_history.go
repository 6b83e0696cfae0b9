package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"math"
	"slices"

	"dentalk/domain"
)

// Message gives one message of a room.
func (s *Store) Message(ctx context.Context, roomID, messageID domain.ID, viewer domain.Viewer) (domain.Message, error) {
	found, err := read(ctx, s, func(c *connection) (domain.Message, error) {
		return one(ctx, c, "message", scanOnlyMessage, "SELECT "+messageColumns+
			" FROM messages m WHERE m.id = ? AND m.room_id = ?"+visibleTo(viewer), messageID, roomID)
	})
	return found, fail("read message", err)
}

// Messages gives a page of a room's history. The position belongs to the same snapshot as the
// page, so nothing can come between the two.
func (s *Store) Messages(ctx context.Context, query domain.HistoryQuery) (domain.HistoryPage, error) {
	page, err := readSnapshot(ctx, s, func(c *connection) (domain.HistoryPage, error) {
		if err := roomExists(ctx, c, query.RoomID); err != nil {
			return domain.HistoryPage{}, err
		}
		h := history{c: c, room: query.RoomID, visible: visibleTo(query.Viewer)}
		position, err := h.newest(ctx)
		if err != nil {
			return domain.HistoryPage{}, err
		}
		page, err := h.page(ctx, query)
		page.Position = position
		return page, err
	})
	return page, fail("read history", err)
}

// history reads one room for one viewer.
type history struct {
	c       *connection
	room    domain.ID
	visible string
}

func (h history) newest(ctx context.Context) (domain.ID, error) {
	id, err := scanValue[domain.ID](h.c.row(ctx,
		"SELECT m.id FROM messages m WHERE m.room_id = ?"+h.visible+" ORDER BY m.seq DESC LIMIT 1", h.room))
	if errors.Is(err, sql.ErrNoRows) {
		return domain.ZeroID, nil
	}
	return id, err
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
		page.HasMoreAfter, err = h.exists(ctx, "m.seq >= ?", seq)
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
	page.HasMoreBefore, err = h.exists(ctx, "m.seq <= ?", seq)
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
	return all(ctx, h.c, scanOnlyMessage, "SELECT "+messageColumns+" FROM messages m WHERE m.room_id = ? AND m.seq < ?"+
		h.visible+" ORDER BY m.seq DESC LIMIT ?", h.room, seq, limit)
}

// newer lists upwards from seq.
func (h history) newer(ctx context.Context, seq int64, limit int) ([]domain.Message, error) {
	return all(ctx, h.c, scanOnlyMessage, "SELECT "+messageColumns+" FROM messages m WHERE m.room_id = ? AND m.seq >= ?"+
		h.visible+" ORDER BY m.seq LIMIT ?", h.room, seq, limit)
}

func (h history) exists(ctx context.Context, condition string, seq int64) (bool, error) {
	return scanValue[bool](h.c.row(ctx,
		"SELECT EXISTS (SELECT 1 FROM messages m WHERE m.room_id = ? AND "+condition+h.visible+")", h.room, seq))
}
