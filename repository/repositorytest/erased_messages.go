package repositorytest

import (
	"slices"
	"time"

	"dentalk/domain"
)

var erasedRules = []rule{
	{"an erased message keeps its place and nothing of its content", messageErased},
	{"a room and a user are erased in pages, and only once", erasedInPages},
	{"a user's messages lose the name too, also those that were erased before", nameErased},
	{"what comes after an erasure is erased by the next", erasedLater},
	{"numbers, counts and markers stay as they were", erasedCounts},
	{"an erasure is among the saves, each message at a time of its own", erasedSaves},
	{"the key of an erased message gives the blank one", erasedKey},
	{"an erased message is out of the queue, and its lease has ended", erasedUnderLease},
	{"a change of an erased message is given the blank one", erasedChanged},
	{"nothing comes back while workers and operators go on", erasedRace},
	{"nothing is there to erase where there is nothing", erasedNothing},
}

func (w *world) erase(target domain.ErasureTarget, after domain.ID, limit int) []domain.Message {
	w.Helper()
	messages, err := w.store.EraseMessages(w.ctx, target, after, limit, w.clock.Now())
	w.must(err)
	return messages
}

// sameErased checks that m is the blank form of before, and gives it. The save is in the store's own
// time, which may be a little later.
func (w *world) sameErased(m, before domain.Message, target domain.ErasureTarget, at time.Time) domain.Message {
	w.Helper()
	want := before.Erased(target, at)
	if m.UpdatedAt.Before(at) {
		w.Fatalf("updated at %s, before the erasure at %s", m.UpdatedAt, at)
	}
	want.UpdatedAt = m.UpdatedAt
	w.same("erased", m, want)
	return want
}

// rich is a message with everything in it that a message can hold. No other may wait meanwhile.
func (w *world) rich(room domain.Room, user domain.User, text string) domain.Message {
	w.Helper()
	d := keyed(room, user, text, w.name("key"))
	d.Teeth, d.Attachments, d.State = teeth(), attachments(), domain.EnrichmentPending
	w.put(d)
	return w.change(w.enrich(w.claim(1)[0]), corrected)
}

// richWords are words of a rich message, apart from its text.
func richWords() []string {
	e := done()
	words := []string{attachments()[1].Name, teeth()[2].Text, correction().Translations["ko"], correction().Complaint.Reasons[0], e.Translator}
	for _, translation := range e.Translations {
		words = append(words, translation)
	}
	return append(words, e.Terms[0].Source, e.Terms[0].Target)
}

func messageErased(w *world) {
	clinic, lab := w.clinic(), w.lab()
	for _, targetOf := range []func(domain.Message) domain.ErasureTarget{
		func(m domain.Message) domain.ErasureTarget { return domain.ErasureTarget{MessageID: m.ID} },
		func(m domain.Message) domain.ErasureTarget { return domain.ErasureTarget{RoomID: m.RoomID} },
		func(m domain.Message) domain.ErasureTarget { return domain.ErasureTarget{UserID: m.UserID} },
	} {
		room, author := w.room(clinic, lab), w.clinic()
		w.post(room, lab, "before")
		before := w.rich(room, author, "the secret of "+author.Username)
		target := targetOf(before)
		w.clock.advance(time.Minute)
		given := w.erase(target, domain.ZeroID, 10)
		w.same("as it was", given[len(given)-1], before)
		stored := w.stored(before)
		w.sameErased(stored, before, target, w.now())
		w.same("in the history", w.history(room, eyes(lab))[1], stored)
		w.same("last message", *w.view(room, eyes(lab)).LastMessage, stored)
		w.nowhere([]domain.Room{room}, []domain.User{clinic, lab}, append(richWords(), before.Text)...)
		w.clock.advance(time.Minute)
		w.same("again", w.erase(target, domain.ZeroID, 10), []domain.Message(nil))
		w.same("after that", w.stored(before), stored)
	}
}

