package repositorytest

import (
	"math/rand/v2"
	"slices"
	"time"

	"dentalk/domain"
)

var pagingRules = []rule{
	{"pages follow each other without loss or repetition while rooms move", pagingMoved},
	{"a room that has moved stands where it stood and shows what it is now", pagingPresent},
	{"rooms that have moved pass the same filters", pagingFiltered},
	{"pages are those of the list at the first one, whatever happens between", pagingRandom},
}

// place is a room in a list, and where it stands there.
type place struct{ Room, Activity domain.ID }

func placesOf(views []domain.RoomView) []place {
	places := make([]place, len(views))
	for i, view := range views {
		places[i] = place{view.ID, view.Activity}
	}
	return places
}

func (w *world) views(query domain.RoomQuery) []domain.RoomView {
	w.Helper()
	views, err := w.store.RoomViews(w.ctx, query)
	w.must(err)
	return views
}

// whole is the list as it is now, on one page.
func (w *world) whole(query domain.RoomQuery) []place {
	w.Helper()
	query.Limit = 1000
	return placesOf(w.views(query))
}

// pages puts the pages of a query together; before each one but the first something happens.
func (w *world) pages(query domain.RoomQuery, limit func() int, between func()) []place {
	w.Helper()
	var seen []place
	for {
		query.Limit = limit()
		views := w.views(query)
		if len(views) == 0 {
			return seen
		}
		if len(views) > query.Limit {
			w.Fatalf("got a page of %d rooms, want %d at most", len(views), query.Limit)
		}
		if query.Before != "" && views[0].Activity >= query.Before {
			w.Fatalf("place %s is not behind the page before, which ended at %s", views[0].Activity, query.Before)
		}
		seen = append(seen, placesOf(views)...)
		if query.AsOf == "" {
			query.AsOf = views[0].Activity
		}
		query.Before = views[len(views)-1].Activity
		between()
	}
}

// known leaves out rooms that were made after the first page: they may come or not.
func known(seen, first []place) []place {
	return slices.DeleteFunc(seen, func(one place) bool {
		return !slices.ContainsFunc(first, func(other place) bool { return other.Room == one.Room })
	})
}

func pagingMoved(w *world) {
	clinic := w.clinic()
	rooms := make([]domain.Room, 7)
	for i := range rooms {
		rooms[i] = w.room(clinic)
		if i > 0 { // the oldest stays empty
			w.post(rooms[i], clinic, "hello")
		}
	}
	for _, all := range []bool{false, true} {
		query := domain.RoomQuery{Viewer: eyes(clinic), All: all}
		want := w.whole(query)
		// A room of each page, listed already or not yet, moves up; and another one is made.
		seen := w.pages(query, func() int { return 2 }, func() {
			for _, room := range []domain.Room{rooms[0], rooms[3], rooms[6]} {
				w.post(room, clinic, "moved up")
			}
			w.post(w.room(clinic), clinic, "new")
		})
		w.same("rooms", known(seen, want), want)
	}
}

// pagingPresent surrounds the first page by notes, which are nobody's place.
func pagingPresent(w *world) {
	clinic, lab, operator := w.clinic(), w.lab(), w.operator()
	silent, spoken, top := w.room(clinic, lab), w.room(clinic, lab), w.room(clinic, lab)
	w.note(silent, operator)
	stood := w.post(spoken, lab, "before")
	w.note(spoken, operator)
	first := w.post(top, lab, "first of the list")
	for _, room := range []domain.Room{silent, spoken, top} {
		w.note(room, operator)
		w.post(room, lab, "meanwhile")
		w.note(room, operator)
	}
	for _, query := range []domain.RoomQuery{{Viewer: eyes(clinic)}, {Viewer: eyes(operator), All: true}} {
		query.Before, query.AsOf, query.Limit = first.ID, first.ID, 10
		want := []domain.RoomView{w.view(spoken, query.Viewer), w.view(silent, query.Viewer)}
		want[0].Activity, want[1].Activity = stood.ID, silent.ID
		w.same("views", w.views(query), want)
	}
}

