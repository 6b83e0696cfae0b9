package repositorytest

import (
	"time"

	"dentalk/domain"
)

func leaseTakenOver(w *world) {
	clinic := w.clinic()
	w.pending(w.room(clinic), clinic, "hello")
	first := w.claim(1)[0]
	w.clock.advance(lease - time.Millisecond)
	w.same("claimed early", w.claim(1), []domain.EnrichmentTask(nil))
	w.clock.advance(time.Millisecond)
	second := w.claim(1)[0]
	w.same("attempt", second.Attempt, 2)
	w.same("message", second.Message, first.Message)
	if second.Lease == first.Lease {
		w.Fatal("both workers hold the same lease")
	}
}

func staleRefused(w *world) {
	clinic := w.clinic()
	room := w.room(clinic)
	message := w.pending(room, clinic, "hello")
	first := w.claim(1)[0]
	w.clock.advance(lease)
	second := w.claim(1)[0]
	w.same("saved with a lost lease", w.save(resultOf(first, done())), []domain.Message(nil))
	forged := resultOf(second, done())
	forged.Lease = ""
	w.same("saved without a lease", w.save(forged), []domain.Message(nil))
	stored, err := w.store.Message(w.ctx, room.ID, message.ID, eyes(clinic))
	w.must(err)
	w.same("stored", stored, message)

	w.enrich(second)
	w.same("saved twice", w.save(resultOf(second, domain.Enrichment{State: domain.EnrichmentFailed})), []domain.Message(nil))

	// In a batch the others stand.
	w.pending(room, clinic, "next")
	third := w.claim(1)[0]
	saved := w.save(resultOf(first, done()), resultOf(third, done()))
	w.same("saved of both", idsOf(saved), []domain.ID{third.Message.ID})
}

func lateAccepted(w *world) {
	clinic := w.clinic()
	w.pending(w.room(clinic), clinic, "hello")
	task := w.claim(1)[0]
	w.clock.advance(2 * lease)
	w.enrich(task)
}

func resultRetried(w *world) {
	clinic := w.clinic()
	room := w.room(clinic)
	w.pending(room, clinic, "hello")
	task := w.claim(1)[0]
	half := done()
	half.State, half.Translations = domain.EnrichmentPending, nil
	result := resultOf(task, half)
	result.RetryAt = w.now().Add(10 * time.Second)
	saved := w.save(result)
	w.same("saved", saved[0].Enrichment, half)

	w.same("lease is given up", w.save(resultOf(task, done())), []domain.Message(nil))
	w.clock.advance(10*time.Second - time.Millisecond)
	w.same("claimed early", w.claim(1), []domain.EnrichmentTask(nil))
	w.clock.advance(time.Millisecond)
	again := w.claim(1)[0]
	w.same("attempt", again.Attempt, 2)
	w.same("enrichment", again.Message.Enrichment, half)
}

func nextKnown(w *world) {
	next := func() time.Time {
		w.Helper()
		at, err := w.store.NextEnrichment(w.ctx)
		w.must(err)
		return at
	}
	clinic := w.clinic()
	room := w.room(clinic)
	w.post(room, clinic, "off")
	w.same("nothing waits", next().IsZero(), true)
	w.pending(room, clinic, "hello")
	born := w.now()
	w.same("due at once", next(), born)
	task := w.claim(1)[0]
	w.same("due when the lease ends", next(), w.now().Add(lease))
	w.clock.advance(time.Second)
	w.pending(room, clinic, "later")
	w.same("the earlier of two", next(), w.now())
	w.enrich(w.claim(1)[0])
	w.enrich(task)
	w.same("nothing waits any more", next().IsZero(), true)
}

func claimRace(w *world) {
	clinic := w.clinic()
	room := w.room(clinic)
	w.backlog(room, clinic, 15)
	for range 15 {
		w.pending(room, clinic, "hello")
	}
	claims := make([][]domain.EnrichmentTask, 10)
	together(len(claims), func(i int) {
		for range 10 {
			tasks, err := w.store.ClaimEnrichments(w.ctx, domain.Claim{Limit: 2, Lease: lease, First: i%2 == 0})
			if err != nil {
				w.Errorf("claim: %v", err)
			}
			claims[i] = append(claims[i], tasks...)
		}
	})
	w.claimedOnce(claims, 30)
}

// claimedOnce checks that the claims hold count messages, none of them twice.
func (w *world) claimedOnce(claims [][]domain.EnrichmentTask, count int) {
	w.Helper()
	seen := make(map[domain.ID]bool)
	for _, tasks := range claims {
		for _, task := range tasks {
			if seen[task.Message.ID] {
				w.Fatalf("message %s was claimed twice", task.Message.ID)
			}
			seen[task.Message.ID] = true
		}
	}
	w.same("claimed", len(seen), count)
}
