package streams_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dentalk/domain"
	"dentalk/streams"
	"dentalk/streams/membroker"
	"dentalk/streams/streamstest"
)

// heard is a store that publishes, with what it published.
type heard struct {
	*streams.Store
	memory *streamstest.Store
	room   domain.ID
	mu     sync.Mutex
	events []domain.Event
}

func newHeard(t *testing.T) *heard {
	t.Helper()
	h := &heard{memory: streamstest.NewStore()}
	broker := membroker.New()
	h.Store = streams.NewStore(h.memory, broker, slog.New(slog.DiscardHandler))
	subscription := broker.Subscribe(func(event domain.Event) {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.events = append(h.events, event)
	})
	if err := subscription.Watch(t.Context(), domain.TopicEveryRoom, domain.TopicSessions); err != nil {
		t.Fatal(err)
	}
	h.room = h.memory.NewID()
	if _, _, err := h.memory.CreateRoom(t.Context(), domain.Room{ID: h.room}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := h.Close(); err != nil {
			t.Error(err)
		}
		if !h.memory.Closed() {
			t.Error("the inner store was not closed")
		}
	})
	return h
}

func (h *heard) published() []domain.Event {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]domain.Event(nil), h.events...)
}

// block holds every append back until release is called, and counts the commits.
func (h *heard) block() (entered <-chan struct{}, release func(), commits *int) {
	entering, gate := make(chan struct{}, 100), make(chan struct{})
	commits = new(int)
	h.memory.Before(func(_ context.Context, method string) error {
		if method == "AppendMessages" {
			*commits++
			entering <- struct{}{}
			<-gate
		}
		return nil
	})
	return entering, sync.OnceFunc(func() { close(gate) }), commits
}

func TestAppendsAreCommittedInGroupsAndPublishedInOrder(t *testing.T) {
	h := newHeard(t)
	entered, release, commits := h.block()
	const callers = 100
	var group sync.WaitGroup
	call := func(i int) {
		appended, err := h.AppendMessages(t.Context(), []domain.Draft{draft(h.room, itoa(int64(i))), draft(h.room, "second")})
		if err != nil || len(appended) != 2 || appended[0].Message.Text != itoa(int64(i)) {
			t.Errorf("caller %d got %v, %v", i, appended, err)
		}
	}
	group.Go(func() { call(0) })
	<-entered
	for i := 1; i < callers; i++ {
		group.Go(func() { call(i) })
	}
	eventually(t, "everybody waits", func() bool { return h.Waiting() == callers-1 })
	release()
	group.Wait()
	eventually(t, "everything is published", func() bool { return len(h.published()) == 2*callers })
	for i, event := range h.published() {
		if event.Message.Seq != int64(i)+1 {
			t.Fatalf("event %d is of seq %d", i, event.Message.Seq)
		}
	}
	if *commits != 2 {
		t.Errorf("%d commits, want 2", *commits)
	}
}

func TestACallerWhoseContextEndsStopsWaiting(t *testing.T) {
	h := newHeard(t)
	entered, release, _ := h.block()
	defer release()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if _, err := h.AppendMessages(ctx, []domain.Draft{draft(h.room, "1")}); domain.KindOf(err) != domain.KindUnavailable {
		t.Errorf("at the deadline: %v, want unavailable", err)
	}
	<-entered
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := h.AppendMessages(canceled, []domain.Draft{draft(h.room, "2")}); !errors.Is(err, context.Canceled) {
		t.Errorf("canceled: %v", err)
	}
}

func TestAFullLineIsUnavailableAtOnce(t *testing.T) {
	h := newHeard(t)
	entered, release, _ := h.block()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var group sync.WaitGroup
	wait := func() { _, _ = h.AppendMessages(ctx, []domain.Draft{draft(h.room, "")}) }
	group.Go(wait)
	<-entered
	for range streams.LineCalls {
		group.Go(wait)
	}
	eventually(t, "the line is full", func() bool { return h.Waiting() == streams.LineCalls })
	if _, err := h.AppendMessages(t.Context(), []domain.Draft{draft(h.room, "")}); domain.KindOf(err) != domain.KindUnavailable {
		t.Errorf("got %v, want unavailable", err)
	}
	release()
	group.Wait()
}

func TestAFailureOfTheGroupIsEverybodys(t *testing.T) {
	h := newHeard(t)
	down := domain.Unavailable("down")
	h.memory.Before(func(context.Context, string) error { return down })
	if _, err := h.AppendMessages(t.Context(), []domain.Draft{draft(h.room, "1")}); !errors.Is(err, down) {
		t.Errorf("got %v", err)
	}
	if events := h.published(); len(events) > 0 {
		t.Errorf("published %v", events)
	}
}

