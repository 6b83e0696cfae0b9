package repositorytest

import (
	"context"
	"errors"
	"time"

	"dentalk/domain"
)

var changeRules = []rule{
	{"a change is given what is stored, and is stored whole", changeStored},
	{"a change of a note is stored too", changeOfNote},
	{"a change ends the lease, so that a worker who began before cannot overwrite it", changeFences},
	{"what is pending after a change is due at once, and its attempts begin anew", changeReopens},
	{"a change that ends the waiting takes the message out of the queue", changeEnds},
	{"changes are among the saves since a time", changeRepeated},
	{"an error of the change is returned as it is and changes nothing", changeRefused},
	{"a message that is not there or in another room is not found", changeUnknown},
	{"of many changes at once none is lost, while workers save", changeRace},
}

// correction is an operator's, with everything in it.
func correction() domain.Correction {
	return domain.Correction{
		UserID: "65f000000000000000000001", UserName: "operator", At: time.Date(2026, 3, 1, 10, 0, 0, 456_000_000, time.UTC),
		Verdict: domain.Verdict{
			Translations: map[string]string{"ko": "크라운이 들뜹니다"},
			Emotion:      &domain.Emotion{Sentiment: domain.SentimentNegative, Score: -1, Confidence: 1},
			Complaint:    &domain.Complaint{Detected: true, Category: domain.CategoryFit, Confidence: 1, Reasons: []string{"does not fit"}},
		},
	}
}

func corrected(m domain.Message) (domain.Enrichment, error) {
	return m.Enrichment.Correct(correction(), nil), nil
}
func reopened(m domain.Message) (domain.Enrichment, error) { return m.Enrichment.Reopen(), nil }

func (w *world) change(m domain.Message, change func(domain.Message) (domain.Enrichment, error)) domain.Message {
	w.Helper()
	got, err := w.store.ChangeEnrichment(w.ctx, m.RoomID, m.ID, change)
	w.must(err)
	return got
}

func (w *world) stored(m domain.Message) domain.Message {
	w.Helper()
	stored, err := w.store.Message(w.ctx, m.RoomID, m.ID, domain.Viewer{Notes: true})
	w.must(err)
	return stored
}

func changeStored(w *world) {
	clinic := w.clinic()
	room := w.room(clinic, w.lab())
	off, pending := w.post(room, clinic, "off"), w.pending(room, clinic, "the crown does not fit")
	enriched := w.enrich(w.claim(1)[0])
	for _, before := range []domain.Message{off, enriched} {
		for _, step := range []func(domain.Message) (domain.Enrichment, error){corrected, reopened, corrected} {
			w.clock.advance(time.Second)
			want := before
			var err error
			want.Enrichment, err = step(before)
			w.must(err)
			got := w.change(before, func(m domain.Message) (domain.Enrichment, error) {
				w.same("given", m, before)
				return step(m)
			})
			if !got.UpdatedAt.After(before.UpdatedAt) {
				w.Fatalf("updated at %s, before that at %s", got.UpdatedAt, before.UpdatedAt)
			}
			want.UpdatedAt = got.UpdatedAt
			w.same("answer", got, want)
			w.same("stored", w.stored(before), want)
			before = want
		}
	}
	empty := w.change(pending, func(domain.Message) (domain.Enrichment, error) {
		return domain.Enrichment{State: domain.EnrichmentDone, Machine: &domain.Verdict{}}, nil
	})
	w.same("emptied", empty.Enrichment, domain.Enrichment{State: domain.EnrichmentDone, Machine: &domain.Verdict{}})
	w.same("emptied and stored", w.stored(pending), empty)
}

func changeOfNote(w *world) {
	operator := w.operator()
	note := w.note(w.room(w.clinic()), operator)
	changed := w.change(note, corrected)
	w.same("stored", w.stored(note), changed)
	w.same("corrections", changed.Enrichment.Corrections, []domain.Correction{correction()})
}

func changeFences(w *world) {
	clinic := w.clinic()
	message := w.pending(w.room(clinic, w.lab()), clinic, "hello")
	before := w.claim(1)[0]
	changed := w.change(message, corrected)
	w.same("saved with the lease of before", w.save(resultOf(before, done())), []domain.Message(nil))
	w.same("stored", w.stored(message), changed)
	after := w.claim(1)[0]
	w.same("claimed", after.Message, changed)
	w.same("saved with the lease of before", w.save(resultOf(before, done())), []domain.Message(nil))
	w.enrich(after)
}

