package repositorytest

import (
	"math/rand/v2"
	"slices"
	"time"

	"dentalk/domain"
)

var replayRules = []rule{
	{"a message is located in its room", replayLocates},
	{"a note is located only by who sees notes", replayLocatesNotes},
	{"the beginning is before everything", replayBeginning},
	{"every replay equals a plain scan", replayRandom},
	{"heads tell the rooms with news", replayHeads},
	{"no rooms have no messages", replayNothing},
}

func (w *world) replay(replay domain.Replay) []domain.Message {
	w.Helper()
	messages, err := w.store.MessagesAfter(w.ctx, replay)
	w.must(err)
	return messages
}

func (w *world) countAfter(replay domain.Replay, most int) int {
	w.Helper()
	count, err := w.store.CountAfter(w.ctx, replay, most)
	w.must(err)
	return count
}

func (w *world) position(replay domain.Replay) domain.ID {
	w.Helper()
	id, err := w.store.NewestPosition(w.ctx, replay)
	w.must(err)
	return id
}

func replayLocates(w *world) {
	clinic, operator := w.clinic(), w.operator()
	room := w.room(clinic)
	w.post(room, clinic, "hello")
	message := w.post(room, clinic, "here")
	want := domain.Position{MessageID: message.ID, RoomID: room.ID, Seq: 2, CreatedAt: message.CreatedAt}
	for _, viewer := range []domain.Viewer{eyes(clinic), eyes(operator)} {
		got, err := w.store.Locate(w.ctx, message.ID, viewer)
		w.must(err)
		w.same("position", got, want)
		for _, id := range []domain.ID{w.id(), domain.ZeroID, ""} {
			_, err = w.store.Locate(w.ctx, id, viewer)
			w.fails(err, domain.KindNotFound, "message_not_found")
		}
	}
}

// replayLocatesNotes: to who must not see it, a note is like a message that does not exist.
func replayLocatesNotes(w *world) {
	clinic, operator := w.clinic(), w.operator()
	room := w.room(clinic)
	note := w.note(room, operator)
	got, err := w.store.Locate(w.ctx, note.ID, eyes(operator))
	w.must(err)
	w.same("position", got, domain.Position{MessageID: note.ID, RoomID: room.ID, Seq: 1, CreatedAt: note.CreatedAt})
	_, err = w.store.Locate(w.ctx, note.ID, eyes(clinic))
	w.fails(err, domain.KindNotFound, "message_not_found")
}

func replayBeginning(w *world) {
	clinic := w.clinic()
	room := w.room(clinic)
	replay := domain.Replay{Viewer: eyes(clinic), Rooms: []domain.ID{room.ID}, After: domain.ZeroID, Limit: 10}
	w.same("position of an empty store", w.position(replay), domain.ZeroID)
	w.same("replay of an empty store", w.replay(replay), []domain.Message(nil))
	message := w.post(room, clinic, "hello")
	w.same("position", w.position(replay), message.ID)
	w.same("replay", w.replay(replay), []domain.Message{message})
	w.same("count", w.countAfter(replay, 10), 1)
}

func replayNothing(w *world) {
	clinic := w.clinic()
	w.post(w.room(clinic), clinic, "hello")
	replay := domain.Replay{Viewer: eyes(clinic), After: domain.ZeroID, Limit: 10}
	w.same("position", w.position(replay), domain.ZeroID)
	w.same("replay", w.replay(replay), []domain.Message(nil))
	w.same("count", w.countAfter(replay, 10), 0)
}

