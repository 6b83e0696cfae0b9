package repositorytest

import (
	"cmp"
	"slices"
	"time"

	"dentalk/domain"
)

var uploadRules = []rule{
	{"an upload is stored as it is given", uploadStored},
	{"the uploads that a user may use are given and marked", uploadsUsed},
	{"what is shared once stays so", uploadStaysShared},
	{"a message shares its files and a note does not", messageSharesFiles},
	{"unused uploads are removed after their time", uploadsUnused},
	{"uploads are removed by ID, room and user", uploadsRemoved},
	{"a removed upload is not found and not used", uploadRemoved},
	{"removed uploads are listed until they are forgotten", uploadsForgotten},
	{"an upload is either used or removed as unused", uploadRace},
	{"the attachments of a message stay with it", attachmentsStored},
}

func (w *world) upload(room domain.Room, user domain.User) domain.Upload {
	w.Helper()
	name := w.name("scan")
	upload := domain.Upload{
		Attachment: domain.Attachment{ID: w.id(), Name: name + ".stl", ContentType: "model/stl", Size: 1 << 33, SHA256: "hash of " + name},
		RoomID:     room.ID, UserID: user.ID, CreatedAt: w.now(),
	}
	w.must(w.store.CreateUpload(w.ctx, upload))
	return upload
}

func (w *world) useUploads(room domain.Room, user domain.User, shared bool, ids ...domain.ID) []domain.Upload {
	w.Helper()
	used, err := w.store.UseUploads(w.ctx, room.ID, user.ID, ids, shared, w.now())
	w.must(err)
	slices.SortFunc(used, func(a, b domain.Upload) int { return cmp.Compare(a.ID, b.ID) })
	return used
}

func (w *world) removeUploads(selection domain.UploadSelection, want int) {
	w.Helper()
	count, err := w.store.RemoveUploads(w.ctx, selection, w.now())
	w.must(err)
	w.same("removed", count, want)
}

func (w *world) removed(limit int) []domain.ID {
	w.Helper()
	ids, err := w.store.RemovedUploads(w.ctx, limit)
	w.must(err)
	return ids
}

func (w *world) sameUpload(want domain.Upload) {
	w.Helper()
	got, err := w.store.Upload(w.ctx, want.ID)
	w.must(err)
	w.same("upload", got, want)
}

func (w *world) noUpload(id domain.ID) {
	w.Helper()
	_, err := w.store.Upload(w.ctx, id)
	w.fails(err, domain.KindNotFound, "attachment_not_found")
}

func uploadStored(w *world) {
	clinic := w.clinic()
	w.sameUpload(w.upload(w.room(clinic), clinic))
	w.noUpload(w.id())
}

func uploadsUsed(w *world) {
	clinic, lab := w.clinic(), w.lab()
	room, other := w.room(clinic, lab), w.room(clinic, lab)
	first, second, unused := w.upload(room, clinic), w.upload(room, clinic), w.upload(room, clinic)
	elsewhere, foreign, gone := w.upload(other, clinic), w.upload(room, lab), w.upload(room, clinic)
	w.removeUploads(domain.UploadSelection{IDs: []domain.ID{gone.ID}}, 1)
	used := w.useUploads(room, clinic, true, second.ID, elsewhere.ID, foreign.ID, gone.ID, w.id(), first.ID, first.ID)
	first.Shared, second.Shared = true, true
	w.same("used", used, []domain.Upload{first, second})
	for _, upload := range []domain.Upload{first, second, unused, elsewhere, foreign} {
		w.sameUpload(upload)
	}
	w.noUpload(gone.ID)
	w.same("of none", w.useUploads(room, clinic, true), []domain.Upload(nil))
}

func uploadStaysShared(w *world) {
	operator := w.operator()
	room := w.room()
	upload := w.upload(room, operator)
	for _, one := range []struct{ note, want bool }{{true, false}, {false, true}, {true, true}} {
		upload.Shared = one.want
		w.same("used", w.useUploads(room, operator, !one.note, upload.ID), []domain.Upload{upload})
		w.sameUpload(upload)
	}
}

func messageSharesFiles(w *world) {
	operator := w.operator()
	room := w.room(operator)
	for _, kind := range []domain.MessageType{domain.MessageNote, domain.MessageFile} {
		upload := w.upload(room, operator)
		w.useUploads(room, operator, false, upload.ID)
		done, err := w.store.AppendMessages(w.ctx, []domain.Draft{{
			RoomID: room.ID, UserID: operator.ID, UserName: operator.Username, Role: operator.Role, Type: kind, Text: "look",
			Attachments: []domain.Attachment{upload.Attachment}, State: domain.EnrichmentOff,
		}})
		w.must(err)
		w.must(done[0].Err)
		upload.Shared = kind != domain.MessageNote
		w.sameUpload(upload)
	}
}

func uploadsUnused(w *world) {
	clinic := w.clinic()
	room := w.room(clinic)
	old, used, noted := w.upload(room, clinic), w.upload(room, clinic), w.upload(room, clinic)
	w.useUploads(room, clinic, true, used.ID)
	w.useUploads(room, clinic, false, noted.ID)
	w.clock.advance(time.Second)
	late := w.upload(room, clinic)
	w.removeUploads(domain.UploadSelection{UnusedBefore: old.CreatedAt}, 0)
	w.removeUploads(domain.UploadSelection{UnusedBefore: late.CreatedAt}, 1)
	w.removeUploads(domain.UploadSelection{UnusedBefore: late.CreatedAt}, 0)
	w.same("removed", w.removed(10), []domain.ID{old.ID})
	w.sameUpload(late)
}