func changeReopens(w *world) {
	clinic := w.clinic()
	message := w.pending(w.room(clinic), clinic, "hello")
	for range 3 {
		w.claim(1)
		w.clock.advance(lease)
	}
	result := resultOf(w.claim(1)[0], domain.Enrichment{State: domain.EnrichmentPending})
	result.RetryAt = w.now().Add(time.Hour)
	w.save(result)
	w.change(message, reopened)
	next, err := w.store.NextEnrichment(w.ctx)
	w.must(err)
	w.same("due", next, w.now())
	task := w.claim(1)[0]
	w.same("attempt", task.Attempt, 1)
	w.save(resultOf(task, domain.Enrichment{State: domain.EnrichmentFailed}))
	w.same("claimed when failed", w.claim(1), []domain.EnrichmentTask(nil))
	w.change(message, reopened)
	w.same("attempt of a failed one", w.claim(1)[0].Attempt, 1)
}

func changeEnds(w *world) {
	clinic := w.clinic()
	message := w.pending(w.room(clinic), clinic, "hello")
	task := w.claim(1)[0]
	changed := w.change(message, func(domain.Message) (domain.Enrichment, error) { return done(), nil })
	w.same("saved", w.save(resultOf(task, domain.Enrichment{State: domain.EnrichmentFailed})), []domain.Message(nil))
	w.clock.advance(2 * lease)
	w.same("claimed", w.claim(1), []domain.EnrichmentTask(nil))
	next, err := w.store.NextEnrichment(w.ctx)
	w.must(err)
	w.same("nothing waits", next.IsZero(), true)
	w.same("stored", w.stored(message), changed)
}

func changeRepeated(w *world) {
	clinic := w.clinic()
	room := w.room(clinic)
	first, second := w.pending(room, clinic, "hello"), w.pending(room, clinic, "hello")
	tasks := w.claim(2)
	w.enrich(tasks[0])
	w.enrich(tasks[1])
	replay := domain.Replay{Viewer: eyes(clinic), Rooms: []domain.ID{room.ID}, After: second.ID, Limit: 10}
	since := w.stored(second).UpdatedAt
	changed := w.change(first, corrected) // the clock stands still
	for _, replay.All = range []bool{true, false} {
		w.same("by save", w.enriched(replay, time.Time{}), []domain.ID{second.ID, first.ID})
		w.same("since a save", w.enriched(replay, since), []domain.ID{second.ID, first.ID})
		w.same("since the change", w.enriched(replay, changed.UpdatedAt), []domain.ID{first.ID})
		w.same("after the change", w.enriched(replay, changed.UpdatedAt.Add(time.Millisecond)), []domain.ID(nil))
	}
}

func changeRefused(w *world) {
	clinic := w.clinic()
	message := w.pending(w.room(clinic), clinic, "hello")
	task := w.claim(1)[0]
	for _, want := range []error{errors.New("no"), context.Canceled, domain.Conflict("not_enriched", "No."), domain.NotFound("translation")} {
		_, err := w.store.ChangeEnrichment(w.ctx, message.RoomID, message.ID, func(domain.Message) (domain.Enrichment, error) {
			return done(), want
		})
		if err != want {
			w.Fatalf("got %v, want %v", err, want)
		}
	}
	w.same("stored", w.stored(message), message)
	w.enrich(task)
}

func changeUnknown(w *world) {
	clinic := w.clinic()
	message := w.pending(w.room(clinic), clinic, "hello")
	other := w.room(clinic)
	for _, place := range [][2]domain.ID{{message.RoomID, w.id()}, {other.ID, message.ID}, {"x", "y"}, {"", ""}} {
		_, err := w.store.ChangeEnrichment(w.ctx, place[0], place[1], func(domain.Message) (domain.Enrichment, error) {
			w.Error("a change of nothing was asked for")
			return domain.Enrichment{}, nil
		})
		w.fails(err, domain.KindNotFound, "message_not_found")
	}
	w.same("stored", w.stored(message), message)
}