// erasedInPages has two rooms and two users in turn, notes among the messages.
func erasedInPages(w *world) {
	clinic, operator := w.clinic(), w.operator()
	room, other := w.room(clinic), w.room(clinic)
	var said []domain.Message
	for range 4 {
		said = append(said, w.post(room, clinic, "one"), w.post(other, operator, "two"), w.note(room, operator), w.post(other, clinic, "three"))
	}
	of := func(belongs func(domain.Message) bool) []domain.Message {
		return slices.DeleteFunc(slices.Clone(said), func(m domain.Message) bool { return !belongs(m) })
	}
	ofRoom := of(func(m domain.Message) bool { return m.RoomID == room.ID })
	target := domain.ErasureTarget{RoomID: room.ID}
	w.same("after the first", w.erase(target, ofRoom[0].ID, 2), ofRoom[1:3])
	w.same("from the beginning", w.erase(target, domain.ZeroID, 2), []domain.Message{ofRoom[0], ofRoom[3]})
	w.same("after another room's", w.erase(target, said[8].ID, 100), ofRoom[5:])
	w.same("the rest", w.erase(target, domain.ZeroID, 100), ofRoom[4:5])
	w.same("again", w.erase(target, domain.ZeroID, 100), []domain.Message(nil))

	ofUser := of(func(m domain.Message) bool { return m.UserID == operator.ID && m.RoomID == other.ID })
	target = domain.ErasureTarget{UserID: operator.ID}
	notes := of(func(m domain.Message) bool { return m.Type == domain.MessageNote })
	for i := range notes {
		notes[i] = w.stored(notes[i]) // blank, but not nameless
	}
	var want []domain.Message
	for i := range ofUser {
		want = append(want, ofUser[i], notes[i])
	}
	var got []domain.Message
	after := domain.ZeroID
	for page := w.erase(target, after, 3); len(page) > 0; page = w.erase(target, after, 3) {
		got, after = append(got, page...), page[len(page)-1].ID
	}
	w.same("of the user", got, want)
	w.same("again", w.erase(target, domain.ZeroID, 100), []domain.Message(nil))
	for _, m := range said {
		erased := m.RoomID == room.ID || m.UserID == operator.ID
		if stored := w.stored(m); !erased {
			w.same("another's", stored, m)
		} else if stored.Text != "" || stored.ErasedAt.IsZero() {
			w.Fatalf("message %d of %s is not erased", m.Seq, m.RoomID)
		}
	}
}

func nameErased(w *world) {
	clinic, lab := w.clinic(), w.lab()
	room := w.room(clinic, lab)
	first, second, other := w.post(room, clinic, "first"), w.post(room, clinic, "second"), w.post(room, lab, "another's")
	byMessage := domain.ErasureTarget{MessageID: first.ID}
	w.erase(byMessage, domain.ZeroID, 10)
	blank := w.sameErased(w.stored(first), first, byMessage, w.now())
	w.same("name", blank.UserName, clinic.Username)
	w.clock.advance(time.Minute)
	byUser := domain.ErasureTarget{UserID: clinic.ID}
	w.same("given", w.erase(byUser, domain.ZeroID, 10), []domain.Message{blank, second})
	for _, m := range []domain.Message{first, second} {
		w.same("name", w.sameErased(w.stored(m), m, byUser, w.now()).UserName, domain.ErasedName)
	}
	w.same("another's", w.stored(other), other)
	w.eraseUser(clinic.ID)
	w.nowhere([]domain.Room{room}, []domain.User{lab}, clinic.Username)
}

func erasedLater(w *world) {
	clinic := w.clinic()
	room := w.room(clinic)
	for _, target := range []domain.ErasureTarget{{RoomID: room.ID}, {UserID: clinic.ID}, {RoomID: room.ID}} {
		w.clock.advance(time.Minute)
		said := w.post(room, clinic, "late")
		w.erase(target, domain.ZeroID, 10)
		w.sameErased(w.stored(said), said, target, w.now())
	}
}

