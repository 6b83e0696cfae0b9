package sqlitestore

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"dentalk/domain"
)

// roomFilter is the part of a query that does not hang on the page.
type roomFilter struct {
	from  string
	where []string
	args  []any
}

// filterRooms reads the filters of a query. The joins are CROSS so that the planner keeps to the
// participant's own rooms, which are few among all.
func filterRooms(query domain.RoomQuery) roomFilter {
	f := roomFilter{from: "rooms r", where: []string{"1"}}
	// Only participants have unread messages, so that filter leads to them also for who sees all.
	if !query.All || query.Unread {
		f.from = "participants p CROSS JOIN rooms r ON r.id = p.room_id"
		f.limit("p.user_id = ?", query.Viewer.UserID)
	}
	if query.Status != "" {
		f.limit("r.status = ?", query.Status)
	}
	if query.OrderID != "" {
		f.limit("r.order_id = ?", query.OrderID)
	}
	if query.Unread {
		f.where = append(f.where, unread+" > 0")
	}
	return f
}

func (f *roomFilter) limit(condition string, args ...any) {
	f.where, f.args = append(f.where, condition), append(f.args, args...)
}

// statement selects the rooms by a place in the list, latest first. placeArgs belong to the place.
func (f *roomFilter) statement(place string, limit int, placeArgs ...any) (string, []any) {
	return "SELECT " + roomColumns + ", " + place + " AS place FROM " + f.from + " WHERE " + strings.Join(f.where, " AND ") +
		" ORDER BY place DESC LIMIT ?", append(append(placeArgs, f.args...), limitOf(limit))
}

// placeThen is where a room stood at a time: its newest message up to then that is not a note, or
// itself. It walks back over what was written since.
const placeThen = `coalesce((SELECT m.id FROM messages m WHERE m.room_id = r.id AND m.id <= ?` + noNotes + `
	ORDER BY m.seq DESC LIMIT 1), r.id)`

// listRooms gives a page. After the first one the rooms stand where they stood when that was read:
// those that have not moved since are found by the index, and the few that have by looking back.
func listRooms(ctx context.Context, c *connection, query domain.RoomQuery) ([]domain.RoomView, error) {
	still := filterRooms(query)
	if query.Before != "" {
		still.limit("r.activity_id < ?", query.Before)
	}
	text, args := still.statement("r.activity_id", query.Limit)
	views, err := all(ctx, c, scanView, text, args...)
	if err != nil || query.AsOf == "" {
		return views, err
	}
	moved := filterRooms(query)
	// The plus keeps the planner from walking over all rooms made until then: few have moved.
	moved.limit("r.activity_id > ? AND +r.id <= ? AND place < ?", query.AsOf, query.AsOf, query.Before)
	text, args = moved.statement(placeThen, query.Limit, query.AsOf)
	more, err := all(ctx, c, scanView, text, args...)
	if err != nil {
		return nil, err
	}
	views = append(views, more...)
	slices.SortFunc(views, func(a, b domain.RoomView) int { return cmp.Compare(b.Activity, a.Activity) })
	if query.Limit > 0 && len(views) > query.Limit {
		views = views[:query.Limit]
	}
	return views, nil
}
