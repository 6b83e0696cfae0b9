package repositorytest

import (
	"math/rand/v2"
	"slices"

	"dentalk/domain"
)

var unreadRules = []rule{
	{"counts equal a plain recount whatever happens", unreadExact},
	{"own messages and notes never count", unreadOthersOnly},
}

func unreadOthersOnly(w *world) {
	clinic, lab, operator := w.clinic(), w.lab(), w.operator()
	room := w.room(clinic, lab, operator)
	w.note(room, operator)
	w.post(room, clinic, "mine")
	w.note(room, operator)
	for user, want := range map[domain.ID]int64{clinic.ID: 0, lab.ID: 1, operator.ID: 1} {
		w.same("unread", w.view(room, domain.Viewer{UserID: user, Notes: user == operator.ID}).UnreadCount, want)
	}
}

// unreadExact plays at random and counts again by hand after every step.
func unreadExact(w *world) {
	random := rand.New(rand.NewPCG(1, 2))
	users := []domain.User{w.clinic(), w.lab(), w.operator(), w.clinic()}
	stranger := w.lab()
	room, other := w.room(users...), w.room(users...)
	var said []domain.Message
	markers := make(map[domain.ID]int64)
	for range 200 {
		user := users[random.IntN(len(users))]
		switch random.IntN(6) {
		case 0:
			said = append(said, w.note(room, user))
		case 1:
			w.post(other, user, "elsewhere")
		case 2, 3:
			seq := random.Int64N(int64(len(said)) + 2)
			receipt, _ := w.read(room, user, seq)
			markers[user.ID] = max(markers[user.ID], readable(said, seq))
			w.same("marker of "+user.Username, receipt.Seq, markers[user.ID])
		default:
			// Also those who do not take part may write: operators and services do.
			sender := append(users, stranger)[random.IntN(len(users)+1)]
			said = append(said, w.post(room, sender, "hello"))
		}
		for _, viewer := range users {
			want := recount(said, viewer.ID, markers[viewer.ID])
			w.same("unread of "+viewer.Username, w.view(room, eyes(viewer)).UnreadCount, want)
		}
		w.same("unread of a stranger", w.view(room, eyes(stranger)).UnreadCount, int64(0))
	}
}

// readable is the newest message up to seq that is not a note; 0 when there is none.
func readable(said []domain.Message, seq int64) int64 {
	for _, message := range slices.Backward(said) {
		if message.Seq <= seq && message.Type != domain.MessageNote {
			return message.Seq
		}
	}
	return 0
}

func recount(said []domain.Message, viewer domain.ID, marker int64) int64 {
	var count int64
	for _, message := range said {
		if message.Seq > marker && message.UserID != viewer && message.Type != domain.MessageNote {
			count++
		}
	}
	return count
}
