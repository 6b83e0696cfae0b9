package repositorytest

import "dentalk/domain"

func teeth() []domain.Tooth {
	return []domain.Tooth{
		{Text: "26", FDI: "26", Universal: "14", Ambiguous: true},
		{Text: "#A", FDI: "55", Universal: "A"},
		{Text: "┘6", FDI: "16", Universal: "3"},
	}
}

// teethStored reads them in every way in which a message is read.
func teethStored(w *world) {
	clinic := w.clinic()
	room := w.room(clinic, w.lab())
	d := keyed(room, clinic, "26, #A and ┘6", "key")
	d.Teeth, d.State = teeth(), domain.EnrichmentPending
	posted := w.put(d)
	w.same("answer", posted.Teeth, teeth())
	w.same("stored", w.stored(posted), posted)
	w.same("history", w.history(room, eyes(clinic)), []domain.Message{posted})
	w.same("last message", *w.view(room, eyes(clinic)).LastMessage, posted)
	missed, err := w.store.MessagesAfter(w.ctx, domain.Replay{Viewer: eyes(clinic), All: true, After: domain.ZeroID, Limit: 10})
	w.must(err)
	w.same("replay", missed, []domain.Message{posted})

	d.Teeth = nil // they are no part of the request
	w.same("repeated", w.append(d)[0], domain.Appended{Message: posted, Replayed: true})

	task := w.claim(1)[0]
	w.same("claimed", task.Message, posted)
	w.same("enriched", w.enrich(task).Teeth, teeth())
	w.same("changed", w.change(posted, reopened).Teeth, teeth())
	w.same("of another", len(w.post(room, clinic, "none").Teeth), 0)
}
