package streams

import (
	"context"
	"time"

	"dentalk/domain"
)

// CreateRoom publishes room.created when the room is new.
func (s *Store) CreateRoom(ctx context.Context, room domain.Room) (domain.Room, bool, error) {
	stored, created, err := s.Store.CreateRoom(ctx, room)
	if err == nil && created {
		s.publish(ctx, domain.Event{Name: domain.EventRoomCreated, RoomID: stored.ID, Room: &stored})
	}
	return stored, created, err
}

// UpdateRoom publishes room.updated.
func (s *Store) UpdateRoom(ctx context.Context, id domain.ID, change domain.RoomChange, now time.Time) (domain.Room, error) {
	room, err := s.Store.UpdateRoom(ctx, id, change, now)
	if err == nil {
		s.publish(ctx, domain.Event{Name: domain.EventRoomUpdated, RoomID: room.ID, Room: &room})
	}
	return room, err
}

// AddParticipant publishes participant.joined when the room was changed.
func (s *Store) AddParticipant(ctx context.Context, roomID domain.ID, participant domain.Participant, organizationID domain.ID, now time.Time) (domain.Room, bool, error) {
	room, changed, err := s.Store.AddParticipant(ctx, roomID, participant, organizationID, now)
	if err == nil && changed {
		s.publish(ctx, domain.Event{Name: domain.EventParticipantJoined, RoomID: roomID, Room: &room, Participant: &participant})
	}
	return room, changed, err
}

// RemoveParticipant publishes participant.left when somebody left.
func (s *Store) RemoveParticipant(ctx context.Context, roomID, userID domain.ID, now time.Time) (domain.Room, *domain.Participant, error) {
	room, left, err := s.Store.RemoveParticipant(ctx, roomID, userID, now)
	if err == nil && left != nil {
		s.publish(ctx, domain.Event{Name: domain.EventParticipantLeft, RoomID: roomID, Room: &room, Participant: left})
	}
	return room, left, err
}

// MarkRead publishes receipt.read when the marker moved.
func (s *Store) MarkRead(ctx context.Context, roomID, userID domain.ID, seq int64, now time.Time) (domain.Receipt, bool, error) {
	receipt, moved, err := s.Store.MarkRead(ctx, roomID, userID, seq, now)
	if err == nil && moved {
		s.publish(ctx, domain.Event{Name: domain.EventReceiptRead, RoomID: roomID, Receipt: &receipt})
	}
	return receipt, moved, err
}
