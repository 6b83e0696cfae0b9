package repositorytest

import (
	"time"

	"dentalk/domain"
)

var noteRules = []rule{
	{"a viewer without notes finds none in any query", notesHidden},
	{"operators find notes where they stand", notesSeen},
	{"a room with notes only looks empty without them", notesOnly},
	{"a note moves no room in the list", notesQuiet},
}

// notesHidden puts a note at the end, where lists, positions and previews look first.
func notesHidden(w *world) {
	clinic, lab, operator := w.clinic(), w.lab(), w.operator()
	room := w.room(clinic, lab)
	first := w.post(room, clinic, "hello")
	d := draft(room, operator, "careful")
	d.Type, d.State = domain.MessageNote, domain.EnrichmentPending
	note := w.put(d)
	w.enrich(w.claim(1)[0])
	viewer := eyes(lab)

	_, err := w.store.Message(w.ctx, room.ID, note.ID, viewer)
	w.fails(err, domain.KindNotFound, "message_not_found")
	for _, query := range []domain.HistoryQuery{{}, {Before: ref(int64(9))}, {After: ref(int64(0))}, {Around: ref(note.Seq)}} {
		query.Viewer, query.RoomID, query.Limit = viewer, room.ID, 10
		w.same("page", w.page(query), domain.HistoryPage{Messages: []domain.Message{first}, Position: first.ID})
	}
	after := w.page(domain.HistoryQuery{Viewer: viewer, RoomID: room.ID, After: ref(first.Seq), Limit: 10})
	w.same("after the message", after, domain.HistoryPage{HasMoreBefore: true, Position: first.ID})
	w.same("view", w.view(room, viewer), domain.RoomView{Room: room, LastSeq: 1, LastMessage: &first, UnreadCount: 1, Activity: first.ID})

	for _, replay := range []domain.Replay{
		{Viewer: viewer, All: true, After: domain.ZeroID, Limit: 10},
		{Viewer: viewer, Rooms: []domain.ID{room.ID}, After: domain.ZeroID, Limit: 10},
	} {
		w.same("replay", w.replay(replay), []domain.Message{first})
		w.same("count", w.countAfter(replay, 10), 1)
		w.same("position", w.position(replay), first.ID)
		replay.After = note.ID
		enriched, err := w.store.EnrichedSince(w.ctx, replay, time.Time{})
		w.must(err)
		w.same("enriched", enriched, []domain.Message(nil))
	}
}

func notesSeen(w *world) {
	clinic, operator := w.clinic(), w.operator()
	room := w.room(clinic)
	first := w.post(room, clinic, "hello")
	note := w.note(room, operator)
	viewer := eyes(operator)

	got, err := w.store.Message(w.ctx, room.ID, note.ID, viewer)
	w.must(err)
	w.same("message", got, note)
	page := w.page(domain.HistoryQuery{Viewer: viewer, RoomID: room.ID, Limit: 10})
	w.same("page", page, domain.HistoryPage{Messages: []domain.Message{first, note}, Position: note.ID})
	view := w.view(room, viewer)
	w.same("last number", view.LastSeq, int64(2))
	w.same("last message", view.LastMessage, &first)
	for _, replay := range []domain.Replay{
		{Viewer: viewer, All: true, After: first.ID, Limit: 10},
		{Viewer: viewer, Rooms: []domain.ID{room.ID}, After: first.ID, Limit: 10},
	} {
		w.sameReplay(replay, []domain.Message{first, note})
		w.same("position", w.position(replay), note.ID)
	}
}

func notesOnly(w *world) {
	clinic, operator := w.clinic(), w.operator()
	room := w.room(clinic)
	w.note(room, operator)
	w.same("view", w.view(room, eyes(clinic)), domain.RoomView{Room: room, Activity: room.ID})
	page := w.page(domain.HistoryQuery{Viewer: eyes(clinic), RoomID: room.ID, Limit: 10})
	w.same("page", page, domain.HistoryPage{Position: domain.ZeroID})
	for _, all := range []bool{true, false} {
		replay := domain.Replay{Viewer: eyes(clinic), All: all, Rooms: []domain.ID{room.ID}, After: domain.ZeroID, Limit: 10}
		w.same("position", w.position(replay), domain.ZeroID)
		w.same("replay", w.replay(replay), []domain.Message(nil))
	}
}

func notesQuiet(w *world) {
	clinic, operator := w.clinic(), w.operator()
	a, b := w.room(clinic), w.room(clinic)
	w.post(a, clinic, "hello")
	w.post(b, clinic, "hello")
	w.note(a, operator)
	for _, viewer := range []domain.Viewer{eyes(clinic), eyes(operator)} {
		w.same("order", w.listed(domain.RoomQuery{Viewer: viewer, All: true}), []domain.ID{b.ID, a.ID})
	}
}
