package repositorytest

import (
	"time"

	"dentalk/domain"
)

var erasureRules = []rule{
	{"an erasure is stored and pending until it is complete", erasureStored},
	{"pending erasures are listed by ID, up to a limit", erasuresPending},
	{"a complete erasure is pending again until it was repeated", erasureRepeated},
	{"an erased person's name is nowhere, and free again", userErased},
	{"an erased account stays as it is when it is erased again", userErasedAgain},
	{"an erased room has its order's name and is archived", roomErased},
	{"all answers to and about somebody are forgotten", answersForgotten},
}

func (w *world) erasure(target domain.ErasureTarget) domain.Erasure {
	w.Helper()
	erasure := domain.Erasure{ID: w.id(), Target: target, Reason: "Art. 17 — 삭제 요청", CreatedBy: w.id(), CreatedAt: w.now()}
	w.must(w.store.CreateErasure(w.ctx, erasure))
	return erasure
}

func (w *world) sameErasure(want domain.Erasure) {
	w.Helper()
	got, err := w.store.Erasure(w.ctx, want.ID)
	w.must(err)
	w.same("erasure", got, want)
}

// pendingErasures lists those that are not complete yet.
func (w *world) pendingErasures(limit int) []domain.Erasure {
	w.Helper()
	return w.erasuresDue(time.Time{}, limit)
}

func (w *world) erasuresDue(completedBefore time.Time, limit int) []domain.Erasure {
	w.Helper()
	erasures, err := w.store.PendingErasures(w.ctx, completedBefore, limit)
	w.must(err)
	return erasures
}

func erasureStored(w *world) {
	for _, target := range []domain.ErasureTarget{{MessageID: w.id()}, {RoomID: w.id()}, {UserID: w.id()}} {
		want := w.erasure(target)
		w.sameErasure(want)
		w.same("pending", w.pendingErasures(10), []domain.Erasure{want})
		w.clock.advance(time.Minute)
		w.must(w.store.CompleteErasure(w.ctx, want.ID, 1<<33, w.clock.Now()))
		want.CompletedAt, want.Messages = w.now(), 1<<33
		w.sameErasure(want)
		w.clock.advance(time.Minute)
		w.must(w.store.CompleteErasure(w.ctx, want.ID, 0, w.now()))
		w.sameErasure(want)
		w.same("pending afterwards", w.pendingErasures(10), []domain.Erasure(nil))
	}
	_, err := w.store.Erasure(w.ctx, w.id())
	w.fails(err, domain.KindNotFound, "erasure_not_found")
}

func erasuresPending(w *world) {
	var want []domain.Erasure
	for range 5 {
		want = append(want, w.erasure(domain.ErasureTarget{UserID: w.id()}))
	}
	w.must(w.store.CompleteErasure(w.ctx, want[1].ID, 0, w.now()))
	want = append(want[:1], want[2:]...)
	w.same("all", w.pendingErasures(10), want)
	w.same("first", w.pendingErasures(2), want[:2])
}

func erasureRepeated(w *world) {
	target := domain.ErasureTarget{RoomID: w.id()}
	first, pending, later := w.erasure(target), w.erasure(target), w.erasure(target)
	for _, one := range []*domain.Erasure{&first, &later} {
		w.clock.advance(time.Minute)
		w.must(w.store.CompleteErasure(w.ctx, one.ID, 1, w.now()))
		one.CompletedAt, one.Messages = w.now(), 1
	}
	w.same("none long ago", w.erasuresDue(first.CompletedAt, 10), []domain.Erasure{pending})
	w.same("one a while ago", w.erasuresDue(later.CompletedAt, 10), []domain.Erasure{first, pending})
	w.same("in the order of ID", w.erasuresDue(w.now().Add(time.Millisecond), 10), []domain.Erasure{first, pending, later})
	w.same("up to a limit", w.erasuresDue(w.now().Add(time.Millisecond), 1), []domain.Erasure{first})
	first.RepeatedAt = w.now()
	for range 2 {
		w.must(w.store.RepeatErasure(w.ctx, first.ID, w.clock.Now()))
		w.must(w.store.RepeatErasure(w.ctx, pending.ID, w.clock.Now()))
		w.clock.advance(time.Minute)
	}
	w.sameErasure(first)
	w.sameErasure(pending)
	w.same("those that are left", w.erasuresDue(w.now(), 10), []domain.Erasure{pending, later})
	w.fails(w.store.RepeatErasure(w.ctx, w.id(), w.now()), domain.KindNotFound, "erasure_not_found")
}

func (w *world) eraseUser(id domain.ID) domain.User {
	w.Helper()
	erased, err := w.store.EraseUser(w.ctx, id, w.clock.Now())
	w.must(err)
	return erased
}

