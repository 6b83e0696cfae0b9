package repositorytest

import (
	"time"

	"dentalk/domain"
)

var enrichmentRules = []rule{
	{"a pending message is due at once and claimed by one", claimedOnce},
	{"what is off is never claimed", offNeverClaimed},
	{"the targets are the other languages of the room", claimTargets},
	{"the oldest due come first, up to the limit", claimOrder},
	{"a claim of new messages leaves the others", claimFirst},
	{"a message that is to be enriched anew is new", claimReopened},
	{"a result is stored whole", resultStored},
	{"a lease that runs out is taken over", leaseTakenOver},
	{"a stale result is refused", staleRefused},
	{"a result counts after its lease while nobody else holds the message", lateAccepted},
	{"a result that is pending is due again at its time", resultRetried},
	{"a result that is unchanged leaves the message as it is", resultUnchanged},
	{"a stale unchanged result gives nothing back", staleUnchanged},
	{"the next due time is known", nextKnown},
	{"many who claim at once get each message once", claimRace},
}

const lease = time.Minute

func (w *world) pending(room domain.Room, user domain.User, text string) domain.Message {
	w.Helper()
	d := draft(room, user, text)
	d.State = domain.EnrichmentPending
	return w.put(d)
}

func (w *world) claim(limit int) []domain.EnrichmentTask {
	w.Helper()
	return w.claimAs(domain.Claim{Limit: limit, Lease: lease})
}

func (w *world) claimAs(claim domain.Claim) []domain.EnrichmentTask {
	w.Helper()
	tasks, err := w.store.ClaimEnrichments(w.ctx, claim)
	w.must(err)
	return tasks
}

func (w *world) save(results ...domain.EnrichmentResult) []domain.Message {
	w.Helper()
	saved, err := w.store.SaveEnrichments(w.ctx, results)
	w.must(err)
	return saved
}

func resultOf(task domain.EnrichmentTask, e domain.Enrichment) domain.EnrichmentResult {
	return domain.EnrichmentResult{RoomID: task.Message.RoomID, MessageID: task.Message.ID, Lease: task.Lease, Enrichment: e}
}

// done is an enrichment with everything in it.
func done() domain.Enrichment {
	return domain.Enrichment{
		State: domain.EnrichmentDone, Translator: "glossary", Analyser: "lexicon", Language: "en",
		Translations: map[string]string{"ko": "크라운이 맞지 않습니다", "ja": "クラウンが合いません"},
		Mismatches:   map[string][]string{"ja": {"26", "A2"}},
		Terms:        []domain.Term{{Source: "crown", Target: "크라운", Category: "prosthesis", Applied: true}, {Source: "fit", Target: "적합"}},
		Emotion:      &domain.Emotion{Sentiment: domain.SentimentNegative, Score: -0.75, Confidence: 0.5},
		Complaint:    &domain.Complaint{Detected: true, Category: domain.CategoryFit, Confidence: 0.25, Reasons: []string{"does not fit"}},
		Corrections:  []domain.Correction{correction()},
		Machine:      &domain.Verdict{Emotion: &domain.Emotion{Sentiment: domain.SentimentNeutral, Score: 0.125, Confidence: 0.5}},
		Reopened:     2,
	}
}

// enrich saves a whole result and gives the message.
func (w *world) enrich(task domain.EnrichmentTask) domain.Message {
	w.Helper()
	saved := w.save(resultOf(task, done()))
	if len(saved) != 1 {
		w.Fatalf("saved %d messages, want 1", len(saved))
	}
	return saved[0]
}

func claimedOnce(w *world) {
	clinic := w.clinic()
	room := w.room(clinic, w.lab())
	message := w.pending(room, clinic, "hello")
	tasks := w.claim(10)
	if len(tasks) != 1 || tasks[0].Lease == "" {
		w.Fatalf("got %+v", tasks)
	}
	w.same("message", tasks[0].Message, message)
	w.same("attempt", tasks[0].Attempt, 1)
	w.same("claimed again", w.claim(10), []domain.EnrichmentTask(nil))
}

func offNeverClaimed(w *world) {
	clinic := w.clinic()
	w.post(w.room(clinic), clinic, "hello")
	w.same("claimed", w.claim(10), []domain.EnrichmentTask(nil))
}

func claimTargets(w *world) {
	people := []domain.User{w.user(domain.RoleClinic, "en-US"), w.user(domain.RoleClinic, "en-GB"), w.user(domain.RoleLab, "ko"), w.user(domain.RoleLab, "ko-KR"), w.user(domain.RoleOperator, "de")}
	all, alone := w.room(people...), w.room(people[0])
	w.pending(all, people[0], "hello")
	w.pending(alone, people[0], "hello")
	for _, task := range w.claim(10) {
		want := []string{"de", "ko"}
		if task.Message.RoomID == alone.ID {
			want = nil
		}
		w.same("targets", task.Targets, want)
	}
}

func claimOrder(w *world) {
	clinic := w.clinic()
	room := w.room(clinic)
	var want []domain.ID
	for range 5 {
		want = append(want, w.pending(room, clinic, "hello").ID)
		w.clock.advance(time.Second)
	}
	var got []domain.ID
	for _, limit := range []int{2, 3, 1} {
		for _, task := range w.claim(limit) {
			got = append(got, task.Message.ID)
		}
	}
	w.same("order", got, want)
}

func resultStored(w *world) {
	clinic := w.clinic()
	room := w.room(clinic, w.lab())
	want := w.pending(room, clinic, "the crown does not fit")
	task := w.claim(1)[0]
	w.clock.advance(time.Second)
	got := w.enrich(task)
	if got.UpdatedAt.Before(w.now()) {
		w.Fatalf("updated at %s, before the save at %s", got.UpdatedAt, w.now())
	}
	want.Enrichment, want.UpdatedAt = done(), got.UpdatedAt
	w.same("answer", got, want)
	stored, err := w.store.Message(w.ctx, room.ID, want.ID, eyes(clinic))
	w.must(err)
	w.same("stored", stored, want)
	w.clock.advance(2 * lease)
	w.same("claimed again", w.claim(10), []domain.EnrichmentTask(nil))
}
