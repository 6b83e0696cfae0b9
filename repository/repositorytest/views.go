package repositorytest

import (
	"math/rand/v2"
	"slices"

	"dentalk/domain"
)

var viewRules = []rule{
	{"an empty room has no newest message and its own ID as activity", viewEmpty},
	{"a view tells the newest message and its number", viewNewest},
	{"rooms are listed by latest activity", viewsOrdered},
	{"pages follow each other without loss or repetition while rooms move", viewsPaged},
	{"pages are those of the list at the first one, whatever happens between", viewsPagedRandomly},
	{"only the viewer's rooms are listed unless all are asked for", viewsOfViewer},
	{"a message in a room that was just made lifts it above all others", viewsLifted},
	{"who sees notes sees the mood of the newest messages", viewMood},
	{"lists are narrowed by status, order and unread messages", viewsFiltered},
}

func viewEmpty(w *world) {
	clinic := w.clinic()
	room := w.room(clinic)
	want := domain.RoomView{Room: room, Activity: room.ID}
	w.same("view", w.view(room, eyes(clinic)), want)
	views, err := w.store.RoomViews(w.ctx, domain.RoomQuery{Viewer: eyes(clinic), Limit: 10})
	w.must(err)
	w.same("list", views, []domain.RoomView{want})
}

func viewNewest(w *world) {
	clinic, lab := w.clinic(), w.lab()
	room := w.room(clinic, lab)
	w.post(room, clinic, "one")
	last := w.post(room, clinic, "two")
	want := domain.RoomView{Room: room, LastSeq: 2, LastMessage: &last, UnreadCount: 2, Activity: last.ID}
	w.same("of the other", w.view(room, eyes(lab)), want)
	views, err := w.store.RoomViews(w.ctx, domain.RoomQuery{Viewer: eyes(lab), Limit: 10})
	w.must(err)
	w.same("in the list", views, []domain.RoomView{want})
	want.UnreadCount = 0
	w.same("of the sender", w.view(room, eyes(clinic)), want)
	w.same("of one who does not take part", w.view(room, domain.Viewer{UserID: w.id()}), want)
}

func (w *world) listed(query domain.RoomQuery) []domain.ID {
	w.Helper()
	if query.Limit == 0 {
		query.Limit = 100
	}
	views, err := w.store.RoomViews(w.ctx, query)
	w.must(err)
	ids := make([]domain.ID, len(views))
	for i, view := range views {
		ids[i] = view.ID
		if i > 0 && view.Activity >= views[i-1].Activity {
			w.Fatalf("activity %s comes after %s", view.Activity, views[i-1].Activity)
		}
	}
	return ids
}

func viewsOrdered(w *world) {
	clinic := w.clinic()
	a, b, c := w.room(clinic), w.room(clinic), w.room(clinic)
	// Whether a message moves a room above one that was made at the same second is decided by IDs
	// of different sources, so that every room gets a message here.
	for _, room := range []domain.Room{c, a, b} {
		w.post(room, clinic, "hello")
	}
	w.same("order", w.listed(domain.RoomQuery{Viewer: eyes(clinic)}), []domain.ID{b.ID, a.ID, c.ID})
	w.post(c, clinic, "again")
	w.same("order after a message", w.listed(domain.RoomQuery{Viewer: eyes(clinic)}), []domain.ID{c.ID, b.ID, a.ID})
	w.same("order of all", w.listed(domain.RoomQuery{All: true, Viewer: eyes(w.operator())}), []domain.ID{c.ID, b.ID, a.ID})
}

// pages puts the pages of a query together; between two of them something happens.
func (w *world) pages(query domain.RoomQuery, between func()) []domain.ID {
	w.Helper()
	var seen []domain.ID
	for {
		views, err := w.store.RoomViews(w.ctx, query)
		w.must(err)
		if len(views) == 0 {
			return seen
		}
		for _, view := range views {
			if query.Before != "" && view.Activity >= query.Before {
				w.Fatalf("place %s is not behind the page before, which ended at %s", view.Activity, query.Before)
			}
			seen = append(seen, view.ID)
		}
		if query.AsOf == "" {
			query.AsOf = views[0].Activity
		}
		query.Before = views[len(views)-1].Activity
		between()
	}
}

func viewsPaged(w *world) {
	clinic := w.clinic()
	rooms := make([]domain.Room, 7)
	for i := range rooms {
		rooms[i] = w.room(clinic)
		if i > 0 { // the oldest stays empty
			w.post(rooms[i], clinic, "hello")
		}
	}
	for _, all := range []bool{false, true} {
		query := domain.RoomQuery{Viewer: eyes(clinic), All: all, Limit: 2}
		query.Limit = 100
		want := w.listed(query)
		query.Limit = 2
		// A room of each page, listed already or not yet, moves up; and another one is made.
		got := w.pages(query, func() {
			for _, room := range []domain.Room{rooms[0], rooms[3], rooms[6]} {
				w.post(room, clinic, "moved up")
			}
			w.post(w.room(clinic), clinic, "new")
		})
		w.same("rooms", known(got, want), want)
	}
}

