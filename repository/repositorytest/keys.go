package repositorytest

import (
	"dentalk/domain"
)

var keyRules = []rule{
	{"a repeated key gives the first message", keyRepeated},
	{"a repeated key gives the first message as it is now", keyRepeatedEnriched},
	{"a repeated key gives its message after the room was archived", keyArchived},
	{"a key that comes twice in a batch commits once", keyInBatch},
	{"a key is of one sender in one room", keyScoped},
	{"a key with another request clashes", keyClashes},
	{"many who repeat a key at once get one message", keyRace},
}

func keyed(room domain.Room, user domain.User, text, key string) domain.Draft {
	d := draft(room, user, text)
	d.ClientMessageID = key
	return d
}

func keyRepeated(w *world) {
	clinic := w.clinic()
	room := w.room(clinic)
	first := w.put(keyed(room, clinic, "once", "key"))
	w.post(room, clinic, "between")
	again := w.append(keyed(room, clinic, "once", "key"))[0]
	w.same("answer", again, domain.Appended{Message: first, Replayed: true})
	w.same("newest", w.view(room, eyes(clinic)).LastSeq, int64(2))
}

func keyRepeatedEnriched(w *world) {
	clinic := w.clinic()
	room := w.room(clinic, w.lab())
	d := keyed(room, clinic, "once", "key")
	d.State = domain.EnrichmentPending
	w.put(d)
	saved := w.enrich(w.claim(1)[0])
	again := w.append(d)[0]
	w.same("answer", again, domain.Appended{Message: saved, Replayed: true})
}

func keyArchived(w *world) {
	clinic := w.clinic()
	room := w.room(clinic)
	first := w.put(keyed(room, clinic, "once", "key"))
	_, err := w.store.UpdateRoom(w.ctx, room.ID, domain.RoomChange{Status: ref(domain.RoomArchived)}, w.now())
	w.must(err)
	again := w.append(keyed(room, clinic, "once", "key"))[0]
	w.same("answer", again, domain.Appended{Message: first, Replayed: true})
}

func keyInBatch(w *world) {
	clinic := w.clinic()
	room := w.room(clinic)
	answers := w.append(keyed(room, clinic, "once", "key"), keyed(room, clinic, "once", "key"), draft(room, clinic, "next"))
	w.must(answers[0].Err)
	w.same("second", answers[1], domain.Appended{Message: answers[0].Message, Replayed: true})
	w.same("seq of the next", answers[2].Message.Seq, int64(2))
}

func keyScoped(w *world) {
	clinic, lab := w.clinic(), w.lab()
	a, b := w.room(clinic, lab), w.room(clinic, lab)
	for _, d := range []domain.Draft{
		keyed(a, clinic, "one", "key"), keyed(a, lab, "two", "key"), keyed(b, clinic, "three", "key"), keyed(a, clinic, "four", "KEY"),
	} {
		w.put(d)
	}
}

func keyClashes(w *world) {
	clinic := w.clinic()
	room := w.room(clinic)
	first := w.put(keyed(room, clinic, "once", "key"))
	reply := keyed(room, clinic, "once", "key")
	reply.ReplyTo = first.ID
	kind := keyed(room, clinic, "once", "key")
	kind.Type = domain.MessageSystem
	for _, d := range []domain.Draft{keyed(room, clinic, "other", "key"), reply, kind} {
		w.fails(w.append(d)[0].Err, domain.KindUnprocessable, "idempotency_key_reused")
	}
	w.same("newest", w.view(room, eyes(clinic)).LastSeq, int64(1))
}

func keyRace(w *world) {
	clinic := w.clinic()
	room := w.room(clinic)
	w.race(keyed(room, clinic, "once", "key"), 40, func(int) domain.Store { return w.store })
	w.same("newest", w.view(room, eyes(clinic)).LastSeq, int64(1))
}

// race appends a draft with a key count times at once, which must commit it once.
func (w *world) race(d domain.Draft, count int, store func(i int) domain.Store) {
	w.Helper()
	answers := make([]domain.Appended, count)
	together(count, func(i int) {
		done, err := store(i).AppendMessages(w.ctx, []domain.Draft{d})
		if err != nil {
			w.Errorf("append: %v", err)
			return
		}
		answers[i] = done[0]
	})
	var firsts int
	for _, answer := range answers {
		w.must(answer.Err)
		w.same("message", answer.Message, answers[0].Message)
		if !answer.Replayed {
			firsts++
		}
	}
	w.same("commits of the key", firsts, 1)
}
