package streams

import (
	"context"
	"slices"

	"dentalk/domain"
)

// readyRooms is how many rooms ready describes at most, those of the latest activity.
const readyRooms = 200

type readyData struct {
	Instance   string      `json:"instance"`
	Connection string      `json:"connection"`
	Resumed    bool        `json:"resumed"`
	Rooms      []readyRoom `json:"rooms"`
}

type readyRoom struct {
	RoomID      domain.ID      `json:"roomId"`
	LastSeq     int64          `json:"lastSeq"`
	UnreadCount int64          `json:"unreadCount"`
	Receipts    []readyReceipt `json:"receipts"`
}

type readyReceipt struct {
	UserID   domain.ID `json:"userId"`
	Username string    `json:"username"`
	Seq      int64     `json:"seq"`
	ReadAt   *string   `json:"readAt"` // null when nothing was read
}

// ready describes the rooms as they are now.
func (c *connection) ready(ctx context.Context, resumed bool) (readyData, error) {
	data := readyData{Instance: c.hub.config.Instance, Connection: c.name, Resumed: resumed, Rooms: []readyRoom{}}
	views, err := c.views(ctx)
	if err != nil || len(views) == 0 {
		return data, err
	}
	ids := make([]domain.ID, len(views))
	for i, view := range views {
		ids[i] = view.ID
	}
	receipts, err := c.receipts(ctx, ids)
	for _, view := range views {
		room := readyRoom{RoomID: view.ID, LastSeq: view.LastSeq, UnreadCount: view.UnreadCount, Receipts: receipts[view.ID]}
		if room.Receipts == nil {
			room.Receipts = []readyReceipt{}
		}
		data.Rooms = append(data.Rooms, room)
	}
	return data, err
}

func (c *connection) views(ctx context.Context) ([]domain.RoomView, error) {
	if c.request.Room != "" {
		return c.viewsOf(ctx, []domain.ID{c.request.Room})
	}
	if len(c.request.Only) > 0 {
		ids := slices.Clone(c.request.Only)
		slices.Sort(ids)
		return c.viewsOf(ctx, slices.Compact(ids))
	}
	query := domain.RoomQuery{Viewer: c.request.Viewer, All: c.request.everyRoom(), Limit: readyRooms}
	return c.hub.roomViews(ctx, query)
}

// viewsOf reads the rooms one by one, leaving out those of a stream of everything that are not the
// viewer's. The caller has checked the right to the one room of a room's stream; if the viewer has
// left it since, before events could tell, there is no such room any more.
func (c *connection) viewsOf(ctx context.Context, ids []domain.ID) ([]domain.RoomView, error) {
	var views []domain.RoomView
	for _, id := range ids[:min(len(ids), readyRooms)] {
		view, err := c.view(ctx, id)
		hidden := err == nil && !c.request.AllRooms && !view.HasParticipant(c.request.Viewer.UserID)
		switch {
		case hidden && c.request.Room != "":
			return nil, domain.NotFound("room")
		case hidden, domain.KindOf(err) == domain.KindNotFound && c.request.Room == "":
		case err != nil:
			return nil, err
		default:
			views = append(views, view)
		}
	}
	return views, nil
}

func (c *connection) view(ctx context.Context, id domain.ID) (domain.RoomView, error) {
	ctx, cancel := reading(ctx)
	defer cancel()
	return c.hub.config.Store.RoomView(ctx, id, c.request.Viewer)
}

func (c *connection) receipts(ctx context.Context, ids []domain.ID) (map[domain.ID][]readyReceipt, error) {
	ctx, cancel := reading(ctx)
	defer cancel()
	found, err := c.hub.config.Store.Receipts(ctx, ids...)
	byRoom := make(map[domain.ID][]readyReceipt, len(ids))
	for _, one := range found {
		receipt := readyReceipt{UserID: one.UserID, Username: one.Username, Seq: one.Seq}
		if one.Seq > 0 {
			at := stamp(one.ReadAt)
			receipt.ReadAt = &at
		}
		byRoom[one.RoomID] = append(byRoom[one.RoomID], receipt)
	}
	return byRoom, err
}
