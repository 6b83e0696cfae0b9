package repositorytest

import (
	"time"

	"dentalk/domain"
)

// backlog has messages that were claimed once, by a worker that died.
func (w *world) backlog(room domain.Room, user domain.User, count int) {
	w.Helper()
	for range count {
		w.pending(room, user, "hello")
	}
	w.claim(count)
	w.clock.advance(lease)
}

// claimFirst has messages whose retries are due, one before there are new messages and two after.
func claimFirst(w *world) {
	clinic := w.clinic()
	room := w.room(clinic)
	var retried, unclaimed []domain.ID
	for _, wait := range []int{10, 1, 9} {
		retried = append(retried, w.pending(room, clinic, "hello").ID)
		w.retry(w.claim(1)[0], time.Duration(wait)*time.Second)
	}
	for range 3 {
		w.clock.advance(2 * time.Second)
		unclaimed = append(unclaimed, w.pending(room, clinic, "new").ID)
	}
	w.clock.advance(time.Minute - time.Second)
	for _, step := range []struct {
		what  string
		first bool
		limit int
		want  []domain.ID
	}{
		{"the newest", true, 1, unclaimed[2:]},
		{"the oldest due", false, 2, []domain.ID{retried[1], unclaimed[0]}},
		{"no others", true, 10, unclaimed[1:2]},
		{"nothing new", true, 10, nil},
		{"the others", false, 10, []domain.ID{retried[2], retried[0]}},
		{"nothing while the leases hold", false, 10, nil},
	} {
		w.same(step.what, claimedIDs(w.claimAs(domain.Claim{Limit: step.limit, Lease: lease, First: step.first})), step.want)
	}
	w.clock.advance(lease)
	w.same("claimed before", claimedIDs(w.claimAs(domain.Claim{Limit: 10, Lease: lease, First: true})), []domain.ID(nil))
	w.sameSet("when the leases have run out", claimedIDs(w.claim(10)), append(retried, unclaimed...))
}

func claimReopened(w *world) {
	clinic := w.clinic()
	room := w.room(clinic)
	for range 2 {
		w.pending(room, clinic, "hello")
	}
	tasks := w.claim(2)
	w.enrich(tasks[0])
	w.change(tasks[0].Message, reopened)
	w.clock.advance(time.Second)
	w.retry(tasks[1], 0)
	want := []domain.ID{tasks[0].Message.ID}
	w.same("claimed", claimedIDs(w.claimAs(domain.Claim{Limit: 1, Lease: lease, First: true})), want)
}

// retry saves that the task failed and is due again after the wait.
func (w *world) retry(task domain.EnrichmentTask, wait time.Duration) {
	w.Helper()
	result := resultOf(task, domain.Enrichment{State: domain.EnrichmentPending})
	result.RetryAt = w.now().Add(wait)
	w.same("saved", len(w.save(result)), 1)
}

func claimedIDs(tasks []domain.EnrichmentTask) []domain.ID {
	var ids []domain.ID
	for _, task := range tasks {
		ids = append(ids, task.Message.ID)
	}
	return ids
}
