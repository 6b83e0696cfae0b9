package repositorytest

import (
	"fmt"
	"sync/atomic"
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
	w.inStep(room, clinic, 4*each)
}

// inStep checks the whole history of a room: numbers, IDs, and the order of each writer.
func (w *world) inStep(room domain.Room, viewer domain.User, count int) {
	w.Helper()
	messages := w.history(room, eyes(viewer))
	w.same("messages", len(messages), count)
	latest := make(map[int]int)
	for i, message := range messages {
		w.same("seq", message.Seq, int64(i)+1)
		if i > 0 && message.ID <= messages[i-1].ID {
			w.Fatalf("ID %s does not follow %s", message.ID, messages[i-1].ID)
		}
		writer, n := splitText(w, message.Text)
		if last, ok := latest[writer]; ok && n <= last {
			w.Fatalf("message %s comes after number %d of the same writer", message.Text, last)
		}
		latest[writer] = n
	}
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
		w.inStep(room, clinic, 2*batches*perBatch[i])
	}
}

func severalKeys(w *world, other domain.Store) {
	clinic := w.clinic()
	room := w.room(clinic)
	for round := range 5 {
		key := fmt.Sprint("key ", round)
		answers := make([]domain.Appended, 8)
		together(len(answers), func(i int) {
			done, err := w.both(other, i).AppendMessages(w.ctx, []domain.Draft{keyed(room, clinic, "once", key)})
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
		w.same("newest", w.view(room, eyes(clinic)).LastSeq, int64(round+1))
	}
}

func severalClaims(w *world, other domain.Store) {
	clinic := w.clinic()
	room := w.room(clinic)
	const count = 30
	for range count {
		w.pending(room, clinic, "hello")
	}
	claims := make([][]domain.EnrichmentTask, 4)
	together(len(claims), func(i int) {
		for {
			tasks, err := w.both(other, i).ClaimEnrichments(w.ctx, 4, lease)
			if err != nil {
				w.Errorf("claim: %v", err)
			}
			if len(tasks) == 0 {
				return
			}
			claims[i] = append(claims[i], tasks...)
		}
	})
	seen := make(map[domain.ID]bool)
	for _, tasks := range claims {
		for _, task := range tasks {
			if seen[task.Message.ID] {
				w.Fatalf("message %s was claimed twice", task.Message.ID)
			}
			seen[task.Message.ID] = true
		}
	}
	w.same("claimed", len(seen), count)
}

func severalRefresh(w *world, other domain.Store) {
	session := w.session(w.clinic(), "r1")
	var won atomic.Int32
	together(8, func(i int) {
		_, err := w.both(other, i).RotateRefreshToken(w.ctx, "r1", fmt.Sprint("next ", i), w.now())
		switch domain.KindOf(err) {
		case domain.KindUnauthenticated, domain.KindNotFound: // used before; then the session has ended
		default:
			if won.Add(1); err != nil {
				w.Errorf("rotate: %v", err)
			}
		}
	})
	w.same("winners", won.Load(), int32(1))
	w.noSession(session.ID)
}

func severalMarkers(w *world, other domain.Store) {
	clinic, lab := w.clinic(), w.lab()
	room := w.room(clinic, lab)
	const count = 20
	for range count {
		w.post(room, lab, "hello")
	}
	var moves atomic.Int32
	together(count, func(i int) {
		receipt, moved, err := w.both(other, i).MarkRead(w.ctx, room.ID, clinic.ID, int64(i)+1, w.now())
		if err != nil || receipt.Seq < int64(i)+1 {
			w.Errorf("marked %d, got %d: %v", i+1, receipt.Seq, err)
		}
		if moved {
			moves.Add(1)
		}
	})
	receipts, err := other.Receipts(w.ctx, room.ID)
	w.must(err)
	w.same("marker", receipts[0].Seq, int64(count))
	w.same("unread", w.view(room, eyes(clinic)).UnreadCount, int64(0))
	if moves.Load() == 0 {
		w.Fatal("the marker has not moved")
	}
}

func severalParticipants(w *world, other domain.Store) {
	room := w.room(w.clinic())
	users := make([]domain.User, 12)
	for i := range users {
		users[i] = w.lab()
	}
	var added atomic.Int32
	together(2*len(users), func(i int) {
		_, changed, err := w.both(other, i).AddParticipant(w.ctx, room.ID, users[i/2].Participant(), "", w.now())
		if err != nil {
			w.Errorf("add participant: %v", err)
		}
		if changed {
			added.Add(1)
		}
	})
	got, err := other.Room(w.ctx, room.ID)
	w.must(err)
	w.same("participants", len(got.Participants), 1+len(users))
	w.same("added", added.Load(), int32(len(users)))
}

func severalRooms(w *world, other domain.Store) {
	user := w.clinic()
	rooms := make([]domain.Room, 8)
	for i := range rooms {
		rooms[i] = w.newRoom(user)
		rooms[i].OrderID = "wanted"
	}
	var created atomic.Int32
	together(len(rooms), func(i int) {
		var made bool
		var err error
		if rooms[i], made, err = w.both(other, i).CreateRoom(w.ctx, rooms[i]); err != nil {
			w.Errorf("create room: %v", err)
		}
		if made {
			created.Add(1)
		}
	})
	for _, room := range rooms {
		w.same("room", room, rooms[0])
	}
	w.same("created", created.Load(), int32(1))
}

func severalReserve(w *world, other domain.Store) {
	expired := w.record()
	w.reserve(expired)
	w.clock.advance(2 * time.Minute)
	next := expired
	next.ExpiresAt = w.now().Add(time.Minute)
	var won atomic.Int32
	together(8, func(i int) {
		existing, err := w.both(other, i).ReserveKey(w.ctx, next, w.now())
		if err != nil {
			w.Errorf("reserve: %v", err)
		}
		if existing == nil {
			won.Add(1)
		}
	})
	w.same("winners", won.Load(), int32(1))
}
