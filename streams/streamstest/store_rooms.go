package streamstest

import (
	"cmp"
	"context"
	"slices"
	"time"

	"dentalk/domain"
)

func (s *Store) CreateRoom(ctx context.Context, room domain.Room) (domain.Room, bool, error) {
	leave, err := s.enter(ctx, "CreateRoom")
	defer leave()
	if err != nil {
		return domain.Room{}, false, err
	}
	if old := s.rooms[room.ID]; old != nil {
		return old.room, false, nil
	}
	s.rooms[room.ID] = &roomData{
		room: room, keys: make(map[string]*domain.Message), receipts: make(map[domain.ID]domain.Receipt),
	}
	return room, true, nil
}

// room gives the data of a room; the lock is held.
func (s *Store) room(id domain.ID) (*roomData, error) {
	if room := s.rooms[id]; room != nil {
		return room, nil
	}
	return nil, domain.NotFound("room")
}

func (s *Store) RoomAccess(ctx context.Context, roomID, userID domain.ID) (domain.RoomAccess, error) {
	leave, err := s.enter(ctx, "RoomAccess")
	defer leave()
	if err != nil {
		return domain.RoomAccess{}, err
	}
	room, err := s.room(roomID)
	if err != nil {
		return domain.RoomAccess{}, err
	}
	return domain.RoomAccess{Status: room.room.Status, Participant: room.room.HasParticipant(userID)}, nil
}

func (s *Store) UpdateRoom(ctx context.Context, id domain.ID, change domain.RoomChange, at time.Time) (domain.Room, error) {
	leave, err := s.enter(ctx, "UpdateRoom")
	defer leave()
	if err != nil {
		return domain.Room{}, err
	}
	room, err := s.room(id)
	if err != nil {
		return domain.Room{}, err
	}
	room.room = change.Apply(room.room)
	room.room.UpdatedAt = at
	return room.room, nil
}

func (s *Store) AddParticipant(ctx context.Context, roomID domain.ID, participant domain.Participant, _ domain.ID, at time.Time) (domain.Room, bool, error) {
	leave, err := s.enter(ctx, "AddParticipant")
	defer leave()
	if err != nil {
		return domain.Room{}, false, err
	}
	room, err := s.room(roomID)
	if err != nil || room.room.HasParticipant(participant.UserID) {
		return domain.Room{}, false, err
	}
	room.room.Participants = append(slices.Clone(room.room.Participants), participant)
	room.room.UpdatedAt = at
	return room.room, true, nil
}

func (s *Store) RemoveParticipant(ctx context.Context, roomID, userID domain.ID, at time.Time) (domain.Room, *domain.Participant, error) {
	leave, err := s.enter(ctx, "RemoveParticipant")
	defer leave()
	if err != nil {
		return domain.Room{}, nil, err
	}
	room, err := s.room(roomID)
	if err != nil {
		return domain.Room{}, nil, err
	}
	i := slices.IndexFunc(room.room.Participants, func(p domain.Participant) bool { return p.UserID == userID })
	if i < 0 {
		return room.room, nil, nil
	}
	left := room.room.Participants[i]
	room.room.Participants = slices.Delete(slices.Clone(room.room.Participants), i, i+1)
	room.room.UpdatedAt = at
	return room.room, &left, nil
}

func (s *Store) RoomIDs(ctx context.Context, userID domain.ID) ([]domain.ID, error) {
	leave, err := s.enter(ctx, "RoomIDs")
	defer leave()
	if err != nil {
		return nil, err
	}
	var ids []domain.ID
	for id, room := range s.rooms {
		if room.room.HasParticipant(userID) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids, nil
}

func (s *Store) RoomsUpdatedSince(ctx context.Context, since time.Time) ([]domain.Room, error) {
	leave, err := s.enter(ctx, "RoomsUpdatedSince")
	defer leave()
	if err != nil {
		return nil, err
	}
	var rooms []domain.Room
	for _, room := range s.rooms {
		if !room.room.UpdatedAt.Before(since) {
			rooms = append(rooms, room.room)
		}
	}
	return rooms, nil
}

// UsersByID knows everybody by name.
func (s *Store) UsersByID(ctx context.Context, ids []domain.ID) ([]domain.User, error) {
	leave, err := s.enter(ctx, "UsersByID")
	defer leave()
	if err != nil {
		return nil, err
	}
	users := make([]domain.User, len(ids))
	for i, id := range ids {
		users[i] = domain.User{ID: id, Username: "user-" + string(id)}
	}
	return users, nil
}

func (s *Store) RoomView(ctx context.Context, id domain.ID, viewer domain.Viewer) (domain.RoomView, error) {
	leave, err := s.enter(ctx, "RoomView")
	defer leave()
	if err != nil {
		return domain.RoomView{}, err
	}
	room, err := s.room(id)
	if err != nil {
		return domain.RoomView{}, err
	}
	return room.view(viewer), nil
}

func (d *roomData) view(viewer domain.Viewer) domain.RoomView {
	view := domain.RoomView{Room: d.room, Activity: d.room.ID}
	for _, m := range d.messages {
		if !visible(viewer, m) {
			continue
		}
		view.LastSeq = m.Seq
		if m.Type == domain.MessageNote {
			continue
		}
		view.Activity, view.LastMessage = m.ID, m
		if m.UserID != viewer.UserID && m.Seq > d.receipts[viewer.UserID].Seq && d.room.HasParticipant(viewer.UserID) {
			view.UnreadCount++
		}
	}
	return view
}

func (s *Store) RoomViews(ctx context.Context, query domain.RoomQuery) ([]domain.RoomView, error) {
	leave, err := s.enter(ctx, "RoomViews")
	defer leave()
	if err != nil {
		return nil, err
	}
	var views []domain.RoomView
	for _, room := range s.rooms {
		if !query.All && !room.room.HasParticipant(query.Viewer.UserID) {
			continue
		}
		if view := room.view(query.Viewer); query.Before == "" || view.Activity < query.Before {
			views = append(views, view)
		}
	}
	slices.SortFunc(views, func(a, b domain.RoomView) int { return cmp.Compare(b.Activity, a.Activity) })
	return views[:min(len(views), query.Limit)], nil
}

func (s *Store) MarkRead(ctx context.Context, roomID, userID domain.ID, seq int64, at time.Time) (domain.Receipt, bool, error) {
	leave, err := s.enter(ctx, "MarkRead")
	defer leave()
	if err != nil {
		return domain.Receipt{}, false, err
	}
	room, err := s.room(roomID)
	if err != nil || seq <= room.receipts[userID].Seq {
		return domain.Receipt{}, false, err
	}
	receipt := domain.Receipt{RoomID: roomID, UserID: userID, Username: "user-" + string(userID), Seq: seq, ReadAt: at}
	room.receipts[userID] = receipt
	return receipt, true, nil
}

func (s *Store) Receipts(ctx context.Context, roomIDs ...domain.ID) ([]domain.Receipt, error) {
	leave, err := s.enter(ctx, "Receipts")
	defer leave()
	if err != nil {
		return nil, err
	}
	var receipts []domain.Receipt
	for _, id := range roomIDs {
		room := s.rooms[id]
		for _, p := range room.room.Participants {
			receipt := domain.Receipt{RoomID: id, UserID: p.UserID, Username: p.Username}
			if read, found := room.receipts[p.UserID]; found {
				receipt.Seq, receipt.ReadAt = read.Seq, read.ReadAt
			}
			receipts = append(receipts, receipt)
		}
	}
	return receipts, nil
}
