package streamstest

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dentalk/domain"
)

// patience is how long the suite waits for what a broker delivers asynchronously.
const patience = 10 * time.Second

// RunBroker is the suite that every implementation of domain.Broker passes when nothing fails
// around it. open gives a broker that the suite alone uses; the caller ends it.
func RunBroker(t *testing.T, open func() domain.Broker) {
	tests := map[string]func(*testing.T, domain.Broker){
		"delivers in order":              deliversInOrder,
		"delivers what is watched":       deliversWhatIsWatched,
		"delivers once to two topics":    deliversOnce,
		"reaches every subscription":     reachesEverySubscription,
		"stops at Unwatch":               stopsAtUnwatch,
		"stops at Close":                 stopsAtClose,
		"carries every event whole":      carriesEveryEvent,
		"takes concurrent calls":         takesConcurrentCalls,
		"is healthy when nothing failed": isHealthy,
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) { test(t, open()) })
	}
}

// ear collects what a subscription delivers.
type ear struct {
	domain.Subscription
	mu    sync.Mutex
	heard []domain.Event
	more  chan struct{}
}

func listen(t *testing.T, broker domain.Broker, topics ...domain.Topic) *ear {
	t.Helper()
	e := &ear{more: make(chan struct{}, 1)}
	e.Subscription = broker.Subscribe(e.hear)
	t.Cleanup(e.Close)
	if err := e.Watch(t.Context(), topics...); err != nil {
		t.Fatalf("Watch: %v", err)
	}
	return e
}

func (e *ear) hear(event domain.Event) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.heard = append(e.heard, event)
	select {
	case e.more <- struct{}{}:
	default:
	}
}

func (e *ear) events() []domain.Event {
	e.mu.Lock()
	defer e.mu.Unlock()
	return append([]domain.Event(nil), e.heard...)
}

// wait gives the events once there are n, or fails.
func (e *ear) wait(t *testing.T, n int) []domain.Event {
	t.Helper()
	deadline := time.After(patience)
	for {
		if heard := e.events(); len(heard) >= n {
			return heard
		}
		select {
		case <-e.more:
		case <-deadline:
			t.Fatalf("heard %d events, want %d", len(e.events()), n)
		}
	}
}

func publish(t *testing.T, broker domain.Broker, events ...domain.Event) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := broker.Publish(ctx, events...); err != nil {
		t.Fatalf("Publish: %v", err)
	}
}

func roomID(n int) domain.ID { return domain.ID(fmt.Sprintf("%024x", n)) }

func created(room domain.ID, seq int64) domain.Event {
	at := time.Date(2026, 3, 4, 5, 6, 7, 8e6, time.UTC)
	return domain.Event{Name: domain.EventMessageCreated, RoomID: room, Message: &domain.Message{
		ID: roomID(int(seq)), RoomID: room, Seq: seq, Type: domain.MessageText, Text: "Körper 치아", CreatedAt: at, UpdatedAt: at,
	}}
}

func seqs(events []domain.Event) (seqs []int64) {
	for _, event := range events {
		seqs = append(seqs, event.Message.Seq)
	}
	return seqs
}

func deliversInOrder(t *testing.T, broker domain.Broker) {
	e := listen(t, broker, domain.RoomTopic(roomID(1)))
	var want []int64
	for seq := int64(1); seq <= 100; seq++ {
		publish(t, broker, created(roomID(1), seq))
		want = append(want, seq)
	}
	if diff := cmp.Diff(want, seqs(e.wait(t, 100))); diff != "" {
		t.Error(diff)
	}
}

func deliversWhatIsWatched(t *testing.T, broker domain.Broker) {
	e := listen(t, broker, domain.RoomTopic(roomID(1)))
	publish(t, broker, created(roomID(2), 1), created(roomID(1), 2))
	if diff := cmp.Diff([]int64{2}, seqs(e.wait(t, 1))); diff != "" {
		t.Error(diff)
	}
}

func deliversOnce(t *testing.T, broker domain.Broker) {
	e := listen(t, broker, domain.RoomTopic(roomID(1)), domain.TopicEveryRoom)
	publish(t, broker, created(roomID(1), 1), created(roomID(1), 2))
	if diff := cmp.Diff([]int64{1, 2}, seqs(e.wait(t, 2))); diff != "" {
		t.Error(diff)
	}
}

func reachesEverySubscription(t *testing.T, broker domain.Broker) {
	one := listen(t, broker, domain.TopicEveryRoom)
	other := listen(t, broker, domain.RoomTopic(roomID(1)))
	publish(t, broker, created(roomID(1), 1))
	one.wait(t, 1)
	other.wait(t, 1)
}

