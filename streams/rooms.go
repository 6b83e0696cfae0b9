package streams

import (
	"context"

	"dentalk/domain"
)

// manyRooms is from how many rooms on their newest messages are read as a list.
const manyRooms = 8

// acquireRooms gives the states of the rooms, watched and with a known seq; releaseRoom must follow
// for each, also after an error. Watching comes first, so that nothing falls between it and the
// reading.
func (h *Hub) acquireRooms(ctx context.Context, viewer domain.Viewer, ids []domain.ID) ([]*room, error) {
	rooms, topics := make([]*room, len(ids)), make([]domain.Topic, len(ids))
	h.mu.Lock()
	for i, id := range ids {
		if h.rooms[id] == nil {
			h.rooms[id] = newRoom(h, id)
		}
		rooms[i], topics[i] = h.rooms[id], domain.RoomTopic(id)
		rooms[i].refs++
	}
	h.mu.Unlock()
	h.zone.acquire(ctx, topics...)
	return rooms, h.start(ctx, viewer, rooms)
}

// start reads the newest seq of those rooms that have none yet.
func (h *Hub) start(ctx context.Context, viewer domain.Viewer, rooms []*room) error {
	var unknown []*room
	for _, r := range rooms {
		if !r.isKnown() {
			unknown = append(unknown, r)
		}
	}
	heads := map[domain.ID]int64{}
	if len(unknown) >= manyRooms {
		listed, err := h.listHeads(ctx, viewer)
		if err != nil {
			return err
		}
		heads = listed
	}
	for _, r := range unknown {
		if err := r.start(ctx, heads); err != nil {
			return err
		}
	}
	return nil
}

// listHeads reads the newest seq of all rooms in which the viewer takes part, notes included.
func (h *Hub) listHeads(ctx context.Context, viewer domain.Viewer) (map[domain.ID]int64, error) {
	heads := make(map[domain.ID]int64)
	query := domain.RoomQuery{Viewer: domain.Viewer{UserID: viewer.UserID, Notes: true}, Limit: readyRooms}
	for {
		views, err := h.roomViews(ctx, query)
		if err != nil {
			return nil, err
		}
		for _, view := range views {
			heads[view.ID] = view.LastSeq
		}
		if len(views) < query.Limit {
			return heads, nil
		}
		query.Before = views[len(views)-1].Activity
	}
}

func (h *Hub) roomViews(ctx context.Context, query domain.RoomQuery) ([]domain.RoomView, error) {
	ctx, cancel := reading(ctx)
	defer cancel()
	return h.config.Store.RoomViews(ctx, query)
}

func (h *Hub) roomIDs(ctx context.Context, user domain.ID) ([]domain.ID, error) {
	ctx, cancel := reading(ctx)
	defer cancel()
	return h.config.Store.RoomIDs(ctx, user)
}

// releaseRoom ends one need for the room. The state of a room that nobody needs is let go of,
// unless operators depend on it: then the sweep does that when it is idle.
func (h *Hub) releaseRoom(r *room) {
	h.mu.Lock()
	r.refs--
	if r.refs == 0 {
		if h.exact || len(*h.operators.Load()) == 0 {
			h.letGo(r)
		} else {
			r.repairUnlessKnown()
		}
	}
	h.mu.Unlock()
	h.zone.release(domain.RoomTopic(r.id))
}

// letGo takes the room out; h.mu is held.
func (h *Hub) letGo(r *room) {
	delete(h.rooms, r.id)
	r.mu.Lock()
	r.gone, r.held = true, nil
	r.mu.Unlock()
}
