package streams

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"dentalk/domain"
)

// publishTimeout bounds how long a write, which is committed already, waits for the broker.
const publishTimeout = 2 * time.Second

// Store is the store that publishes, wrapped around another: after each commit it tells the
// broker. What the broker misses is repaired by the hubs, so a failure to publish fails nothing.
// It is safe for concurrent use.
type Store struct {
	domain.Store
	broker domain.Broker
	log    *slog.Logger
	line   *line
	// silent is true after a publish that failed, so that an outage is logged once.
	silent atomic.Bool
	ring   func()
}

var _ domain.Store = (*Store)(nil)

// NewStore wraps inner and starts the line of appends; Close ends it.
func NewStore(inner domain.Store, broker domain.Broker, log *slog.Logger) *Store {
	s := &Store{Store: inner, broker: broker, log: log, ring: func() {}}
	s.line = newLine(inner, s.appended)
	return s
}

// OnEnrichmentDue sets what is called after a commit that left messages pending. It must be set
// before the store is used, and ring must not block.
func (s *Store) OnEnrichmentDue(ring func()) { s.ring = ring }

// Close ends the line of appends, waits for those in it and closes the inner store.
func (s *Store) Close() error {
	s.line.close()
	return s.Store.Close()
}

// AppendMessages lines the drafts up with those of other callers, so that one commit carries many.
// A full line is KindUnavailable at once. A caller whose context ends stops waiting; its messages
// may be committed all the same, which their keys tell when it comes again.
func (s *Store) AppendMessages(ctx context.Context, drafts []domain.Draft) ([]domain.Appended, error) {
	return s.line.append(ctx, drafts)
}

// appended is called by the line, one group after the other, which keeps the order of publishing
// the order of the commits.
func (s *Store) appended(group []domain.Appended) {
	events := make([]domain.Event, 0, len(group))
	pending := false
	for i := range group {
		one := &group[i]
		if one.Err != nil || one.Replayed {
			continue
		}
		pending = pending || one.Message.Enrichment.State == domain.EnrichmentPending
		events = append(events, messageCreated(&one.Message))
	}
	s.publish(context.Background(), events...)
	if pending {
		s.ring()
	}
}

// SaveEnrichments publishes message.enriched for each message that was saved, never ahead of its
// message.created: an append of nothing passes the line only after what was committed before it is
// published. When the line is full that order is left to the hubs.
func (s *Store) SaveEnrichments(ctx context.Context, results []domain.EnrichmentResult) ([]domain.Message, error) {
	saved, err := s.Store.SaveEnrichments(ctx, results)
	s.enriched(ctx, saved)
	return saved, err
}

// ChangeEnrichment publishes message.enriched as SaveEnrichments does, and rings when the message is
// to be enriched again.
func (s *Store) ChangeEnrichment(ctx context.Context, roomID, messageID domain.ID, change func(domain.Message) (domain.Enrichment, error)) (domain.Message, error) {
	changed, err := s.Store.ChangeEnrichment(ctx, roomID, messageID, change)
	if err != nil {
		return changed, err
	}
	s.enriched(ctx, []domain.Message{changed})
	if changed.Enrichment.State == domain.EnrichmentPending {
		s.ring()
	}
	return changed, nil
}

func (s *Store) enriched(ctx context.Context, saved []domain.Message) {
	events := make([]domain.Event, len(saved))
	for i := range saved {
		events[i] = messageSaved(&saved[i])
	}
	s.publishBehind(ctx, events...)
}

// publishBehind publishes what must not overtake the message.created of its messages.
func (s *Store) publishBehind(ctx context.Context, events ...domain.Event) {
	if len(events) > 0 {
		_, _ = s.line.append(ctx, nil)
	}
	s.publish(ctx, events...)
}

// publish tells the broker, also when the caller has gone meanwhile: the commit stands.
func (s *Store) publish(ctx context.Context, events ...domain.Event) {
	if len(events) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), publishTimeout)
	defer cancel()
	err := s.broker.Publish(ctx, events...)
	if err == nil {
		s.silent.Store(false)
		return
	}
	if !s.silent.Swap(true) && !errors.Is(err, context.Canceled) {
		s.log.Warn("events were not published; streams catch up from the store", "error", err)
	}
}

func messageCreated(m *domain.Message) domain.Event {
	return domain.Event{Name: domain.EventMessageCreated, RoomID: m.RoomID, Message: m}
}

// messageSaved is the event of the message's enrichment, or of its erasure, which ends that.
func messageSaved(m *domain.Message) domain.Event {
	if !m.ErasedAt.IsZero() {
		return domain.Event{Name: domain.EventMessageErased, RoomID: m.RoomID, Message: m}
	}
	return domain.Event{Name: domain.EventMessageEnriched, RoomID: m.RoomID, Message: m}
}
