package repositorytest

import (
	"time"

	"dentalk/domain"
)

var enrichedRules = []rule{
	{"saves are given from a time on, oldest save first", enrichedSince},
	{"messages after the position are left out", enrichedBeforePosition},
	{"only the replay's rooms are given", enrichedOfRooms},
}

func (w *world) enriched(replay domain.Replay, since time.Time) []domain.ID {
	w.Helper()
	messages, err := w.store.EnrichedSince(w.ctx, replay, since)
	w.must(err)
	return idsOf(messages)
}

func enrichedSince(w *world) {
	clinic := w.clinic()
	room := w.room(clinic)
	var messages []domain.Message
	for range 4 {
		messages = append(messages, w.pending(room, clinic, "hello"))
		w.clock.advance(time.Second)
	}
	w.pending(room, clinic, "never saved")
	tasks := w.claim(4)
	var saved []domain.Message
	for _, i := range []int{2, 0, 3, 1} {
		saved = append(saved, w.enrich(tasks[i]))
		w.clock.advance(time.Second)
	}
	last := messages[len(messages)-1].ID
	for _, all := range []bool{true, false} {
		replay := domain.Replay{Viewer: eyes(clinic), All: all, Rooms: []domain.ID{room.ID}, After: last, Limit: 10}
		got, err := w.store.EnrichedSince(w.ctx, replay, time.Time{})
		w.must(err)
		w.same("all", got, saved)
		for i := range saved {
			w.same("since a save", w.enriched(replay, saved[i].UpdatedAt), idsOf(saved[i:]))
		}
		w.same("since now", w.enriched(replay, w.now()), []domain.ID(nil))
		replay.Limit = 2
		w.same("up to a limit", w.enriched(replay, time.Time{}), idsOf(saved[:2]))
	}
}

func enrichedBeforePosition(w *world) {
	clinic := w.clinic()
	room := w.room(clinic)
	var messages []domain.Message
	for range 3 {
		messages = append(messages, w.pending(room, clinic, "hello"))
	}
	for _, task := range w.claim(3) {
		w.enrich(task)
		w.clock.advance(time.Second)
	}
	for _, all := range []bool{true, false} {
		replay := domain.Replay{Viewer: eyes(clinic), All: all, Rooms: []domain.ID{room.ID}, After: messages[1].ID, Limit: 10}
		w.sameSet("up to the position", w.enriched(replay, time.Time{}), idsOf(messages[:2]))
		replay.After = domain.ZeroID
		w.sameSet("up to the beginning", w.enriched(replay, time.Time{}), nil)
	}
}

func enrichedOfRooms(w *world) {
	clinic := w.clinic()
	a, b := w.room(clinic), w.room(clinic)
	first, second := w.pending(a, clinic, "hello"), w.pending(b, clinic, "hello")
	for _, task := range w.claim(2) {
		w.enrich(task)
	}
	replay := domain.Replay{Viewer: eyes(clinic), Rooms: []domain.ID{b.ID}, After: second.ID, Limit: 10}
	w.sameSet("of one room", w.enriched(replay, time.Time{}), []domain.ID{second.ID})
	replay.All = true
	w.sameSet("of all", w.enriched(replay, time.Time{}), []domain.ID{first.ID, second.ID})
}
