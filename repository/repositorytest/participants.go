package repositorytest

import (
	"time"

	"dentalk/domain"
)

var participantRules = []rule{
	{"a participant is added once, at the end", participantAdded},
	{"a participant brings the organization that the room lacks", participantOrganization},
	{"a full room takes nobody else", participantsFull},
	{"a participant leaves once", participantRemoved},
	{"a user's rooms are listed", participantRooms},
}

func participantAdded(w *world) {
	clinic, lab := w.clinic(), w.lab()
	want := w.room(clinic)
	w.clock.advance(time.Minute)
	got, changed, err := w.store.AddParticipant(w.ctx, want.ID, lab.Participant(), "", w.clock.Now())
	w.must(err)
	want.Participants, want.UpdatedAt = append(want.Participants, lab.Participant()), w.now()
	w.same("changed", changed, true)
	w.same("room", got, want)

	w.clock.advance(time.Minute)
	got, changed, err = w.store.AddParticipant(w.ctx, want.ID, lab.Participant(), "", w.clock.Now())
	w.must(err)
	w.same("changed again", changed, false)
	w.same("room again", got, want)
	got, err = w.store.Room(w.ctx, want.ID)
	w.must(err)
	w.same("stored", got, want)
}

func participantOrganization(w *world) {
	room := w.room()
	first, second := w.id(), w.id()
	add := func(user domain.User, organization, clinic, lab domain.ID) {
		w.Helper()
		got, _, err := w.store.AddParticipant(w.ctx, room.ID, user.Participant(), organization, w.now())
		w.must(err)
		w.same("clinic", got.ClinicID, clinic)
		w.same("lab", got.LabID, lab)
	}
	add(w.operator(), w.id(), "", "")
	add(w.clinic(), "", "", "")
	add(w.clinic(), first, first, "")
	add(w.clinic(), w.id(), first, "")
	add(w.lab(), second, first, second)
	add(w.lab(), w.id(), first, second)
	got, err := w.store.Room(w.ctx, room.ID)
	w.must(err)
	w.same("stored", []domain.ID{got.ClinicID, got.LabID}, []domain.ID{first, second})
}

func participantsFull(w *world) {
	room := w.newRoom()
	for range domain.MaxParticipants {
		room.Participants = append(room.Participants,
			domain.Participant{UserID: w.id(), Username: w.name("user"), Role: domain.RoleClinic, Language: "en"})
	}
	room, _, err := w.store.CreateRoom(w.ctx, room)
	w.must(err)
	_, _, err = w.store.AddParticipant(w.ctx, room.ID, w.lab().Participant(), "", w.now())
	w.fails(err, domain.KindConflict, "room_full")
	_, changed, err := w.store.AddParticipant(w.ctx, room.ID, room.Participants[7], "", w.now())
	w.must(err)
	w.same("one who is there already", changed, false)
}

func participantRemoved(w *world) {
	clinic, lab := w.clinic(), w.lab()
	want := w.room(clinic, lab)
	w.clock.advance(time.Minute)
	got, left, err := w.store.RemoveParticipant(w.ctx, want.ID, clinic.ID, w.clock.Now())
	w.must(err)
	want.Participants, want.UpdatedAt = want.Participants[1:], w.now()
	w.same("room", got, want)
	w.same("who left", left, ref(clinic.Participant()))

	_, left, err = w.store.RemoveParticipant(w.ctx, want.ID, clinic.ID, w.clock.Now())
	w.must(err)
	w.same("who left again", left, (*domain.Participant)(nil))
	access, err := w.store.RoomAccess(w.ctx, want.ID, clinic.ID)
	w.must(err)
	w.same("takes part", access.Participant, false)
}

func participantRooms(w *world) {
	clinic, lab := w.clinic(), w.lab()
	a, b := w.room(clinic, lab), w.room(clinic)
	w.room(lab)
	got, err := w.store.RoomIDs(w.ctx, clinic.ID)
	w.must(err)
	w.sameSet("rooms", got, []domain.ID{a.ID, b.ID})
	_, _, err = w.store.RemoveParticipant(w.ctx, a.ID, clinic.ID, w.now())
	w.must(err)
	got, err = w.store.RoomIDs(w.ctx, clinic.ID)
	w.must(err)
	w.sameSet("rooms after leaving", got, []domain.ID{b.ID})
}
