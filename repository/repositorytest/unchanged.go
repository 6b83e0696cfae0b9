package repositorytest

import (
	"time"

	"dentalk/domain"
)

// unchanged is a result that gives the message back; its enrichment must not be looked at.
func (w *world) unchanged(task domain.EnrichmentTask) domain.EnrichmentResult {
	result := resultOf(task, done())
	result.Unchanged, result.RetryAt = true, w.now().Add(10*time.Second)
	return result
}

// resultUnchanged has a message with an earlier save and one without.
func resultUnchanged(w *world) {
	clinic := w.clinic()
	room := w.room(clinic)
	w.pending(room, clinic, "saved before")
	w.retry(w.claim(1)[0], 0)
	w.pending(room, clinic, "never saved")
	w.clock.advance(time.Second)
	tasks := w.claim(2)
	replay := domain.Replay{Viewer: eyes(clinic), All: true, After: tasks[1].Message.ID, Limit: 10}
	before, err := w.store.EnrichedSince(w.ctx, replay, time.Time{})
	w.must(err)
	w.same("saves before", len(before), 1)
	w.clock.advance(time.Second)
	w.same("given", w.save(w.unchanged(tasks[0]), w.unchanged(tasks[1])), []domain.Message(nil))

	due := w.now().Add(10 * time.Second)
	for _, task := range tasks {
		stored, err := w.store.Message(w.ctx, room.ID, task.Message.ID, eyes(clinic))
		w.must(err)
		w.same("stored", stored, task.Message)
		w.same("lease is given up", w.save(resultOf(task, done())), []domain.Message(nil))
	}
	w.same("saves since", w.enriched(replay, before[0].UpdatedAt.Add(time.Millisecond)), []domain.ID(nil))
	w.same("saves in all", w.enriched(replay, time.Time{}), idsOf(before))
	next, err := w.store.NextEnrichment(w.ctx)
	w.must(err)
	w.same("due", next, due)

	w.clock.advance(10*time.Second - time.Millisecond)
	w.same("claimed early", w.claim(2), []domain.EnrichmentTask(nil))
	w.clock.advance(time.Millisecond)
	for _, task := range w.claim(2) {
		w.same("attempt", task.Attempt > 1, true)
		w.enrich(task)
	}
	w.sameSet("saves afterwards", w.enriched(replay, due), idsOf([]domain.Message{tasks[0].Message, tasks[1].Message}))
}

func staleUnchanged(w *world) {
	clinic := w.clinic()
	room := w.room(clinic)
	w.pending(room, clinic, "hello")
	first := w.claim(1)[0]
	w.clock.advance(lease)
	second := w.claim(1)[0]
	stale := w.unchanged(first)
	stale.RetryAt = w.now()
	w.same("given", w.save(stale), []domain.Message(nil))
	w.same("claimed by a third", w.claim(1), []domain.EnrichmentTask(nil))

	// In a batch the others stand.
	w.pending(room, clinic, "next")
	third := w.claim(1)[0]
	w.same("saved of the batch", idsOf(w.save(stale, w.unchanged(third), resultOf(second, done()))), []domain.ID{second.Message.ID})
	w.same("saved after the save", w.save(w.unchanged(second)), []domain.Message(nil))
	stored, err := w.store.Message(w.ctx, room.ID, second.Message.ID, eyes(clinic))
	w.must(err)
	w.same("stored", stored.Enrichment, done())
}