// userErased lets the person act in every way in which an account's name is kept but in messages.
func userErased(w *world) {
	lab, clinic := w.lab(), w.clinic()
	w.operator() // who is left
	person := w.reset(w.operator(), "r1")
	room, left := w.room(lab, person, clinic), w.room(person, clinic)
	w.post(room, clinic, "hello")
	w.read(room, person, 1)
	_, _, err := w.store.RemoveParticipant(w.ctx, left.ID, person.ID, w.now())
	w.must(err)
	session := w.session(person, "token")
	for version, author := range []domain.User{person, clinic, person} {
		change := w.glossaryChange(int64(version) + 1)
		change.UserID, change.UserName = author.ID, author.Username
		w.appendChange(change)
	}
	w.clock.advance(time.Minute)
	got := w.eraseUser(person.ID)

	want := person
	want.Username, want.Email, want.PasswordHash, want.Reset = domain.ErasedUsername(person.ID), "", "", nil
	want.Disabled, want.ErasedAt, want.UpdatedAt = true, w.now(), w.now()
	w.same("answer", got, want)
	w.same("stored", w.storedUser(person.ID), want)
	w.nowhere([]domain.Room{room, left}, []domain.User{lab, clinic, want}, person.Username, person.Email, person.PasswordHash)
	w.noSession(session.ID)
	w.noReset(person.ID, "r1")
	stored, err := w.store.Room(w.ctx, room.ID)
	w.must(err)
	w.same("participants", stored.Participants, []domain.Participant{lab.Participant(), want.Participant(), clinic.Participant()})
	changes := w.glossaryChanges(0, 10)
	w.same("authors", []string{changes[0].UserName, changes[1].UserName, changes[2].UserName},
		[]string{want.Username, clinic.Username, want.Username})

	_, err = w.store.UserByUsername(w.ctx, person.Username)
	w.fails(err, domain.KindNotFound, "user_not_found")
	found, err := w.store.UserByUsername(w.ctx, want.Username)
	w.must(err)
	w.same("by the new name", found, want)
	next := person
	next.ID, next.Reset = w.id(), nil
	w.must(w.store.CreateUser(w.ctx, next))
	w.same("other users", []domain.User{w.storedUser(lab.ID), w.storedUser(clinic.ID)}, []domain.User{lab, clinic})
}

func userErasedAgain(w *world) {
	person, clinic := w.lab(), w.clinic()
	room := w.room(person, clinic)
	want := w.eraseUser(person.ID)
	w.clock.advance(time.Minute)
	w.same("again", w.eraseUser(person.ID), want)
	w.same("stored", w.storedUser(person.ID), want)
	stored, err := w.store.Room(w.ctx, room.ID)
	w.must(err)
	w.same("participants", stored.Participants, []domain.Participant{want.Participant(), clinic.Participant()})
	_, err = w.store.EraseUser(w.ctx, w.id(), w.now())
	w.fails(err, domain.KindNotFound, "user_not_found")
}

func roomErased(w *world) {
	clinic := w.clinic()
	want, other := w.room(clinic), w.room(clinic)
	w.post(want, clinic, "hello")
	for range 2 {
		w.clock.advance(time.Minute)
		got, err := w.store.EraseRoom(w.ctx, want.ID, w.clock.Now())
		w.must(err)
		want.Name, want.Status, want.UpdatedAt = want.OrderID, domain.RoomArchived, got.UpdatedAt
		w.same("answer", got, want)
		stored, err := w.store.Room(w.ctx, want.ID)
		w.must(err)
		w.same("stored", stored, want)
	}
	w.fails(w.append(draft(want, clinic, "late"))[0].Err, domain.KindConflict, "room_archived")
	stored, err := w.store.Room(w.ctx, other.ID)
	w.must(err)
	w.same("other room", stored, other)
	_, err = w.store.EraseRoom(w.ctx, w.id(), w.now())
	w.fails(err, domain.KindNotFound, "room_not_found")
}

func answersForgotten(w *world) {
	done, underWay, other, path, answer := w.record(), w.record(), w.record(), w.record(), w.record()
	underWay.CallerID, underWay.Key = done.CallerID, "another"
	path.Path = "POST /v1/rooms/" + string(done.CallerID) + "/participants"
	for _, record := range []domain.IdempotencyRecord{done, underWay, other, path, answer} {
		w.reserve(record)
	}
	done.Answer, other.Answer = []byte("her name"), []byte(`{"id":"`+w.id()+`"}`)
	answer.Answer = []byte(`{"id":"` + done.CallerID + `","username":"her name"}`)
	for _, record := range []domain.IdempotencyRecord{done, other, answer} {
		w.must(w.store.CompleteKey(w.ctx, record))
	}
	for range 2 {
		w.must(w.store.ForgetAnswers(w.ctx, done.CallerID))
	}
	w.same("completed", w.reserve(done), (*domain.IdempotencyRecord)(nil))
	w.same("under way", w.reserve(underWay), (*domain.IdempotencyRecord)(nil))
	w.same("by its path", w.reserve(path), (*domain.IdempotencyRecord)(nil))
	w.same("by its answer", w.reserve(answer), (*domain.IdempotencyRecord)(nil))
	w.same("another's", w.reserve(other), &other)
}