// replayRandom asks about random rooms, positions and limits.
func replayRandom(w *world) {
	random := rand.New(rand.NewPCG(5, 6))
	clinic, operator := w.clinic(), w.operator()
	rooms := make([]domain.Room, 6)
	for i := range rooms {
		rooms[i] = w.room(clinic)
	}
	positions := []domain.ID{domain.ZeroID}
	var said []domain.Message
	for range 120 {
		room := rooms[random.IntN(random.IntN(len(rooms))+1)] // some are busier than others
		if random.IntN(5) == 0 {
			said = append(said, w.note(room, operator))
		} else {
			said = append(said, w.post(room, clinic, "hello"))
		}
		positions = append(positions, said[len(said)-1].ID)
		w.clock.advance(time.Duration(random.IntN(2)) * time.Second)
	}
	for range 100 {
		replay := domain.Replay{
			Viewer: []domain.Viewer{eyes(clinic), eyes(operator)}[random.IntN(2)], All: random.IntN(3) == 0,
			After: positions[random.IntN(len(positions))], Limit: 1 + random.IntN(20),
		}
		for _, room := range rooms {
			if random.IntN(2) == 0 {
				replay.Rooms = append(replay.Rooms, room.ID)
			}
		}
		w.checkReplay(replay, said)
	}
}

// checkReplay compares with a plain scan of everything that was said.
func (w *world) checkReplay(replay domain.Replay, said []domain.Message) {
	w.Helper()
	newest, told := domain.ZeroID, []domain.Message(nil)
	for _, message := range visible(said, replay.Viewer) {
		if replay.All || slices.Contains(replay.Rooms, message.RoomID) {
			newest, told = message.ID, append(told, message)
		}
	}
	w.same("position", w.position(replay), newest)
	w.sameReplay(replay, told)
}

// sameReplay compares with the messages that the replay's viewer may see, in their order. What the
// replay gives must begin at the first one after the position, or a little before if it repeats.
func (w *world) sameReplay(replay domain.Replay, told []domain.Message) {
	w.Helper()
	missed := slices.DeleteFunc(slices.Clone(told), func(m domain.Message) bool { return m.ID <= replay.After })
	given := slices.DeleteFunc(slices.Clone(told), func(m domain.Message) bool {
		return m.ID <= replay.After && !w.repeatable(m.ID, replay.After)
	})
	all := replay
	all.Limit = len(told) + 1
	got := w.replay(all)
	if len(got) < len(missed) || len(got) > len(given) {
		w.Fatalf("got %d messages, want %d to %d", len(got), len(missed), len(given))
	}
	given = given[len(given)-len(got):]
	w.same("replay of all", got, given)
	w.same("replay", w.replay(replay), given[:min(len(given), replay.Limit)])
	w.same("count", w.countAfter(replay, all.Limit), len(missed))
	w.same("count up to a limit", w.countAfter(replay, replay.Limit), min(len(missed), replay.Limit))
	all.Strict = true
	w.same("strict replay", w.replay(all), missed)
}

// repeatable tells whether a replay may give what is at or before the position.
func (w *world) repeatable(id, position domain.ID) bool {
	return w.repeats && id > domain.FloorID(position.Time().Add(-domain.ReplayOverlap))
}

func replayHeads(w *world) {
	clinic, operator := w.clinic(), w.operator()
	a, b, c, quiet := w.room(clinic), w.room(clinic), w.room(clinic), w.room(clinic)
	for _, room := range []domain.Room{a, b, quiet} {
		w.post(room, clinic, "old")
	}
	w.clock.advance(2 * domain.ReplayOverlap)
	after := w.post(c, clinic, "here")
	w.post(b, clinic, "new")
	w.post(b, clinic, "newer")
	w.note(a, operator)

	heads, err := w.store.RoomHeads(w.ctx, after.ID)
	w.must(err)
	got := make(map[domain.ID]int64)
	for _, head := range heads {
		got[head.RoomID] = head.LastSeq
	}
	if w.repeats {
		delete(got, c.ID)
	}
	w.same("heads", got, map[domain.ID]int64{a.ID: 2, b.ID: 3})
	heads, err = w.store.RoomHeads(w.ctx, domain.ZeroID)
	w.must(err)
	w.same("heads from the beginning", len(heads), 4)
}
