package repositorytest

import (
	"sync/atomic"

	"dentalk/domain"
)

func changeRace(w *world) {
	w.changeTogether(func(int) domain.Store { return w.store })
}

// changeTogether lets operators change one message while workers claim and save it. Each change adds
// one to what is stored, and each save stores what its claim has seen.
func (w *world) changeTogether(store func(i int) domain.Store) {
	w.Helper()
	clinic := w.clinic()
	message := w.pending(w.room(clinic), clinic, "hello")
	const operators, each, workers = 6, 6, 2
	var changed atomic.Int32
	together(operators+workers, func(i int) {
		if i >= operators {
			for changed.Load() < operators {
				w.work(store(i))
			}
			return
		}
		defer changed.Add(1)
		for range each {
			if _, err := store(i).ChangeEnrichment(w.ctx, message.RoomID, message.ID, reopened); err != nil {
				w.Errorf("change: %v", err)
			}
		}
	})
	w.same("changes", w.stored(message).Enrichment.Reopened, operators*each)
}

func (w *world) work(store domain.Store) {
	tasks, err := store.ClaimEnrichments(w.ctx, domain.Claim{Limit: 1, Lease: lease})
	if err != nil {
		w.Errorf("claim: %v", err)
	}
	for _, task := range tasks {
		e := task.Message.Enrichment
		e.State = domain.EnrichmentDone
		if _, err := store.SaveEnrichments(w.ctx, []domain.EnrichmentResult{resultOf(task, e)}); err != nil {
			w.Errorf("save: %v", err)
		}
	}
}