func uploadsRemoved(w *world) {
	clinic, lab := w.clinic(), w.lab()
	room, other := w.room(clinic, lab), w.room(clinic, lab)
	used, ofLab, elsewhere, stays := w.upload(room, clinic), w.upload(room, lab), w.upload(other, clinic), w.upload(other, lab)
	last := w.upload(other, lab)
	w.useUploads(room, clinic, true, used.ID)
	w.removeUploads(domain.UploadSelection{RoomID: room.ID}, 2)
	w.removeUploads(domain.UploadSelection{RoomID: room.ID}, 0)
	w.removeUploads(domain.UploadSelection{UserID: clinic.ID}, 1)
	w.removeUploads(domain.UploadSelection{IDs: []domain.ID{w.id(), last.ID, used.ID}}, 1)
	w.removeUploads(domain.UploadSelection{}, 0)
	w.same("removed", w.removed(10), []domain.ID{used.ID, ofLab.ID, elsewhere.ID, last.ID})
	w.sameUpload(stays)
}

func uploadRemoved(w *world) {
	clinic := w.clinic()
	room := w.room(clinic)
	upload := w.upload(room, clinic)
	w.removeUploads(domain.UploadSelection{IDs: []domain.ID{upload.ID}}, 1)
	w.noUpload(upload.ID)
	w.same("used", w.useUploads(room, clinic, true, upload.ID), []domain.Upload(nil))
}

func uploadsForgotten(w *world) {
	clinic := w.clinic()
	room := w.room(clinic)
	var ids []domain.ID
	for range 4 {
		ids = append(ids, w.upload(room, clinic).ID)
	}
	stays := w.upload(room, clinic)
	w.same("before", w.removed(10), []domain.ID(nil))
	w.removeUploads(domain.UploadSelection{IDs: []domain.ID{ids[3], ids[1], ids[2], ids[0]}}, 4)
	w.same("first", w.removed(2), ids[:2])
	for range 2 {
		w.must(w.store.ForgetUpload(w.ctx, ids[0]))
		w.must(w.store.ForgetUpload(w.ctx, stays.ID)) // was not removed
	}
	w.same("left", w.removed(10), ids[1:])
	w.sameUpload(stays)
}

// uploadRace lets messages use what the sweep removes: nothing that was given to a message is removed.
func uploadRace(w *world) {
	clinic := w.clinic()
	room := w.room(clinic)
	var ids []domain.ID
	for range 20 {
		ids = append(ids, w.upload(room, clinic).ID)
	}
	w.clock.advance(time.Second)
	given := make([][]domain.Upload, len(ids))
	together(len(ids)+1, func(i int) {
		var err error
		if i == len(ids) {
			_, err = w.store.RemoveUploads(w.ctx, domain.UploadSelection{UnusedBefore: w.now()}, w.now())
		} else {
			given[i], err = w.store.UseUploads(w.ctx, room.ID, clinic.ID, ids[i:i+1], true, w.now())
		}
		if err != nil {
			w.Errorf("race: %v", err)
		}
	})
	var used []domain.ID
	for _, uploads := range given {
		for _, upload := range uploads {
			used = append(used, upload.ID)
		}
	}
	for _, id := range used {
		_, err := w.store.Upload(w.ctx, id)
		w.must(err)
	}
	w.sameSet("used or removed", append(used, w.removed(100)...), ids)
}

func attachments() []domain.Attachment {
	return []domain.Attachment{
		{ID: "65f000000000000000000009", Name: "스캔 \"26\".stl", ContentType: "model/stl", Size: 1 << 33, SHA256: "e3b0c442"},
		{ID: "65f000000000000000000001", Name: "shade.jpg", ContentType: "image/jpeg", Size: 1, SHA256: "98fc1c14"},
	}
}

// attachmentsStored reads them in every way in which a message is read.
func attachmentsStored(w *world) {
	clinic := w.clinic()
	room := w.room(clinic, w.lab())
	d := keyed(room, clinic, "", "key")
	d.Type, d.Attachments, d.State = domain.MessageFile, attachments(), domain.EnrichmentPending
	posted := w.put(d)
	w.same("answer", posted.Attachments, attachments())
	w.same("stored", w.stored(posted), posted)
	w.same("history", w.history(room, eyes(clinic)), []domain.Message{posted})
	w.same("last message", *w.view(room, eyes(clinic)).LastMessage, posted)
	w.same("replay", w.replay(domain.Replay{Viewer: eyes(clinic), All: true, After: domain.ZeroID, Limit: 10}), []domain.Message{posted})
	w.same("repeated", w.append(d)[0], domain.Appended{Message: posted, Replayed: true})
	for _, others := range [][]domain.Attachment{nil, attachments()[:1], {attachments()[1], attachments()[0]}} {
		d.Attachments = others
		w.fails(w.append(d)[0].Err, domain.KindUnprocessable, "idempotency_key_reused")
	}
	task := w.claim(1)[0]
	w.same("claimed", task.Message, posted)
	w.same("enriched", w.enrich(task).Attachments, attachments())
	w.same("changed", w.change(posted, reopened).Attachments, attachments())
	w.same("of another", len(w.post(room, clinic, "none").Attachments), 0)
}
