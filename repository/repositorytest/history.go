package repositorytest

import (
	"math"
	"math/rand/v2"

	"dentalk/domain"
)

var historyRules = []rule{
	{"an empty room has an empty page", historyEmpty},
	{"without a position it is the newest page", historyNewest},
	{"pages before, after and around a number are exact", historyPages},
	{"every page equals one cut from a plain list", historyRandom},
	{"the position is that of the newest message", historyPosition},
}

func (w *world) page(query domain.HistoryQuery) domain.HistoryPage {
	w.Helper()
	page, err := w.store.Messages(w.ctx, query)
	w.must(err)
	return page
}

func historyEmpty(w *world) {
	clinic := w.clinic()
	room := w.room(clinic)
	for _, query := range []domain.HistoryQuery{{}, {Before: ref(int64(5))}, {After: ref(int64(0))}, {Around: ref(int64(1))}} {
		query.Viewer, query.RoomID, query.Limit = eyes(clinic), room.ID, 10
		w.same("page", w.page(query), domain.HistoryPage{Position: domain.ZeroID})
	}
}

func historyNewest(w *world) {
	clinic := w.clinic()
	room := w.room(clinic)
	var all []domain.Message
	for range 5 {
		all = append(all, w.post(room, clinic, "hello"))
	}
	query := domain.HistoryQuery{Viewer: eyes(clinic), RoomID: room.ID, Limit: 3}
	w.same("page", w.page(query), domain.HistoryPage{Messages: all[2:], HasMoreBefore: true, Position: all[4].ID})
	query.Limit = 5
	w.same("all", w.page(query), domain.HistoryPage{Messages: all, Position: all[4].ID})
}

func historyPages(w *world) {
	clinic := w.clinic()
	room := w.room(clinic)
	for range 9 {
		w.post(room, clinic, "hello")
	}
	before, after, around := 'b', 'a', 'o'
	for _, one := range []struct {
		side         rune
		seq          int64
		limit        int
		want         []int64
		older, newer bool
	}{
		{before, 5, 3, []int64{2, 3, 4}, true, true},
		{before, 4, 3, []int64{1, 2, 3}, false, true},
		{before, 1, 3, nil, false, true},
		{before, 0, 3, nil, false, true},
		{before, 10, 2, []int64{8, 9}, true, false},
		{before, math.MaxInt64, 2, []int64{8, 9}, true, false},
		{after, 0, 2, []int64{1, 2}, false, true},
		{after, 6, 3, []int64{7, 8, 9}, true, false},
		{after, 5, 3, []int64{6, 7, 8}, true, true},
		{after, 9, 3, nil, true, false},
		{after, math.MaxInt64, 3, nil, true, false},
		{around, 5, 4, []int64{3, 4, 5, 6}, true, true},
		{around, 5, 1, []int64{5}, true, true},
		{around, 1, 4, []int64{1, 2, 3, 4}, false, true},
		{around, 9, 4, []int64{6, 7, 8, 9}, true, false},
		{around, 99, 4, []int64{6, 7, 8, 9}, true, false},
		{around, -3, 4, []int64{1, 2, 3, 4}, false, true},
		{around, 5, 100, []int64{1, 2, 3, 4, 5, 6, 7, 8, 9}, false, false},
	} {
		query := domain.HistoryQuery{Viewer: eyes(clinic), RoomID: room.ID, Limit: one.limit}
		switch one.side {
		case before:
			query.Before = &one.seq
		case after:
			query.After = &one.seq
		case around:
			query.Around = &one.seq
		}
		page := w.page(query)
		w.same("numbers", seqsOf(page.Messages), one.want)
		w.same("more", []bool{page.HasMoreBefore, page.HasMoreAfter}, []bool{one.older, one.newer})
	}
}

// historyRandom compares with a list, for viewers with and without notes.
func historyRandom(w *world) {
	random := rand.New(rand.NewPCG(3, 4))
	clinic, operator := w.clinic(), w.operator()
	room := w.room(clinic)
	var all []domain.Message
	for range 40 {
		if random.IntN(3) == 0 {
			all = append(all, w.note(room, operator))
			continue
		}
		all = append(all, w.post(room, clinic, "hello"))
	}
	for range 200 {
		viewer := []domain.Viewer{eyes(clinic), eyes(operator)}[random.IntN(2)]
		seq, limit := random.Int64N(44)-1, 1+random.IntN(12)
		seen := visible(all, viewer)
		from := 0 // of the first message that is at seq or later
		for from < len(seen) && seen[from].Seq < seq {
			from++
		}
		query := domain.HistoryQuery{Viewer: viewer, RoomID: room.ID, Limit: limit}
		var low, high int
		switch random.IntN(3) {
		case 0:
			query.Before, low, high = &seq, max(0, from-limit), from
		case 1:
			if query.After = &seq; from < len(seen) && seen[from].Seq == seq {
				from++
			}
			low, high = from, min(len(seen), from+limit)
		default:
			query.Around = &seq
			page := w.page(query)
			low = 0
			if len(page.Messages) > 0 {
				for seen[low].ID != page.Messages[0].ID {
					low++
				}
			}
			high = low + min(limit, len(seen))
			if at := min(from, len(seen)-1); at < low || at >= high {
				w.Fatalf("around %d gives %v", seq, seqsOf(page.Messages))
			}
		}
		want := domain.HistoryPage{Messages: seen[low:high], HasMoreBefore: low > 0, HasMoreAfter: high < len(seen), Position: seen[len(seen)-1].ID}
		w.same("page", w.page(query), want)
	}
}

// visible is what a viewer may see of messages.
func visible(messages []domain.Message, viewer domain.Viewer) []domain.Message {
	var seen []domain.Message
	for _, message := range messages {
		if viewer.Notes || message.Type != domain.MessageNote {
			seen = append(seen, message)
		}
	}
	return seen
}

func historyPosition(w *world) {
	clinic := w.clinic()
	room, other := w.room(clinic), w.room(clinic)
	last := w.post(room, clinic, "hello")
	w.post(other, clinic, "elsewhere")
	for _, query := range []domain.HistoryQuery{{}, {Before: ref(int64(1))}, {After: ref(int64(1))}, {Around: ref(int64(1))}} {
		query.Viewer, query.RoomID, query.Limit = eyes(clinic), room.ID, 1
		w.same("position", w.page(query).Position, last.ID)
	}
}
