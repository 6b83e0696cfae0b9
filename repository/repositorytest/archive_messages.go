package repositorytest

import (
	"time"

	"dentalk/domain"
)

// addMessages writes messages in every state of the enrichment, notes among them, to two rooms in turn.
func (f *fullStore) addMessages(w *world) {
	f.key = draft(f.busy, f.clinic, "the crown on 26 does not fit")
	f.key.ClientMessageID, f.key.State = "key", domain.EnrichmentPending
	f.key.Teeth, f.key.Attachments = teeth(), attachments()
	first := w.put(f.key)
	w.post(f.archived, f.clinic, "hello")
	w.note(f.busy, f.operator)
	reply := draft(f.busy, f.lab, "we make it anew")
	reply.ReplyTo, reply.State = first.ID, domain.EnrichmentPending
	w.put(reply)
	w.clock.advance(time.Second)
	for _, user := range []domain.User{f.gone, f.lab, f.clinic} {
		w.pending(f.busy, user, "a question of "+user.Username)
		w.pending(f.archived, f.lab, "an answer")
	}
	claimed := w.now()
	tasks := w.claim(5) // of 8
	w.clock.advance(time.Second)
	retry := w.now().Add(time.Hour)
	w.saveStates(tasks[:4], retry)
	w.change(tasks[1].Message, corrected)
	w.change(tasks[2].Message, reopened)
	f.note(w)
	f.addMessageRecords(w, tasks, claimed, retry)
}

// note ends the room with one, with a message that is not enriched and one that was erased.
func (f *fullStore) note(w *world) {
	w.post(f.busy, f.lab, "not enriched")
	w.pending(f.busy, f.erased, "to be erased")
	w.erase(domain.ErasureTarget{UserID: f.erased.ID}, domain.ZeroID, 10)
	d := draft(f.busy, f.operator, "internal")
	d.Type, d.ClientMessageID = domain.MessageNote, "key"
	w.put(d)
}

// saveStates saves a result of each state; the fourth is to be tried again.
func (w *world) saveStates(tasks []domain.EnrichmentTask, retry time.Time) {
	w.Helper()
	partial := domain.Enrichment{State: domain.EnrichmentPartial, Translator: "glossary", Language: "en", Terms: done().Terms}
	again := domain.EnrichmentResult{Enrichment: domain.Enrichment{
		State: domain.EnrichmentPending, Analyser: "lexicon", Language: "en",
		Emotion: &domain.Emotion{Sentiment: domain.SentimentNeutral}, Complaint: &domain.Complaint{},
	}}
	results := []domain.EnrichmentResult{{Enrichment: done()}, {Enrichment: partial}, {Enrichment: domain.Enrichment{State: domain.EnrichmentFailed}}, again}
	for i, task := range tasks {
		result := resultOf(task, results[i].Enrichment)
		result.RetryAt = retry
		w.same("saved", len(w.save(result)), 1)
	}
}

// addMessageRecords reads the messages through the port. The last of tasks is held by a worker, and the
// third was reopened now.
func (f *fullStore) addMessageRecords(w *world, tasks []domain.EnrichmentTask, claimed, retry time.Time) {
	w.Helper()
	place := make(map[domain.ID]int)
	for i, task := range tasks {
		place[task.Message.ID] = i + 1
	}
	messages, err := w.store.MessagesAfter(w.ctx, domain.Replay{
		Viewer: domain.Viewer{Notes: true}, All: true, After: domain.ZeroID, Limit: 100,
	})
	w.must(err)
	for _, message := range messages {
		m := domain.MessageRecord{Message: message}
		switch at := place[message.ID]; {
		case !message.ErasedAt.IsZero():
			m.EnrichedAt = message.UpdatedAt
		case at == 0 && message.Enrichment.State == domain.EnrichmentPending:
			m.EnrichmentDue = message.CreatedAt
		case at == 3:
			m.EnrichedAt, m.EnrichmentDue = message.UpdatedAt, w.now()
		case at == len(tasks):
			m.EnrichmentDue, m.EnrichmentAttempts = claimed.Add(lease), 1
		case at > 0:
			m.EnrichedAt, m.EnrichmentAttempts = message.UpdatedAt, 1
			if message.Enrichment.State == domain.EnrichmentPending {
				m.EnrichmentDue = retry
			}
		}
		f.add(domain.RecordMessage, domain.Record{Key: string(m.ID), Message: &m})
	}
}
