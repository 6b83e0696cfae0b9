package checker

import (
	"context"
	"net/http"
)

// checkRooms holds the list of a user's rooms and their newest messages against the histories.
func (r *round) checkRooms(ctx context.Context, user *caller, histories map[string][]message) error {
	list, err := user.roomList(ctx)
	if err != nil {
		return err
	}
	if len(list) != len(r.world.roomsOf(user)) {
		r.broken("a list holds the caller's rooms", "", 0, "%s has %d rooms, the list %d", user.name, len(r.world.roomsOf(user)), len(list))
	}
	for _, one := range list {
		history := visible(histories[one.ID], user)
		var last, preview int64
		if len(history) > 0 {
			last = history[len(history)-1].Seq
		}
		if one.LastMessage != nil {
			preview = one.LastMessage.Seq
		}
		if one.LastSeq != last || preview != last {
			r.broken("lastSeq and lastMessage are the newest", one.ID, last, "%s is told %d and %d", user.name, one.LastSeq, preview)
		}
	}
	return nil
}

// checkUnread holds the unread counts against a recount of the histories after the read markers, and
// the markers against what was acknowledged.
func (r *round) checkUnread(ctx context.Context, reader *reader, histories map[string][]message) error {
	user := reader.caller
	list, err := user.roomList(ctx)
	if err != nil {
		return err
	}
	for _, one := range list {
		marker, err := user.marker(ctx, one.ID)
		if err != nil {
			return err
		}
		var unread, reached int64
		for _, m := range visible(histories[one.ID], user) {
			if m.Seq > marker && m.UserID != user.id {
				unread++
			}
			if m.Seq <= reader.readUpTo(one.ID) {
				reached = m.Seq
			}
		}
		if one.UnreadCount != unread {
			r.broken("unread counts are exact", one.ID, marker, "%s is told %d, a recount gives %d", user.name, one.UnreadCount, unread)
		}
		if marker != reached {
			r.broken("a read marker is where it was put and never moves back", one.ID, marker, "%s has read up to %d", user.name, reached)
		}
	}
	return nil
}

// marker is up to where the caller has read the room.
func (c *caller) marker(ctx context.Context, room string) (int64, error) {
	var receipts struct {
		Items []struct {
			UserID string
			Seq    int64
		}
	}
	if _, _, err := c.insist(ctx, http.MethodGet, "/v1/rooms/"+room+"/receipts", nil, &receipts); err != nil {
		return 0, err
	}
	for _, one := range receipts.Items {
		if one.UserID == c.id {
			return one.Seq, nil
		}
	}
	return 0, nil
}