func pagingFiltered(w *world) {
	clinic, lab := w.clinic(), w.lab()
	foreign := w.room(lab)
	w.post(foreign, lab, "hello")
	rooms := make([]domain.Room, 5)
	for i := range rooms {
		rooms[i] = w.room(clinic, lab)
		w.post(rooms[i], lab, "hello")
	}
	top := w.view(rooms[4], eyes(clinic)).Activity
	stays, archived, read, moved := rooms[0].ID, rooms[1].ID, rooms[2].ID, rooms[3].ID
	for _, room := range append(rooms[1:], foreign) {
		w.post(room, lab, "meanwhile")
	}
	_, err := w.store.UpdateRoom(w.ctx, archived, domain.RoomChange{Status: ref(domain.RoomArchived)}, w.now())
	w.must(err)
	w.read(rooms[2], clinic, 99)

	for _, one := range []struct {
		all    bool
		others []domain.ID
	}{{false, nil}, {true, []domain.ID{foreign.ID}}} {
		page := domain.RoomQuery{Viewer: eyes(clinic), All: one.all, Before: top, AsOf: top}
		query := page
		query.Status = domain.RoomOpen
		w.same("open", w.listed(query), append([]domain.ID{moved, read, stays}, one.others...))
		query.Unread = true
		w.same("open and unread", w.listed(query), []domain.ID{moved, stays})
		query = page
		query.Status = domain.RoomArchived
		w.same("archived", w.listed(query), []domain.ID{archived})
		query.Status, query.OrderID = "", rooms[2].OrderID
		w.same("of an order", w.listed(query), []domain.ID{read})
	}
}

// bustle is what goes on in a house: messages, notes and new rooms, at random.
type bustle struct {
	*world
	random                *rand.Rand
	clinic, lab, operator domain.User
	open                  []domain.Room
	rooms                 int
}

// mostRooms bounds the test: more rooms are more pages, between which more rooms are made.
const mostRooms = 40

// newRoom makes one in which the lab takes part or not, and which is archived or not. The
// clock moves, so that its ID comes after those of all messages that were written before.
func (b *bustle) newRoom() {
	b.clock.advance(2 * time.Second)
	b.rooms++
	room := b.room([]domain.User{b.clinic, b.lab}[:1+b.random.IntN(2)]...)
	if b.random.IntN(2) == 0 {
		b.post(room, b.clinic, "hello")
	}
	if b.random.IntN(4) > 0 {
		b.open = append(b.open, room)
		return
	}
	_, err := b.store.UpdateRoom(b.ctx, room.ID, domain.RoomChange{Status: ref(domain.RoomArchived)}, b.now())
	b.must(err)
}

func (b *bustle) happen(times int) {
	for range times {
		choice := b.random.IntN(6)
		if len(b.open) == 0 || choice == 0 && b.rooms < mostRooms {
			b.newRoom()
			continue
		}
		room := b.open[b.random.IntN(len(b.open))]
		if choice == 1 {
			b.note(room, b.operator)
		} else {
			b.post(room, b.clinic, "hello")
		}
	}
}

// pagingRandom lets anything happen between pages of any size.
func pagingRandom(w *world) {
	b := &bustle{world: w, random: rand.New(rand.NewPCG(7, 8)), clinic: w.clinic(), lab: w.lab(), operator: w.operator()}
	b.happen(60)
	for range 5 {
		for _, query := range []domain.RoomQuery{
			{Viewer: eyes(b.clinic)}, {Viewer: eyes(b.lab)}, {Viewer: eyes(b.lab), Status: domain.RoomOpen},
			{Viewer: eyes(b.operator), All: true}, {Viewer: eyes(b.operator), All: true, Status: domain.RoomOpen},
			{Viewer: eyes(b.operator), All: true, Status: domain.RoomArchived},
		} {
			want := w.whole(query)
			seen := w.pages(query, func() int { return 1 + b.random.IntN(5) }, func() { b.happen(b.random.IntN(8)) })
			w.same("rooms", known(seen, want), want)
		}
	}
}