func TestRepetitionsAndFailuresAreNotPublished(t *testing.T) {
	h := newHeard(t)
	rings := 0
	h.OnEnrichmentDue(func() { rings++ })
	one := draft(h.room, "1")
	one.ClientMessageID = "key"
	for i := range 2 {
		appended, err := h.AppendMessages(t.Context(), []domain.Draft{one, draft("nowhere", "2")})
		if err != nil || appended[0].Replayed != (i == 1) || domain.KindOf(appended[1].Err) != domain.KindNotFound {
			t.Errorf("got %v, %v", appended, err)
		}
	}
	due := draft(h.room, "due")
	due.State = domain.EnrichmentPending
	if _, err := h.AppendMessages(t.Context(), []domain.Draft{due}); err != nil {
		t.Fatal(err)
	}
	if err := h.Close(); err != nil { // waits for the line
		t.Fatal(err)
	}
	if events := h.published(); len(events) != 2 {
		t.Errorf("published %v, want two messages", events)
	}
	if rings != 1 {
		t.Errorf("the doorbell rang %d times, want once", rings)
	}
	if _, err := h.AppendMessages(t.Context(), []domain.Draft{due}); domain.KindOf(err) != domain.KindUnavailable {
		t.Errorf("after Close: %v, want unavailable", err)
	}
}

// TestChangesOfAnEnrichmentAreToldAndQueued corrects a message, which queues nothing, and reopens it.
func TestChangesOfAnEnrichmentAreToldAndQueued(t *testing.T) {
	h := newHeard(t)
	rings := 0
	h.OnEnrichmentDue(func() { rings++ })
	appended, err := h.AppendMessages(t.Context(), []domain.Draft{draft(h.room, "1")})
	if err != nil {
		t.Fatal(err)
	}
	message := appended[0].Message
	refused := errors.New("refused")
	for _, change := range []struct {
		state domain.EnrichmentState
		err   error
		rings int
	}{{domain.EnrichmentDone, nil, 0}, {domain.EnrichmentPending, refused, 0}, {domain.EnrichmentPending, nil, 1}} {
		changed, err := h.ChangeEnrichment(t.Context(), h.room, message.ID, func(domain.Message) (domain.Enrichment, error) {
			return domain.Enrichment{State: change.state}, change.err
		})
		if err != change.err || err == nil && changed.Enrichment.State != change.state {
			t.Errorf("got %v, %v", changed, err)
		}
		if rings != change.rings {
			t.Errorf("the doorbell rang %d times, want %d", rings, change.rings)
		}
	}
	var got []string
	for _, event := range h.published() {
		got = append(got, string(event.Name)+" "+string(event.Message.Enrichment.State))
	}
	if diff := cmp.Diff("message.created off, message.enriched done, message.enriched pending", strings.Join(got, ", ")); diff != "" {
		t.Error(diff)
	}
}

func TestAnUnchangedResultIsToldToNobody(t *testing.T) {
	h := newHeard(t)
	appended, err := h.AppendMessages(t.Context(), []domain.Draft{draft(h.room, "1"), draft(h.room, "2")})
	if err != nil {
		t.Fatal(err)
	}
	results := make([]domain.EnrichmentResult, len(appended))
	for i, one := range appended {
		results[i] = domain.EnrichmentResult{RoomID: h.room, MessageID: one.Message.ID, Unchanged: i == 0}
	}
	for _, batch := range [][]domain.EnrichmentResult{results[:1], results} {
		if _, err := h.SaveEnrichments(t.Context(), batch); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	for _, event := range h.published() {
		got = append(got, string(event.Name)+" "+event.Message.Text)
	}
	if diff := cmp.Diff("message.created 1, message.created 2, message.enriched 2", strings.Join(got, ", ")); diff != "" {
		t.Error(diff)
	}
}

func TestWritesArePublishedWhenTheyChangedSomething(t *testing.T) {
	h := newHeard(t)
	ctx, at := t.Context(), time.Now()
	for range 2 { // the second round changes nothing
		_, _, err1 := h.CreateRoom(ctx, domain.Room{ID: "aaaaaaaaaaaaaaaaaaaaaaaa"})
		_, _, err2 := h.AddParticipant(ctx, h.room, lab("ann"), "", at)
		_, _, err3 := h.MarkRead(ctx, h.room, "ann", 1, at)
		if err := errors.Join(err1, err2, err3); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		if _, _, err := h.RemoveParticipant(ctx, h.room, "ann", at); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	for _, event := range h.published() {
		got = append(got, string(event.Name))
	}
	if diff := cmp.Diff("room.created participant.joined receipt.read participant.left", strings.Join(got, " ")); diff != "" {
		t.Error(diff)
	}
}
