package repositorytest

import (
	"dentalk/domain"
)

var viewRules = []rule{
	{"an empty room has no newest message and its own ID as activity", viewEmpty},
	{"a view tells the newest message and its number", viewNewest},
	{"rooms are listed by latest activity", viewsOrdered},
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
