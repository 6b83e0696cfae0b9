package repositorytest

import (
	"fmt"
	"testing"
	"time"

	"dentalk/domain"
)

// severalRules are of stores that share their data. Each has two stores.
var severalRules = []struct {
	name string
	hold func(w *world, other domain.Store)
}{
	{"what one has written the other reads", severalRead},
	{"numbers have no hole and IDs rise with them when both write to a room", severalGapless},
	{"batches of both keep their order", severalBatches},
	{"a key that comes through both at once is one message", severalKeys},
	{"who claims through both at once gets each message once", severalClaims},
	{"a refresh token that comes through both is replaced once", severalRefresh},
	{"a marker that is moved through both never moves back", severalMarkers},
	{"of participants who join through both none is lost", severalParticipants},
	{"an order's room that both make is made once", severalRooms},
	{"a key that both reserve is reserved once", severalReserve},
	{"of changes of an enrichment through both none is lost", severalChanges},
	{"of usage that both count nothing is lost", severalUsage},
	{"a version of the glossary that both append is one's", severalGlossary},
	{"a password reset that comes through both is redeemed once", severalResets},
	{"a password that is changed through both is changed once, and a reset stands", severalPasswords},
	{"of operators who are disabled through both one is left", severalOperators},
	{"of rotations of a key through both one is the last", severalRotations},
	{"nothing comes back while both work on what one erases", severalErasures},
	{"an erasure that both carry out leaves nothing", severalErase},
}

func runSeveral(t *testing.T, open OpenShared) {
	for _, one := range severalRules {
		t.Run(one.name, func(t *testing.T) {
			var another func() domain.Store
			w := newWorld(t, func(t *testing.T, now func() time.Time) domain.Store {
				var store domain.Store
				store, another = open(t, now)
				return store
			})
			w.repeats = true
			one.hold(w, another())
		})
	}
}

// both gives one of the stores in turn.
func (w *world) both(other domain.Store, i int) domain.Store {
	return []domain.Store{w.store, other}[i%2]
}

func severalRead(w *world, other domain.Store) {
	clinic, lab, operator := w.clinic(), w.lab(), w.operator()
	room := w.room(clinic, lab)
	for i := range 6 {
		done, err := w.both(other, i).AppendMessages(w.ctx, []domain.Draft{draft(room, clinic, "hello")})
		w.must(err)
		w.must(done[0].Err)
		w.same("seq", done[0].Message.Seq, int64(2*i+1))
		d := draft(room, operator, "internal")
		d.Type = domain.MessageNote
		done, err = w.both(other, i+1).AppendMessages(w.ctx, []domain.Draft{d})
		w.must(err)
		w.same("seq of the note", done[0].Message.Seq, int64(2*i+2))
		for _, viewer := range []domain.Viewer{eyes(lab), eyes(operator)} {
			got, err := w.both(other, i+1).RoomView(w.ctx, room.ID, viewer)
			w.must(err)
			w.same("view", got, w.view(room, viewer))
			w.same("last message", got.LastMessage.Seq, int64(2*i+1))
		}
		w.same("unread", w.view(room, eyes(lab)).UnreadCount, int64(i+1))
	}
}

func severalGapless(w *world, other domain.Store) {
	clinic := w.clinic()
	room := w.room(clinic)
	const each = 60
	together(4, func(i int) {
		for n := range each {
			done, err := w.both(other, i).AppendMessages(w.ctx, []domain.Draft{draft(room, clinic, fmt.Sprintf("%d.%d", i, n))})
			if err != nil || done[0].Err != nil {
				w.Errorf("append: %v, %v", err, done)
			}
		}
	})
	w.same("messages", w.inStep(room, clinic), 4*each)
}

func severalBatches(w *world, other domain.Store) {
	clinic := w.clinic()
	rooms := []domain.Room{w.room(clinic), w.room(clinic), w.room(clinic)}
	const batches, size = 4, 130
	together(2, func(i int) {
		for b := range batches {
			drafts := make([]domain.Draft, size)
			for n := range drafts {
				drafts[n] = draft(rooms[n%len(rooms)], clinic, fmt.Sprintf("%d.%d", i, b*size+n))
			}
			if _, err := w.both(other, i).AppendMessages(w.ctx, drafts); err != nil {
				w.Errorf("append: %v", err)
			}
		}
	})
	perBatch := []int{44, 43, 43}
	for i, room := range rooms {
		w.same("messages", w.inStep(room, clinic), 2*batches*perBatch[i])
	}
}

func severalKeys(w *world, other domain.Store) {
	clinic := w.clinic()
	room := w.room(clinic)
	for round := range 5 {
		d := keyed(room, clinic, "once", fmt.Sprint("key ", round))
		w.race(d, 8, func(i int) domain.Store { return w.both(other, i) })
		w.same("newest", w.view(room, eyes(clinic)).LastSeq, int64(round+1))
	}
}
