package streams

import (
	"context"
	"time"

	"dentalk/domain"
)

// EraseMessages publishes message.erased for each message that was erased, all together. The events
// hold the messages as they are now, with nothing of what they said.
func (s *Store) EraseMessages(ctx context.Context, target domain.ErasureTarget, after domain.ID, limit int, now time.Time) ([]domain.Message, error) {
	erased, err := s.Store.EraseMessages(ctx, target, after, limit, now)
	events := make([]domain.Event, len(erased))
	for i := range erased {
		blank := erased[i].Erased(target, now)
		events[i] = messageSaved(&blank)
	}
	s.publishBehind(ctx, events...)
	return erased, err
}

// EraseRoom publishes room.updated.
func (s *Store) EraseRoom(ctx context.Context, id domain.ID, now time.Time) (domain.Room, error) {
	room, err := s.Store.EraseRoom(ctx, id, now)
	if err == nil {
		s.publish(ctx, domain.Event{Name: domain.EventRoomUpdated, RoomID: room.ID, Room: &room})
	}
	return room, err
}
