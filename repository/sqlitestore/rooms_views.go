package sqlitestore

import (
	"context"

	"dentalk/domain"
)

// unread counts for the participant p what others wrote after the read marker: all messages after
// it less the participant's own, both as differences of ordinals that rows hold. Each line is one
// step down an index, however long the history is.
const unread = `(
	  coalesce((SELECT m.ordinal FROM messages m WHERE m.room_id = p.room_id ORDER BY m.seq DESC LIMIT 1), 0)
	- coalesce((SELECT m.ordinal FROM read_markers k JOIN messages m ON m.room_id = k.room_id AND m.seq = k.seq
	            WHERE k.room_id = p.room_id AND k.user_id = p.user_id), 0)
	- coalesce((SELECT m.sender_ordinal FROM messages m
	            WHERE m.room_id = p.room_id AND m.user_id = p.user_id ORDER BY m.seq DESC LIMIT 1), 0)
	+ coalesce((SELECT m.sender_ordinal FROM messages m
	            WHERE m.room_id = p.room_id AND m.user_id = p.user_id AND m.seq <=
	              (SELECT k.seq FROM read_markers k WHERE k.room_id = p.room_id AND k.user_id = p.user_id)
	            ORDER BY m.seq DESC LIMIT 1), 0))`

func scanView(row scanner) (domain.RoomView, error) {
	var view domain.RoomView
	var err error
	view.Room, err = scanRoom(row, &view.Activity)
	return view, err
}

// RoomViews lists rooms, latest activity first.
func (s *Store) RoomViews(ctx context.Context, query domain.RoomQuery) ([]domain.RoomView, error) {
	found, err := readSnapshot(ctx, s, func(c *connection) ([]domain.RoomView, error) {
		views, err := listRooms(ctx, c, query)
		if err != nil {
			return nil, err
		}
		return views, completeViews(ctx, c, views, query.Viewer)
	})
	return found, fail("list rooms", err)
}

// RoomView gives one room as the viewer sees it.
func (s *Store) RoomView(ctx context.Context, id domain.ID, viewer domain.Viewer) (domain.RoomView, error) {
	found, err := readSnapshot(ctx, s, func(c *connection) (domain.RoomView, error) {
		view, err := one(ctx, c, "room", scanView, "SELECT "+roomColumns+", r.activity_id FROM rooms r WHERE r.id = ?", id)
		if err != nil {
			return domain.RoomView{}, err
		}
		views := []domain.RoomView{view}
		err = completeViews(ctx, c, views, viewer)
		return views[0], err
	})
	return found, fail("read room view", err)
}
