package streamstest

import (
	"context"
	"time"

	"dentalk/domain"
)

func (s *Store) EraseMessages(ctx context.Context, target domain.ErasureTarget, after domain.ID, limit int, at time.Time) ([]domain.Message, error) {
	leave, err := s.enter(ctx, "EraseMessages")
	defer leave()
	if err != nil {
		return nil, err
	}
	var erased []domain.Message
	for _, m := range s.all[s.search(after):] {
		if len(erased) == limit {
			break
		}
		if isTarget(target, m) && m.ErasedAt.IsZero() {
			erased = append(erased, *m)
			*m = m.Erased(target, at)
			s.enriched = append(s.enriched, savedEnrichment{m.ID, now()})
		}
	}
	return erased, nil
}

func isTarget(target domain.ErasureTarget, m *domain.Message) bool {
	return m.ID == target.MessageID || m.RoomID == target.RoomID || m.UserID == target.UserID
}

func (s *Store) EraseRoom(ctx context.Context, id domain.ID, at time.Time) (domain.Room, error) {
	leave, err := s.enter(ctx, "EraseRoom")
	defer leave()
	if err != nil {
		return domain.Room{}, err
	}
	room, err := s.room(id)
	if err != nil {
		return domain.Room{}, err
	}
	room.room.Name, room.room.Status, room.room.UpdatedAt = room.room.OrderID, domain.RoomArchived, at
	return room.room, nil
}
