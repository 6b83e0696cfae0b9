package mongostore

import (
	"bytes"
	"context"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"golang.org/x/sync/errgroup"

	"dentalk/domain"
)

const fieldActivity = "activity.messageId"

// RoomViews lists rooms, latest activity first. Which rooms have unread messages is no field that a
// query could ask for: that filter reads on until the page is full, through the viewer's own rooms.
func (s *Store) RoomViews(ctx context.Context, query domain.RoomQuery) ([]domain.RoomView, error) {
	var listed []domain.RoomView
	for {
		rooms, err := s.listRooms(ctx, query)
		if err != nil {
			return nil, fail("list rooms", err)
		}
		views, err := s.viewsOf(ctx, query.Viewer, rooms)
		if err != nil {
			return nil, fail("list rooms", err)
		}
		for _, view := range views {
			if !query.Unread || view.UnreadCount > 0 {
				listed = append(listed, view)
			}
		}
		if !query.Unread || query.Limit <= 0 || len(listed) >= query.Limit || len(rooms) < query.Limit {
			return firstOf(listed, query.Limit), nil
		}
		query.Before = idOf(rooms[len(rooms)-1].Activity.MessageID)
	}
}

func firstOf[T any](list []T, limit int) []T {
	if limit > 0 && len(list) > limit {
		return list[:limit]
	}
	return list
}

// listRooms gives a page. After the first one the rooms stand where they stood when that was read:
// those that have not moved since are found by the index, and the few that have by looking back.
func (s *Store) listRooms(ctx context.Context, query domain.RoomQuery) ([]roomDocument, error) {
	still := filterRooms(query)
	if query.Before != "" {
		still = append(still, below(fieldActivity, objectID(query.Before)))
	}
	rooms, err := all[roomDocument](ctx, s.rooms, still,
		options.Find().SetSort(bson.D{is(fieldActivity, -1)}).SetLimit(limitOf(query.Limit)))
	if err != nil || query.AsOf == "" {
		return rooms, err
	}
	moved, err := s.movedRooms(ctx, query)
	if err != nil {
		return nil, err
	}
	rooms = append(rooms, moved...)
	slices.SortFunc(rooms, func(a, b roomDocument) int {
		return bytes.Compare(b.Activity.MessageID[:], a.Activity.MessageID[:])
	})
	return firstOf(rooms, query.Limit), nil
}

// filterRooms reads the filters of a query. Only participants have unread messages, so that filter
// leads to the viewer's rooms also for who sees all.
func filterRooms(query domain.RoomQuery) bson.D {
	filter := bson.D{}
	if !query.All || query.Unread {
		filter = append(filter, is("participants.userId", objectID(query.Viewer.UserID)))
	}
	if query.Status != "" {
		filter = append(filter, is("status", query.Status))
	}
	if query.OrderID != "" {
		filter = append(filter, is("orderId", query.OrderID))
	}
	return filter
}

// lookingBack bounds how many rooms are looked back in at once, so that one list leaves the pool's
// other connections to others.
const lookingBack = 4

// movedRooms gives the rooms that have moved since the first page and stood behind the page before,
// with the activity that they had.
func (s *Store) movedRooms(ctx context.Context, query domain.RoomQuery) ([]roomDocument, error) {
	asOf := objectID(query.AsOf)
	filter := append(filterRooms(query), above(fieldActivity, asOf), upTo(fieldID, asOf))
	rooms, err := all[roomDocument](ctx, s.rooms, filter)
	if err != nil {
		return nil, err
	}
	moved, ctx := errgroup.WithContext(ctx)
	moved.SetLimit(lookingBack)
	places := make([]bson.ObjectID, len(rooms))
	for i, room := range rooms {
		moved.Go(func() (err error) {
			places[i], err = s.placeThen(ctx, room.ID, asOf)
			return err
		})
	}
	if err := moved.Wait(); err != nil {
		return nil, err
	}
	var behind []roomDocument
	for i, room := range rooms {
		room.Activity.MessageID = places[i] // but the newest message is looked for from that of now
		if idOf(places[i]) < query.Before {
			behind = append(behind, room)
		}
	}
	return behind, nil
}

// placeThen is where a room stood at a time: its newest message up to then that is not a note, or
// itself. The newest message of all, note or not, knows it.
func (s *Store) placeThen(ctx context.Context, room, asOf bson.ObjectID) (bson.ObjectID, error) {
	newest, _, err := maybe[messageDocument](ctx, s.messages, bson.D{is(fieldRoom, room), upTo(fieldID, asOf)},
		options.FindOne().SetSort(bson.D{is(fieldID, -1)}).SetProjection(bson.D{is("counts.newest", 1)}))
	if err != nil || newest.Counts.Newest.IsZero() {
		return room, err
	}
	return newest.Counts.Newest, nil
}
