package repositorytest

import (
	"fmt"
	"sync/atomic"

	"dentalk/domain"
)

var concurrencyRules = []rule{
	{"numbers have no hole and none comes twice when many write at once", numbersGapless},
	{"who has seen a number never finds a new message below it", numbersAppearInOrder},
	{"a position that was read is never overtaken from below", positionsAppearInOrder},
}

const (
	writers     = 50
	writerPosts = 8
)

// crowd lets many writers write to all rooms at once.
func (w *world) crowd(rooms []domain.Room, user domain.User) {
	together(writers, func(i int) {
		for n := range writerPosts {
			d := draft(rooms[(i+n)%len(rooms)], user, fmt.Sprintf("%d.%d", i, n))
			done, err := w.store.AppendMessages(w.ctx, []domain.Draft{d})
			if err != nil || done[0].Err != nil {
				w.Errorf("append: %v, %v", err, done)
			}
		}
	})
}

func (w *world) history(room domain.Room, viewer domain.Viewer) []domain.Message {
	w.Helper()
	var all []domain.Message
	var after int64
	for {
		page, err := w.store.Messages(w.ctx, domain.HistoryQuery{Viewer: viewer, RoomID: room.ID, After: &after, Limit: 150})
		w.must(err)
		all = append(all, page.Messages...)
		if !page.HasMoreAfter {
			return all
		}
		after = all[len(all)-1].Seq
	}
}

func numbersGapless(w *world) {
	clinic := w.clinic()
	rooms := []domain.Room{w.room(clinic), w.room(clinic), w.room(clinic)}
	w.crowd(rooms, clinic)
	var total int
	for _, room := range rooms {
		total += w.inStep(room, clinic)
	}
	w.same("messages", total, writers*writerPosts)
}

// inStep checks the whole history of a room and gives its length: numbers have no hole, IDs rise
// with them, and what one writer has written one after the other stays in that order.
func (w *world) inStep(room domain.Room, viewer domain.User) int {
	w.Helper()
	messages := w.history(room, eyes(viewer))
	latest := make(map[int]int)
	for i, message := range messages {
		w.same("seq", message.Seq, int64(i)+1)
		if i > 0 && message.ID <= messages[i-1].ID {
			w.Fatalf("ID %s does not follow %s", message.ID, messages[i-1].ID)
		}
		writer, n := splitText(w, message.Text)
		if last, ok := latest[writer]; ok && n <= last {
			w.Fatalf("message %s comes after number %d of the same writer", message.Text, last)
		}
		latest[writer] = n
	}
	return len(messages)
}

func splitText(w *world, text string) (writer, n int) {
	w.Helper()
	if _, err := fmt.Sscanf(text, "%d.%d", &writer, &n); err != nil {
		w.Fatal(err)
	}
	return writer, n
}

func numbersAppearInOrder(w *world) {
	clinic := w.clinic()
	room := w.room(clinic)
	var written atomic.Bool
	together(2, func(i int) {
		if i == 0 {
			w.crowd([]domain.Room{room}, clinic)
			written.Store(true)
			return
		}
		var seen int64
		for last := false; !last; {
			last = written.Load()
			page, err := w.store.Messages(w.ctx, domain.HistoryQuery{Viewer: eyes(clinic), RoomID: room.ID, After: &seen, Limit: 200})
			if err != nil {
				w.Errorf("read: %v", err)
				return
			}
			for _, message := range page.Messages {
				if message.Seq != seen+1 {
					w.Errorf("saw %d after %d", message.Seq, seen)
				}
				seen = message.Seq
			}
			last = last && !page.HasMoreAfter
		}
		if seen != writers*writerPosts {
			w.Errorf("saw %d messages, want %d", seen, writers*writerPosts)
		}
	})
}

// positionsAppearInOrder is the same for a stream of several rooms: it asks for what came after
// the newest position, and must see every message.
func positionsAppearInOrder(w *world) {
	clinic := w.clinic()
	rooms := []domain.Room{w.room(clinic), w.room(clinic), w.room(clinic)}
	replay := domain.Replay{Viewer: eyes(clinic), Rooms: []domain.ID{rooms[0].ID, rooms[1].ID, rooms[2].ID}, After: domain.ZeroID, Limit: 100}
	seen := make(map[domain.ID]bool)
	var written atomic.Bool
	together(2, func(i int) {
		if i == 0 {
			w.crowd(rooms, clinic)
			written.Store(true)
			return
		}
		for last := false; !last; {
			last = written.Load()
			messages, err := w.store.MessagesAfter(w.ctx, replay)
			if err != nil {
				w.Errorf("replay: %v", err)
				return
			}
			known := len(seen)
			for _, message := range messages {
				seen[message.ID], replay.After = true, max(replay.After, message.ID)
			}
			last = last && len(messages) < replay.Limit
			if len(seen) == known && len(messages) == replay.Limit {
				replay.Limit *= 2 // the page held nothing but repetitions
			}
		}
	})
	w.same("messages seen", len(seen), writers*writerPosts)
}
