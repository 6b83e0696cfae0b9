package repositorytest

import (
	"sync/atomic"
	"time"

	"dentalk/domain"
)

// erasedUnderLease has a message for each thing that a worker may do with it afterwards.
func erasedUnderLease(w *world) {
	clinic := w.clinic()
	room := w.room(clinic, w.lab())
	for range 3 {
		w.pending(room, clinic, "hello")
	}
	waits := w.pending(room, clinic, "never claimed")
	tasks := w.claim(3)
	again := resultOf(tasks[1], domain.Enrichment{State: domain.EnrichmentPending, Translations: map[string]string{"ko": "안녕"}})
	again.RetryAt = w.now()
	results := []domain.EnrichmentResult{resultOf(tasks[0], done()), again, w.unchanged(tasks[2])}
	target, at := domain.ErasureTarget{RoomID: room.ID}, w.now()
	w.erase(target, domain.ZeroID, 10)
	before := []domain.Message{tasks[0].Message, tasks[1].Message, tasks[2].Message, waits}
	check := func() {
		w.Helper()
		for _, m := range before {
			w.sameErased(w.stored(m), m, target, at)
		}
		next, err := w.store.NextEnrichment(w.ctx)
		w.must(err)
		w.same("nothing waits", next.IsZero(), true)
	}
	check()
	w.same("saved", w.save(results...), []domain.Message(nil))
	check()
	w.clock.advance(2 * lease)
	for _, first := range []bool{true, false} {
		w.same("claimed", w.claimAs(domain.Claim{Limit: 10, Lease: lease, First: first}), []domain.EnrichmentTask(nil))
	}
	w.same("saved late", w.save(results...), []domain.Message(nil))
	check()
}

// erasedChanged lets the change see what it must refuse.
func erasedChanged(w *world) {
	clinic := w.clinic()
	before := w.rich(w.room(clinic), clinic, "secret")
	target := domain.ErasureTarget{MessageID: before.ID}
	w.erase(target, domain.ZeroID, 10)
	blank := w.sameErased(w.stored(before), before, target, w.now())
	_, err := w.store.ChangeEnrichment(w.ctx, before.RoomID, before.ID, func(m domain.Message) (domain.Enrichment, error) {
		w.same("given", m, blank)
		return domain.Enrichment{}, domain.Conflict("message_erased", "It was erased.")
	})
	w.fails(err, domain.KindConflict, "message_erased")
	w.same("stored", w.stored(before), blank)
}

func erasedRace(w *world) {
	w.eraseTogether(func(int) domain.Store { return w.store })
}

// eraseTogether erases while messages are claimed, saved and changed, by those who saw them before.
func (w *world) eraseTogether(store func(i int) domain.Store) {
	w.Helper()
	clinic := w.clinic()
	room := w.room(clinic, w.lab())
	const messages, workers = 24, 4
	for range messages {
		w.pending(room, clinic, "hello")
	}
	target := domain.ErasureTarget{RoomID: room.ID}
	var erased atomic.Bool
	together(workers+1, func(i int) {
		if i == workers {
			w.eraseAll(store(i), target)
			erased.Store(true)
			return
		}
		for !erased.Load() {
			w.workOnce(store(i))
		}
	})
	for _, m := range w.history(room, eyes(clinic)) {
		if m.ErasedAt.IsZero() {
			w.Fatalf("message %d is not erased", m.Seq)
		}
		w.sameErased(m, m, target, m.ErasedAt)
	}
	w.clock.advance(2 * lease)
	w.same("claimed", w.claim(messages), []domain.EnrichmentTask(nil))
}

// eraseAll goes through the target in small pages.
func (w *world) eraseAll(store domain.Store, target domain.ErasureTarget) {
	after := domain.ZeroID
	for {
		page, err := store.EraseMessages(w.ctx, target, after, 3, w.now())
		if err != nil {
			w.Errorf("erase: %v", err)
		}
		if len(page) == 0 {
			return
		}
		after = page[len(page)-1].ID
	}
}

// workOnce claims some messages, corrects them as an operator does and saves what came of the claim.
func (w *world) workOnce(store domain.Store) {
	tasks, err := store.ClaimEnrichments(w.ctx, domain.Claim{Limit: 2, Lease: time.Millisecond})
	if err != nil {
		w.Errorf("claim: %v", err)
	}
	for _, task := range tasks {
		_, err := store.ChangeEnrichment(w.ctx, task.Message.RoomID, task.Message.ID, func(m domain.Message) (domain.Enrichment, error) {
			if !m.ErasedAt.IsZero() {
				return domain.Enrichment{}, domain.Conflict("message_erased", "It was erased.")
			}
			return corrected(m)
		})
		if err != nil && domain.CodeOf(err) != "message_erased" {
			w.Errorf("change: %v", err)
		}
	}
	tasks, err = store.ClaimEnrichments(w.ctx, domain.Claim{Limit: 2, Lease: lease})
	if err != nil {
		w.Errorf("claim: %v", err)
	}
	for _, task := range tasks {
		if _, err := store.SaveEnrichments(w.ctx, []domain.EnrichmentResult{resultOf(task, done())}); err != nil {
			w.Errorf("save: %v", err)
		}
	}
}

func erasedNothing(w *world) {
	clinic := w.clinic()
	said := w.post(w.room(clinic), clinic, "hello")
	empty := w.room(clinic)
	for _, target := range []domain.ErasureTarget{{MessageID: w.id()}, {RoomID: w.id()}, {UserID: w.id()}, {RoomID: empty.ID}} {
		w.same("given", w.erase(target, domain.ZeroID, 10), []domain.Message(nil))
	}
	w.same("after the message", w.erase(domain.ErasureTarget{MessageID: said.ID}, said.ID, 10), []domain.Message(nil))
	w.same("stored", w.stored(said), said)
}
