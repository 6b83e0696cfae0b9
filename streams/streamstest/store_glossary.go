package streamstest

import (
	"context"

	"dentalk/domain"
)

type usageKey struct {
	month    domain.Month
	provider string
}

func (s *Store) AddUsage(ctx context.Context, month domain.Month, provider string, more domain.Usage) (domain.Usage, error) {
	leave, err := s.enter(ctx, "AddUsage")
	defer leave()
	if err != nil {
		return domain.Usage{}, err
	}
	counted := s.usage[usageKey{month, provider}]
	counted.Calls += more.Calls
	counted.Characters += more.Characters
	s.usage[usageKey{month, provider}] = counted
	return counted, nil
}

func (s *Store) GlossaryChanges(ctx context.Context, after int64, limit int) ([]domain.GlossaryChange, error) {
	leave, err := s.enter(ctx, "GlossaryChanges")
	defer leave()
	if err != nil {
		return nil, err
	}
	changes := s.glossary[min(max(after, 0), int64(len(s.glossary))):]
	return append([]domain.GlossaryChange(nil), changes[:min(limit, len(changes))]...), nil
}

func (s *Store) AppendGlossaryChange(ctx context.Context, change domain.GlossaryChange) error {
	leave, err := s.enter(ctx, "AppendGlossaryChange")
	defer leave()
	if err != nil {
		return err
	}
	if change.Version != int64(len(s.glossary))+1 {
		return domain.Conflict("glossary_changed", "The glossary has changed meanwhile.")
	}
	s.glossary = append(s.glossary, change)
	return nil
}
