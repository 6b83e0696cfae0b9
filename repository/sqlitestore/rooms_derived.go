package sqlitestore

import (
	"context"

	"dentalk/domain"
)

// viewIndex finds the view of a room in a list of them.
type viewIndex map[domain.ID]*domain.RoomView

// completeViews adds to the rooms of a page what is derived, with one query for all rooms of each.
func completeViews(ctx context.Context, c *connection, views []domain.RoomView, viewer domain.Viewer) error {
	if len(views) == 0 {
		return nil
	}
	index := make(viewIndex, len(views))
	ids := make([]domain.ID, len(views))
	for i := range views {
		index[views[i].ID], ids[i] = &views[i], views[i].ID
	}
	list, err := listOf(ids)
	if err != nil {
		return err
	}
	if err := index.addParticipants(ctx, c, list); err != nil {
		return err
	}
	if err := index.addLastMessages(ctx, c, list); err != nil {
		return err
	}
	if viewer.Notes {
		if err := index.addNewest(ctx, c, list); err != nil {
			return err
		}
	}
	return index.addUnread(ctx, c, list, viewer.UserID)
}

func (index viewIndex) addParticipants(ctx context.Context, c *connection, list string) error {
	_, err := all(ctx, c, func(row scanner) (struct{}, error) {
		var room domain.ID
		var p domain.Participant
		err := row.Scan(&room, &p.UserID, &p.Username, &p.Role, &p.Language)
		if view := index[room]; err == nil && view != nil {
			view.Participants = append(view.Participants, p)
		}
		return struct{}{}, err
	}, `SELECT p.room_id, p.user_id, p.username, p.role, p.language
		FROM json_each(?) AS wanted CROSS JOIN participants p ON p.room_id = wanted.value
		ORDER BY p.room_id, p.number`, list)
	return err
}

// addLastMessages finds them by the rooms' activity, which is the ID of the newest message that is
// not a note, so that notes cannot make the search longer.
func (index viewIndex) addLastMessages(ctx context.Context, c *connection, list string) error {
	messages, err := all(ctx, c, scanOnlyMessage, "SELECT "+messageColumns+`
		FROM json_each(?) AS wanted CROSS JOIN rooms r ON r.id = wanted.value
		CROSS JOIN messages m ON m.id = r.activity_id`, list)
	if err != nil {
		return err
	}
	for i := range messages {
		if view := index[messages[i].RoomID]; view != nil {
			view.LastMessage, view.LastSeq = &messages[i], messages[i].Seq
		}
	}
	return nil
}

type roomNumber struct {
	room   domain.ID
	number int64
}

func scanRoomNumber(row scanner) (roomNumber, error) {
	var found roomNumber
	err := row.Scan(&found.room, &found.number)
	return found, err
}

// addNewest is for those who see notes: the newest message may be one, and they see the mood.
func (index viewIndex) addNewest(ctx context.Context, c *connection, list string) error {
	_, err := all(ctx, c, func(row scanner) (struct{}, error) {
		var room domain.ID
		var newest int64
		var mood domain.Mood
		err := row.Scan(&room, &newest, &mood.Score, &mood.Complaints)
		if view := index[room]; err == nil && view != nil {
			view.LastSeq, view.Mood = newest, mood
		}
		return struct{}{}, err
	}, `SELECT wanted.value, coalesce(max(m.seq), 0), coalesce(avg(m.score), 0.0), coalesce(sum(m.complaint), 0)
		FROM json_each(?) AS wanted LEFT JOIN messages m ON m.room_id = wanted.value AND m.seq >
			(SELECT coalesce(max(n.seq), 0) FROM messages n WHERE n.room_id = wanted.value) - ?
		GROUP BY wanted.value`, list, domain.MoodMessages)
	return err
}

func (index viewIndex) addUnread(ctx context.Context, c *connection, list string, userID domain.ID) error {
	counts, err := all(ctx, c, scanRoomNumber, "SELECT p.room_id, "+unread+`
		FROM json_each(?) AS wanted CROSS JOIN participants p ON p.room_id = wanted.value AND p.user_id = ?`, list, userID)
	if err != nil {
		return err
	}
	for _, one := range counts {
		index[one.room].UnreadCount = one.number
	}
	return nil
}
