package repositorytest

import (
	"fmt"
	"sync/atomic"
	"time"

	"dentalk/domain"
)

func severalClaims(w *world, other domain.Store) {
	clinic := w.clinic()
	room := w.room(clinic)
	const count = 30
	w.backlog(room, clinic, count/2)
	for range count / 2 {
		w.pending(room, clinic, "hello")
	}
	claims := make([][]domain.EnrichmentTask, 4)
	together(len(claims), func(i int) {
		for {
			tasks, err := w.both(other, i).ClaimEnrichments(w.ctx, domain.Claim{Limit: 4, Lease: lease, First: i/2 == 0})
			if err != nil {
				w.Errorf("claim: %v", err)
			}
			if len(tasks) == 0 {
				return
			}
			claims[i] = append(claims[i], tasks...)
		}
	})
	w.claimedOnce(claims, count)
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

func severalChanges(w *world, other domain.Store) {
	w.changeTogether(func(i int) domain.Store { return w.both(other, i) })
}

func severalUsage(w *world, other domain.Store) {
	w.countTogether(func(i int) domain.Store { return w.both(other, i) })
}

func severalGlossary(w *world, other domain.Store) {
	w.appendTogether(func(i int) domain.Store { return w.both(other, i) })
}
