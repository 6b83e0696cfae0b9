package repositorytest

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"dentalk/domain"
)

// nowhere asks the store in every way that it has, as each of the users and as an operator, and checks
// that no answer holds any of the words. It moves the clock, so that every lease has run out.
func (w *world) nowhere(rooms []domain.Room, users []domain.User, words ...string) {
	w.Helper()
	told := w.tellAll(rooms, append(users, domain.User{ID: w.id(), Role: domain.RoleOperator}))
	for what, answer := range told {
		text, err := json.Marshal(answer)
		w.must(err)
		for _, word := range words {
			quoted, err := json.Marshal(word)
			w.must(err)
			if strings.Contains(string(text), strings.Trim(string(quoted), `"`)) {
				w.Fatalf("%q is still in %s: %s", word, what, text)
			}
		}
	}
}

func (w *world) tellAll(rooms []domain.Room, users []domain.User) map[string]any {
	w.Helper()
	told := make(map[string]any)
	tell := func(what string, answer any, err error) {
		w.Helper()
		w.must(err)
		told[what] = answer
	}
	for _, user := range users {
		viewer := eyes(user)
		for _, room := range rooms {
			view, err := w.store.RoomView(w.ctx, room.ID, viewer)
			tell(fmt.Sprint("view of ", room.ID, " by ", user.ID), view, err)
			for _, message := range w.history(room, viewer) {
				one, err := w.store.Message(w.ctx, room.ID, message.ID, viewer)
				tell(fmt.Sprint("message ", message.ID, " to ", user.ID), []domain.Message{message, one}, err)
			}
		}
		for _, all := range []bool{true, false} {
			w.tellLists(tell, rooms, user, all)
		}
	}
	receipts, err := w.store.Receipts(w.ctx, roomIDs(rooms)...)
	tell("receipts", receipts, err)
	stored, err := w.store.Users(w.ctx, "", 100)
	tell("users", stored, err)
	changes, err := w.store.GlossaryChanges(w.ctx, 0, 100)
	tell("glossary", changes, err)
	updated, err := w.store.RoomsUpdatedSince(w.ctx, time.Time{})
	tell("rooms", updated, err)
	w.tellExport(tell)
	w.clock.advance(2 * lease)
	tell("claims", w.claim(100), nil)
	return told
}

func roomIDs(rooms []domain.Room) []domain.ID {
	ids := make([]domain.ID, len(rooms))
	for i, room := range rooms {
		ids[i] = room.ID
	}
	return ids
}

func (w *world) tellLists(tell func(string, any, error), rooms []domain.Room, user domain.User, all bool) {
	w.Helper()
	to := fmt.Sprint(" to ", user.ID, ", all ", all)
	views, err := w.store.RoomViews(w.ctx, domain.RoomQuery{Viewer: eyes(user), All: all, Limit: 100})
	tell("list"+to, views, err)
	replay := domain.Replay{Viewer: eyes(user), All: all, Rooms: roomIDs(rooms), After: domain.ZeroID, Limit: 1000}
	missed, err := w.store.MessagesAfter(w.ctx, replay)
	tell("replay"+to, missed, err)
	if len(missed) > 0 {
		replay.After = missed[len(missed)-1].ID
	}
	saved, err := w.store.EnrichedSince(w.ctx, replay, time.Time{})
	tell("enrichments"+to, saved, err)
}

func (w *world) tellExport(tell func(string, any, error)) {
	w.Helper()
	a, ok := w.store.(domain.Archive)
	if !ok {
		return
	}
	for _, kind := range domain.RecordKinds() {
		tell("export of "+string(kind), w.export(a, kind, ""), nil)
	}
}