// known leaves out rooms that were made after the first page: they may come or not.
func known(rooms, first []domain.ID) []domain.ID {
	return slices.DeleteFunc(rooms, func(id domain.ID) bool { return !slices.Contains(first, id) })
}

// viewsPagedRandomly lets anything happen between pages of any size.
func viewsPagedRandomly(w *world) {
	clinic, lab, operator := w.clinic(), w.lab(), w.operator()
	var rooms []domain.Room
	more := func() { rooms = append(rooms, w.room([]domain.User{clinic, lab}[:1+rand.IntN(2)]...)) }
	happen := func(times int) {
		for range times {
			room := rooms[rand.IntN(len(rooms))]
			switch chance := rand.IntN(6); {
			case chance == 0 && len(rooms) < 40: // bounded: each page lets more happen
				more()
			case chance == 1:
				w.note(room, operator)
			default:
				w.post(room, clinic, "hello")
			}
		}
	}
	more()
	happen(60)
	for _, query := range []domain.RoomQuery{
		{Viewer: eyes(clinic)}, {Viewer: eyes(lab)}, {Viewer: eyes(operator), All: true}, {Viewer: eyes(lab), Status: domain.RoomOpen},
	} {
		for range 5 {
			want := w.listed(query)
			query.Limit = 1 + rand.IntN(5)
			got := w.pages(query, func() { happen(rand.IntN(8)) })
			w.same("rooms", known(got, want), want)
			query.Limit = 0
		}
	}
}

func viewsLifted(w *world) {
	clinic := w.clinic()
	for range 20 {
		room, newest := w.room(clinic), w.room(clinic)
		message := w.post(room, clinic, "hello")
		if message.ID <= newest.ID {
			w.Fatalf("the message %s seems older than the room %s", message.ID, newest.ID)
		}
		w.same("first", w.listed(domain.RoomQuery{Viewer: eyes(clinic)})[0], room.ID)
	}
}

func viewMood(w *world) {
	clinic, operator := w.clinic(), w.operator()
	room := w.room(clinic)
	w.pending(room, clinic, "old, and beyond the newest")
	w.enrich(w.claim(1)[0])
	w.pending(room, clinic, "it does not fit")
	w.enrich(w.claim(1)[0])
	for range domain.MoodMessages - 1 {
		w.post(room, clinic, "not analysed")
	}
	w.same("for the operator", w.view(room, eyes(operator)).Mood, domain.Mood{Score: -0.75, Complaints: 1})
	w.same("for the clinic", w.view(room, eyes(clinic)).Mood, domain.Mood{})
	w.same("of an empty room", w.view(w.room(), eyes(operator)).Mood, domain.Mood{})
}

func viewsOfViewer(w *world) {
	clinic, lab, operator := w.clinic(), w.lab(), w.operator()
	a, b := w.room(clinic, lab), w.room(lab)
	w.sameSet("of the clinic", w.listed(domain.RoomQuery{Viewer: eyes(clinic)}), []domain.ID{a.ID})
	w.sameSet("of the lab", w.listed(domain.RoomQuery{Viewer: eyes(lab)}), []domain.ID{a.ID, b.ID})
	w.sameSet("of the operator alone", w.listed(domain.RoomQuery{Viewer: eyes(operator)}), nil)
	w.sameSet("all", w.listed(domain.RoomQuery{Viewer: eyes(operator), All: true}), []domain.ID{a.ID, b.ID})
}

func viewsFiltered(w *world) {
	clinic, lab, operator := w.clinic(), w.lab(), w.operator()
	read, unread, archived := w.room(clinic, lab), w.room(clinic, lab), w.room(clinic, lab)
	w.post(read, lab, "hello")
	w.post(unread, lab, "hello")
	_, _, err := w.store.MarkRead(w.ctx, read.ID, clinic.ID, 1, w.now())
	w.must(err)
	_, err = w.store.UpdateRoom(w.ctx, archived.ID, domain.RoomChange{Status: ref(domain.RoomArchived)}, w.now())
	w.must(err)

	for _, all := range []bool{false, true} {
		query := domain.RoomQuery{Viewer: eyes(clinic), All: all}
		query.Status = domain.RoomArchived
		w.sameSet("archived", w.listed(query), []domain.ID{archived.ID})
		query.Status = domain.RoomOpen
		w.sameSet("open", w.listed(query), []domain.ID{read.ID, unread.ID})
		query.Unread = true
		w.sameSet("open and unread", w.listed(query), []domain.ID{unread.ID})
		query.Status, query.Unread, query.OrderID = "", false, archived.OrderID
		w.sameSet("of an order", w.listed(query), []domain.ID{archived.ID})
		query.OrderID = "none"
		w.sameSet("of no order", w.listed(query), nil)
	}
	w.sameSet("unread of one who takes part in none", w.listed(domain.RoomQuery{Viewer: eyes(operator), All: true, Unread: true}), nil)
}