func erasedCounts(w *world) {
	clinic, lab, operator := w.clinic(), w.lab(), w.operator()
	room := w.room(clinic, lab, operator)
	for _, author := range []domain.User{clinic, lab, clinic, operator, lab, clinic} {
		w.rich(room, author, "hello")
		w.note(room, operator)
	}
	w.read(room, lab, 5)
	w.read(room, operator, 7)
	users := []domain.User{clinic, lab, operator}
	type state struct {
		unread, last int64
		seqs         []int64
		receipts     []domain.Receipt
		activity     domain.ID
	}
	look := func() []state {
		receipts, err := w.store.Receipts(w.ctx, room.ID)
		w.must(err)
		var states []state
		for _, user := range users {
			view := w.view(room, eyes(user))
			states = append(states, state{view.UnreadCount, view.LastSeq, seqsOf(w.history(room, eyes(user))), receipts, view.Activity})
		}
		return states
	}
	want := look()
	w.same("mood before", w.view(room, eyes(operator)).Mood.Complaints > 0, true)
	for _, target := range []domain.ErasureTarget{{MessageID: w.history(room, eyes(lab))[2].ID}, {UserID: clinic.ID}, {RoomID: room.ID}} {
		w.erase(target, domain.ZeroID, 100)
		got := look()
		for i := range want {
			if got[i].unread != want[i].unread || got[i].last != want[i].last || got[i].activity != want[i].activity {
				w.Fatalf("counts of %s are %+v, want %+v", users[i].Username, got[i], want[i])
			}
			w.same("numbers", got[i].seqs, want[i].seqs)
			w.same("receipts", got[i].receipts, want[i].receipts)
		}
	}
	w.same("mood", w.view(room, eyes(operator)).Mood, domain.Mood{})
	w.same("next seq", w.post(room, lab, "next").Seq, int64(13))
	w.same("unread of the next", w.view(room, eyes(clinic)).UnreadCount, want[0].unread+1)
}

func erasedSaves(w *world) {
	clinic, operator := w.clinic(), w.operator()
	room, other := w.room(clinic), w.room(clinic)
	off, note, enriched := w.post(room, clinic, "off"), w.note(room, operator), w.rich(room, clinic, "enriched")
	w.rich(other, clinic, "elsewhere")
	pending := w.pending(room, clinic, "pending")
	w.clock.advance(time.Minute)
	since := w.now()
	w.erase(domain.ErasureTarget{RoomID: room.ID}, domain.ZeroID, 100)
	for _, all := range []bool{true, false} {
		replay := domain.Replay{Viewer: eyes(operator), All: all, Rooms: []domain.ID{room.ID}, After: pending.ID, Limit: 10}
		erased := []domain.ID{off.ID, note.ID, enriched.ID, pending.ID}
		w.same("saves", w.enriched(replay, since), erased)
		for i, id := range erased {
			stored := w.stored(domain.Message{ID: id, RoomID: room.ID})
			w.same("since this one", w.enriched(replay, stored.UpdatedAt), erased[i:])
		}
		replay.Viewer = eyes(clinic)
		w.same("without the note", w.enriched(replay, since), []domain.ID{off.ID, enriched.ID, pending.ID})
	}
}

func erasedKey(w *world) {
	clinic := w.clinic()
	room := w.room(clinic)
	d := keyed(room, clinic, "once", "key")
	d.Attachments = attachments()
	first := w.put(d)
	w.erase(domain.ErasureTarget{MessageID: first.ID}, domain.ZeroID, 10)
	blank := w.stored(first)
	w.same("the same", w.append(d)[0], domain.Appended{Message: blank, Replayed: true})
	d.Text, d.Attachments = "another", nil
	w.same("another", w.append(d)[0], domain.Appended{Message: blank, Replayed: true})
	w.same("newest", w.view(room, eyes(clinic)).LastSeq, int64(1))
}