func stopsAtUnwatch(t *testing.T, broker domain.Broker) {
	e := listen(t, broker, domain.RoomTopic(roomID(1)), domain.RoomTopic(roomID(2)))
	publish(t, broker, created(roomID(1), 1))
	e.wait(t, 1)
	e.Unwatch(domain.RoomTopic(roomID(1)))
	// Unwatch may take effect a little later; what comes of the other room tells that it is over.
	publish(t, broker, created(roomID(2), 2))
	e.wait(t, 2)
	if err := e.Watch(t.Context(), domain.RoomTopic(roomID(1))); err != nil {
		t.Fatalf("Watch again: %v", err)
	}
	publish(t, broker, created(roomID(1), 3))
	if diff := cmp.Diff([]int64{1, 2, 3}, seqs(e.wait(t, 3))); diff != "" {
		t.Error(diff)
	}
}

func stopsAtClose(t *testing.T, broker domain.Broker) {
	e := listen(t, broker, domain.TopicEveryRoom)
	other := listen(t, broker, domain.TopicEveryRoom)
	e.Close()
	publish(t, broker, created(roomID(1), 1))
	other.wait(t, 1)
	if heard := e.events(); len(heard) > 0 {
		t.Errorf("heard after Close: %v", heard)
	}
}

func carriesEveryEvent(t *testing.T, broker domain.Broker) {
	at := time.Date(2026, 3, 4, 5, 6, 7, 8e6, time.UTC)
	participant := domain.Participant{UserID: roomID(7), Username: "jin", Role: domain.RoleLab, Language: "ko"}
	room := domain.Room{ID: roomID(1), OrderID: "A-1", Name: "A-1", Status: domain.RoomOpen, CreatedAt: at, UpdatedAt: at, Participants: []domain.Participant{participant}}
	enriched := created(roomID(1), 1)
	enriched.Name = domain.EventMessageEnriched
	enriched.Message.Enrichment = domain.Enrichment{
		State: domain.EnrichmentDone, Translations: map[string]string{"ko": "치아"},
		Emotion: &domain.Emotion{Sentiment: domain.SentimentNegative, Score: -0.5, Confidence: 0.9},
	}
	erased := created(roomID(1), 2)
	blank := erased.Message.Erased(domain.ErasureTarget{RoomID: roomID(1)}, at.Add(time.Hour))
	erased.Name, erased.Message = domain.EventMessageErased, &blank
	withFile := created(roomID(1), 3)
	withFile.Message.Attachments = []domain.Attachment{{ID: roomID(8), Name: "크라운.stl", ContentType: "model/stl", Size: 84, SHA256: "ab"}}
	want := []domain.Event{
		created(roomID(1), 1), enriched, withFile, erased,
		{Name: domain.EventRoomCreated, RoomID: room.ID, Room: &room},
		{Name: domain.EventRoomUpdated, RoomID: room.ID, Room: &room},
		{Name: domain.EventReceiptRead, RoomID: room.ID, Receipt: &domain.Receipt{RoomID: room.ID, UserID: roomID(7), Username: "jin", Seq: 1, ReadAt: at}},
		{Name: domain.EventTyping, RoomID: room.ID, Participant: &participant, At: at},
		{Name: domain.EventParticipantJoined, RoomID: room.ID, Room: &room, Participant: &participant},
		{Name: domain.EventParticipantLeft, RoomID: room.ID, Room: &room, Participant: &participant},
		{Name: domain.EventSessionEnded, SessionID: roomID(9)},
	}
	e := listen(t, broker, domain.TopicEveryRoom, domain.TopicSessions, domain.UserTopic(roomID(7)))
	publish(t, broker, want...)
	if diff := cmp.Diff(want, e.wait(t, len(want))); diff != "" {
		t.Error(diff)
	}
}

func takesConcurrentCalls(t *testing.T, broker domain.Broker) {
	e := listen(t, broker, domain.TopicEveryRoom)
	const writers, each = 4, 50
	var group sync.WaitGroup
	for writer := range writers {
		group.Go(func() {
			other := broker.Subscribe(func(domain.Event) {})
			defer other.Close()
			for seq := range int64(each) {
				if err := other.Watch(t.Context(), domain.RoomTopic(roomID(writer))); err != nil {
					t.Errorf("Watch: %v", err)
				}
				if err := broker.Publish(t.Context(), created(roomID(writer), seq)); err != nil {
					t.Errorf("Publish: %v", err)
				}
				other.Unwatch(domain.RoomTopic(roomID(writer)))
			}
		})
	}
	group.Wait()
	e.wait(t, writers*each)
}

func isHealthy(t *testing.T, broker domain.Broker) {
	if !listen(t, broker, domain.TopicSessions).Healthy() {
		t.Error("not healthy")
	}
}
