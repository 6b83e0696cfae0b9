package repositorytest

import (
	"time"

	"dentalk/domain"
)

var roomRules = []rule{
	{"a room is found as it was stored", roomStored},
	{"an order has one room", roomOfOrder},
	{"of many who make an order's room at once one does", roomRace},
	{"an update changes what it names and the time", roomUpdated},
	{"access tells the status and who takes part", roomAccess},
	{"an unknown room is not found", roomUnknown},
	{"rooms that were updated since a time are given", roomsUpdatedSince},
}

func roomStored(w *world) {
	want := w.newRoom(w.lab(), w.clinic(), w.operator())
	want.ClinicID, want.LabID, want.AssigneeID, want.Status = w.id(), w.id(), w.id(), domain.RoomArchived
	got, created, err := w.store.CreateRoom(w.ctx, want)
	w.must(err)
	w.same("created", created, true)
	w.same("answer", got, want)
	got, err = w.store.Room(w.ctx, want.ID)
	w.must(err)
	w.same("stored", got, want)
}

func roomOfOrder(w *world) {
	first := w.room(w.clinic())
	second := w.newRoom(w.lab())
	second.OrderID = first.OrderID
	got, created, err := w.store.CreateRoom(w.ctx, second)
	w.must(err)
	w.same("created", created, false)
	w.same("room", got, first)
	_, err = w.store.Room(w.ctx, second.ID)
	w.fails(err, domain.KindNotFound, "")
}

func roomRace(w *world) {
	user := w.clinic()
	rooms := make([]domain.Room, 10)
	for i := range rooms {
		rooms[i] = w.newRoom(user)
		rooms[i].OrderID = "wanted"
	}
	created := make([]bool, len(rooms))
	together(len(rooms), func(i int) {
		var err error
		if rooms[i], created[i], err = w.store.CreateRoom(w.ctx, rooms[i]); err != nil {
			w.Errorf("create room: %v", err)
		}
	})
	var winners int
	for i := range rooms {
		w.same("room", rooms[i], rooms[0])
		if created[i] {
			winners++
		}
	}
	w.same("winners", winners, 1)
}

func roomUpdated(w *world) {
	want := w.room(w.clinic(), w.lab())
	w.clock.advance(time.Minute)
	assignee, lab := w.id(), w.id()
	got, err := w.store.UpdateRoom(w.ctx, want.ID, domain.RoomChange{
		Name: ref("Crown 26"), Status: ref(domain.RoomArchived), AssigneeID: &assignee, LabID: &lab}, w.clock.Now())
	w.must(err)
	want.Name, want.Status, want.AssigneeID, want.LabID, want.UpdatedAt = "Crown 26", domain.RoomArchived, assignee, lab, w.now()
	w.same("answer", got, want)

	got, err = w.store.UpdateRoom(w.ctx, want.ID, domain.RoomChange{AssigneeID: ref(domain.ID(""))}, w.clock.Now())
	w.must(err)
	want.AssigneeID = ""
	w.same("nobody assigned", got, want)
	got, err = w.store.Room(w.ctx, want.ID)
	w.must(err)
	w.same("stored", got, want)
}

func roomAccess(w *world) {
	clinic, lab := w.clinic(), w.lab()
	room := w.room(clinic)
	for _, one := range []struct {
		user domain.ID
		want domain.RoomAccess
	}{
		{clinic.ID, domain.RoomAccess{Status: domain.RoomOpen, Participant: true}},
		{lab.ID, domain.RoomAccess{Status: domain.RoomOpen}},
		{"", domain.RoomAccess{Status: domain.RoomOpen}},
	} {
		got, err := w.store.RoomAccess(w.ctx, room.ID, one.user)
		w.must(err)
		w.same("access", got, one.want)
	}
}

func roomUnknown(w *world) {
	id, viewer := w.id(), domain.Viewer{}
	for _, ask := range []func() error{
		func() error { _, err := w.store.Room(w.ctx, id); return err },
		func() error { _, err := w.store.RoomAccess(w.ctx, id, id); return err },
		func() error { _, err := w.store.RoomView(w.ctx, id, viewer); return err },
		func() error { _, err := w.store.UpdateRoom(w.ctx, id, domain.RoomChange{}, w.now()); return err },
		func() error {
			_, _, err := w.store.AddParticipant(w.ctx, id, domain.Participant{UserID: w.id()}, "", w.now())
			return err
		},
		func() error { _, _, err := w.store.RemoveParticipant(w.ctx, id, w.id(), w.now()); return err },
		func() error { _, _, err := w.store.MarkRead(w.ctx, id, w.id(), 1, w.now()); return err },
		func() error {
			_, err := w.store.Messages(w.ctx, domain.HistoryQuery{RoomID: id, Limit: 1})
			return err
		},
	} {
		w.fails(ask(), domain.KindNotFound, "room_not_found")
	}
}

func roomsUpdatedSince(w *world) {
	clinic, lab := w.clinic(), w.lab()
	joined, left, changed := w.room(clinic), w.room(clinic, lab), w.room(clinic)
	w.room(clinic)
	w.clock.advance(time.Minute)
	since := w.now()
	fresh := w.room(clinic)
	w.clock.advance(time.Second)
	_, _, err := w.store.AddParticipant(w.ctx, joined.ID, lab.Participant(), "", w.now())
	w.must(err)
	_, _, err = w.store.RemoveParticipant(w.ctx, left.ID, lab.ID, w.now())
	w.must(err)
	_, err = w.store.UpdateRoom(w.ctx, changed.ID, domain.RoomChange{Name: ref("Crown 26")}, w.now())
	w.must(err)
	for _, one := range []struct {
		since time.Time
		want  []domain.ID
	}{
		{since, []domain.ID{joined.ID, left.ID, changed.ID, fresh.ID}},
		{since.Add(time.Second), []domain.ID{joined.ID, left.ID, changed.ID}},
		{since.Add(time.Minute), nil},
	} {
		rooms, err := w.store.RoomsUpdatedSince(w.ctx, one.since)
		w.must(err)
		var got []domain.ID
		for _, room := range rooms {
			stored, err := w.store.Room(w.ctx, room.ID)
			w.must(err)
			w.same("room", room, stored)
			got = append(got, room.ID)
		}
		w.sameSet("rooms", got, one.want)
	}
}
