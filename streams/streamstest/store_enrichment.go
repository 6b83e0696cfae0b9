package streamstest

import (
	"context"
	"time"

	"dentalk/domain"
)

type savedEnrichment struct {
	id domain.ID
	at time.Time
}

func (s *Store) EnrichedSince(ctx context.Context, replay domain.Replay, since time.Time) ([]domain.Message, error) {
	leave, err := s.enter(ctx, "EnrichedSince")
	defer leave()
	if err != nil {
		return nil, err
	}
	var found []domain.Message
	for _, one := range s.enriched {
		m := s.byID[one.id]
		if !one.at.Before(since) && m.ID <= replay.After && selected(replay, m) && len(found) < replay.Limit {
			found = append(found, *m)
		}
	}
	return found, nil
}

func (s *Store) SaveEnrichments(ctx context.Context, results []domain.EnrichmentResult) ([]domain.Message, error) {
	leave, err := s.enter(ctx, "SaveEnrichments")
	defer leave()
	if err != nil {
		return nil, err
	}
	var saved []domain.Message
	for _, result := range results {
		if result.Unchanged {
			continue
		}
		saved = append(saved, s.enrich(s.byID[result.MessageID], result.Enrichment))
	}
	return saved, nil
}

// enrich stores the enrichment; the lock is held.
func (s *Store) enrich(stored *domain.Message, e domain.Enrichment) domain.Message {
	m := *stored // messages that were given out do not change
	m.Enrichment, m.UpdatedAt = e, now()
	*stored = m
	s.enriched = append(s.enriched, savedEnrichment{m.ID, m.UpdatedAt})
	return m
}

func (s *Store) ChangeEnrichment(ctx context.Context, roomID, messageID domain.ID, change func(domain.Message) (domain.Enrichment, error)) (domain.Message, error) {
	leave, err := s.enter(ctx, "ChangeEnrichment")
	defer leave()
	if err != nil {
		return domain.Message{}, err
	}
	stored := s.byID[messageID]
	if stored == nil || stored.RoomID != roomID {
		return domain.Message{}, domain.NotFound("message")
	}
	next, err := change(*stored)
	if err != nil {
		return domain.Message{}, err
	}
	return s.enrich(stored, next), nil
}
