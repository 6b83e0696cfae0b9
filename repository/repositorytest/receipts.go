package repositorytest

import (
	"time"

	"dentalk/domain"
)

var receiptRules = []rule{
	{"a marker moves forward and never back", markerForward},
	{"a marker stops at the newest message", markerStops},
	{"a marker that is set to a note stands at the message before it", markerPassesNotes},
	{"a room with notes only has no marker", markerOfNotesOnly},
	{"receipts follow the order of rooms and participants", receiptsListed},
	{"one who does not take part has no marker", markerOfStranger},
	{"one who comes back finds the marker", markerKept},
}

func (w *world) read(room domain.Room, user domain.User, seq int64) (domain.Receipt, bool) {
	w.Helper()
	receipt, moved, err := w.store.MarkRead(w.ctx, room.ID, user.ID, seq, w.clock.Now())
	w.must(err)
	return receipt, moved
}

func markerForward(w *world) {
	clinic, lab := w.clinic(), w.lab()
	room := w.room(clinic, lab)
	for range 3 {
		w.post(room, lab, "hello")
	}
	want := domain.Receipt{RoomID: room.ID, UserID: clinic.ID, Username: clinic.Username, Seq: 2, ReadAt: w.now()}
	got, moved := w.read(room, clinic, 2)
	w.same("receipt", got, want)
	w.same("moved", moved, true)

	w.clock.advance(time.Minute)
	for _, seq := range []int64{2, 1, 0, -1} {
		got, moved = w.read(room, clinic, seq)
		w.same("receipt", got, want)
		w.same("moved", moved, false)
	}
	want.Seq, want.ReadAt = 3, w.now()
	got, moved = w.read(room, clinic, 3)
	w.same("receipt", got, want)
	w.same("moved", moved, true)
}

func markerStops(w *world) {
	clinic := w.clinic()
	room := w.room(clinic)
	got, moved := w.read(room, clinic, 5)
	w.same("in an empty room", got, domain.Receipt{RoomID: room.ID, UserID: clinic.ID, Username: clinic.Username})
	w.same("moved", moved, false)
	w.post(room, clinic, "hello")
	got, moved = w.read(room, clinic, 99)
	w.same("seq", got.Seq, int64(1))
	w.same("moved", moved, true)
}

func markerPassesNotes(w *world) {
	clinic, lab, operator := w.clinic(), w.lab(), w.operator()
	room := w.room(clinic, lab, operator)
	w.post(room, lab, "one")
	w.note(room, operator)
	w.post(room, lab, "three")
	w.note(room, operator)
	w.note(room, operator)
	for _, step := range []struct {
		seq, want, unread int64
		moved             bool
	}{{2, 1, 1, true}, {2, 1, 1, false}, {5, 3, 0, true}, {4, 3, 0, false}, {99, 3, 0, false}} {
		for _, user := range []domain.User{clinic, operator} {
			receipt, moved := w.read(room, user, step.seq)
			w.same("marker", receipt.Seq, step.want)
			w.same("moved", moved, step.moved)
			w.same("unread", w.view(room, eyes(user)).UnreadCount, step.unread)
		}
	}
}

func markerOfNotesOnly(w *world) {
	clinic, operator := w.clinic(), w.operator()
	room := w.room(clinic, operator)
	w.note(room, operator)
	w.note(room, operator)
	var want []domain.Receipt
	for _, user := range []domain.User{clinic, operator} {
		nothing := domain.Receipt{RoomID: room.ID, UserID: user.ID, Username: user.Username}
		for _, seq := range []int64{1, 2, 99} {
			receipt, moved := w.read(room, user, seq)
			w.same("receipt", receipt, nothing)
			w.same("moved", moved, false)
		}
		want = append(want, nothing)
	}
	stored, err := w.store.Receipts(w.ctx, room.ID)
	w.must(err)
	w.same("stored", stored, want)
}

func receiptsListed(w *world) {
	clinic, lab, operator := w.clinic(), w.lab(), w.operator()
	a, b := w.room(lab, clinic, operator), w.room(clinic)
	w.post(a, lab, "hello")
	w.post(b, clinic, "hello")
	w.read(a, operator, 1)
	w.read(b, clinic, 1)
	unread := func(room domain.Room, user domain.User) domain.Receipt {
		return domain.Receipt{RoomID: room.ID, UserID: user.ID, Username: user.Username}
	}
	read := func(room domain.Room, user domain.User) domain.Receipt {
		receipt := unread(room, user)
		receipt.Seq, receipt.ReadAt = 1, w.now()
		return receipt
	}
	got, err := w.store.Receipts(w.ctx, b.ID, a.ID)
	w.must(err)
	w.same("receipts", got, []domain.Receipt{read(b, clinic), unread(a, lab), unread(a, clinic), read(a, operator)})
	got, err = w.store.Receipts(w.ctx)
	w.must(err)
	w.same("of no rooms", got, []domain.Receipt(nil))
}

func markerOfStranger(w *world) {
	clinic, lab := w.clinic(), w.lab()
	room := w.room(clinic)
	w.post(room, clinic, "hello")
	_, _, err := w.store.MarkRead(w.ctx, room.ID, lab.ID, 1, w.now())
	w.fails(err, domain.KindNotFound, "participant_not_found")
}

func markerKept(w *world) {
	clinic, lab := w.clinic(), w.lab()
	room := w.room(clinic, lab)
	w.post(room, lab, "hello")
	w.read(room, clinic, 1)
	_, _, err := w.store.RemoveParticipant(w.ctx, room.ID, clinic.ID, w.now())
	w.must(err)
	w.same("unread of one who left", w.view(room, eyes(clinic)).UnreadCount, int64(0))
	_, _, err = w.store.AddParticipant(w.ctx, room.ID, clinic.Participant(), "", w.now())
	w.must(err)
	w.post(room, lab, "welcome back")
	w.same("unread of one who came back", w.view(room, eyes(clinic)).UnreadCount, int64(1))
}
