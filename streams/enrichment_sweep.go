package streams

import (
	"context"
	"time"

	"dentalk/domain"
)

const (
	// toldEnrichments bounds how many enrichments and erasures are remembered as told. One that is
	// forgotten is told once more.
	toldEnrichments = 32 << 10
	// newestID is not less than any.
	newestID domain.ID = "ffffffffffffffffffffffff"
)

// sweepEnrichments finds enrichments and erasures whose events were lost, as often as anything may be lost, or
// else every SweepHealthy.
func (h *Hub) sweepEnrichments(ctx context.Context) error {
	s := &h.sweeps
	if h.exact || h.connections.count() == 0 {
		s.enriched, s.enrichedAt = h.config.Now(), time.Now()
		return nil
	}
	if h.zone.healthy() && s.wasHealthy && time.Since(s.enrichedAt) < h.config.SweepHealthy {
		return nil
	}
	s.wasHealthy, s.enrichedAt = h.zone.healthy(), time.Now()
	begun := h.config.Now()
	if err := h.retell(ctx, s.enriched.Add(-enrichmentOverlap)); err != nil {
		return err
	}
	s.enriched = begun
	return nil
}

// retell hands on the enrichments and erasures since a time that no event has told.
func (h *Hub) retell(ctx context.Context, since time.Time) error {
	for pages := newSaves(since); ; {
		messages, err := h.savedSince(ctx, pages)
		if err != nil {
			return err
		}
		fresh, more := pages.take(messages)
		for _, m := range fresh {
			if !h.toldAlready(m) {
				h.toRoom(h.encoding(messageSaved(m), ""))
			}
		}
		if !more {
			return nil
		}
	}
}

func (h *Hub) savedSince(ctx context.Context, pages *saves) ([]domain.Message, error) {
	ctx, cancel := reading(ctx)
	defer cancel()
	replay := domain.Replay{Viewer: domain.Viewer{Notes: true}, All: true, After: newestID, Limit: pages.limit}
	return h.config.Store.EnrichedSince(ctx, replay, pages.since)
}

// toldAlready remembers the newest save of the message, and tells whether it knew it.
func (h *Hub) toldAlready(m *domain.Message) bool {
	known, found := h.told.Get(m.ID)
	if found && known.covers(saveOf(m)) {
		return true
	}
	h.told.Add(m.ID, saveOf(m))
	return false
}

// outdated tells whether the message is as it was before its erasure: of two instances one may save an
// enrichment first and publish it last.
func (h *Hub) outdated(m *domain.Message) bool {
	known, found := h.told.Get(m.ID)
	return found && known.erased && m.ErasedAt.IsZero()
}

// enrichedBefore is how long before the message of a position enrichments are repeated from: what
// was lost until then and not found yet may be among them.
func (h *Hub) enrichedBefore() time.Duration {
	if h.exact {
		return enrichmentOverlap
	}
	return enrichmentOverlap + h.config.SweepHealthy
}
