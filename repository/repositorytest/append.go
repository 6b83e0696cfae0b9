package repositorytest

import (
	"dentalk/domain"
)

var appendRules = []rule{
	{"a message is stored as it was drafted, with number, ID and time", messageStored},
	{"the teeth of a message stay with it", teethStored},
	{"a batch is committed in its order", batchOrdered},
	{"each room has numbers of its own", roomsNumbered},
	{"a refused draft fails alone", draftRefused},
	{"an empty batch commits nothing", batchEmpty},
	{"an unknown message is not found", messageUnknown},
}

func messageStored(w *world) {
	clinic := w.clinic()
	room := w.room(clinic)
	first := w.post(room, clinic, "first")
	d := domain.Draft{
		RoomID: room.ID, UserID: clinic.ID, UserName: clinic.Username, Role: clinic.Role, Type: domain.MessageSystem,
		Text: "지르코니아 크라운 26 😀", Language: "ko", ReplyTo: first.ID, ClientMessageID: "key", State: domain.EnrichmentPending,
	}
	got := w.put(d)
	want := domain.Message{
		ID: got.ID, RoomID: room.ID, Seq: 2, UserID: clinic.ID, UserName: clinic.Username, Role: clinic.Role,
		Type: d.Type, Text: d.Text, ReplyTo: first.ID, ClientMessageID: "key",
		Enrichment: domain.Enrichment{State: domain.EnrichmentPending, Language: "ko"},
		CreatedAt:  w.now(), UpdatedAt: w.now(),
	}
	w.same("answer", got, want)
	if got.ID <= first.ID {
		w.Fatalf("ID %s does not follow %s", got.ID, first.ID)
	}
	stored, err := w.store.Message(w.ctx, room.ID, got.ID, eyes(clinic))
	w.must(err)
	w.same("stored", stored, want)
}

func batchOrdered(w *world) {
	clinic := w.clinic()
	a, b := w.room(clinic), w.room(clinic)
	answers := w.append(draft(a, clinic, "a1"), draft(b, clinic, "b1"), draft(a, clinic, "a2"), draft(a, clinic, "a3"), draft(b, clinic, "b2"))
	want := []int64{1, 1, 2, 3, 2}
	for i, answer := range answers {
		w.must(answer.Err)
		w.same("seq", answer.Message.Seq, want[i])
		if i > 0 && answer.Message.ID <= answers[i-1].Message.ID {
			w.Fatalf("ID %s does not follow %s", answer.Message.ID, answers[i-1].Message.ID)
		}
	}
}

func roomsNumbered(w *world) {
	clinic, operator := w.clinic(), w.operator()
	a, b := w.room(clinic), w.room(clinic)
	w.same("first", w.post(a, clinic, "hello").Seq, int64(1))
	w.same("note", w.note(a, operator).Seq, int64(2))
	w.same("after the note", w.post(a, clinic, "hello").Seq, int64(3))
	w.same("other room", w.post(b, clinic, "hello").Seq, int64(1))
}

func draftRefused(w *world) {
	clinic := w.clinic()
	room, archived := w.room(clinic), w.room(clinic)
	_, err := w.store.UpdateRoom(w.ctx, archived.ID, domain.RoomChange{Status: ref(domain.RoomArchived)}, w.now())
	w.must(err)
	keyed := draft(room, clinic, "once")
	keyed.ClientMessageID = "key"
	other := keyed
	other.Text = "another"

	answers := w.append(keyed, draft(archived, clinic, "late"), draft(domain.Room{ID: w.id()}, clinic, "lost"), other, draft(room, clinic, "fine"))
	w.must(answers[0].Err)
	w.fails(answers[1].Err, domain.KindConflict, "room_archived")
	w.fails(answers[2].Err, domain.KindNotFound, "room_not_found")
	w.fails(answers[3].Err, domain.KindUnprocessable, "idempotency_key_reused")
	w.must(answers[4].Err)
	w.same("seq", answers[4].Message.Seq, int64(2))
	w.same("last of the archived room", w.view(archived, eyes(clinic)).LastSeq, int64(0))
}

func batchEmpty(w *world) {
	w.same("answers", len(w.append()), 0)
}

func messageUnknown(w *world) {
	clinic := w.clinic()
	room, other := w.room(clinic), w.room(clinic)
	message := w.post(room, clinic, "hello")
	_, err := w.store.Message(w.ctx, room.ID, w.id(), eyes(clinic))
	w.fails(err, domain.KindNotFound, "message_not_found")
	_, err = w.store.Message(w.ctx, other.ID, message.ID, eyes(clinic))
	w.fails(err, domain.KindNotFound, "message_not_found")
}
