package test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"dentalk/domain"
	"dentalk/handlers"
)

// checkGapless holds that a history counts 1, 2, 3 … and holds each message once.
func checkGapless(t *testing.T, history []handlers.Message) {
	t.Helper()
	seen := map[string]bool{}
	for i, message := range history {
		if message.Seq != int64(i+1) {
			t.Fatalf("position %d of the history has seq %d", i+1, message.Seq)
		}
		if seen[message.ID] {
			t.Fatalf("message %s is in the history twice", message.ID)
		}
		seen[message.ID] = true
	}
}

// acknowledged is a message for which a writer has got a 201.
type acknowledged struct {
	room string
	key  string
	id   string
	seq  int64
}

// TestKillDuringWrites kills the server at a moment of chance while 50 writers post 2,000 messages
// to 10 rooms. The writers repeat every request that was not answered, with its key, until it is.
func TestKillDuringWrites(t *testing.T) {
	const writers, rooms, each = 50, 10, 40
	dir := t.TempDir()
	first := startServer(t, dir)
	operator := first.operator(t)
	roomIDs := make([]string, rooms)
	for i := range roomIDs {
		roomIDs[i] = operator.room(fmt.Sprint("kill-", i)).ID
	}
	follower := operator.subscribe(t, "/v1/rooms/"+roomIDs[0]+"/stream").ready()

	var done atomic.Int64
	var mu sync.Mutex
	var acks []acknowledged
	var group sync.WaitGroup
	for writer := range writers {
		group.Go(func() {
			for n := range each {
				ack := acknowledged{room: roomIDs[(writer+n)%rooms], key: fmt.Sprintf("%d-%d", writer, n)}
				message := postUntilAcknowledged(operator, ack.room, ack.key)
				ack.id, ack.seq = message.ID, message.Seq
				mu.Lock()
				acks = append(acks, ack)
				mu.Unlock()
				done.Add(1)
			}
		})
	}
	killAt := rand.Int64N(writers * each * 3 / 4)
	t.Logf("killed after %d acknowledged messages", killAt)
	eventually(t, "enough messages", func() bool { return done.Load() >= killAt })
	first.kill(t)
	second := startServerAt(t, first.addr, dir)
	group.Wait()

	operator = second.operator(t)
	byRoom := map[string][]handlers.Message{}
	total := 0
	for _, room := range roomIDs {
		byRoom[room] = operator.history(room)
		checkGapless(t, byRoom[room])
		checkKeysOnce(t, byRoom[room])
		total += len(byRoom[room])
	}
	if total != writers*each || len(acks) != total {
		t.Fatalf("the history holds %d messages, %d were acknowledged, %d were sent", total, len(acks), writers*each)
	}
	for _, ack := range acks {
		found := byRoom[ack.room][ack.seq-1]
		if found.ID != ack.id || found.ClientMessageID != ack.key {
			t.Fatalf("acknowledged %+v, but the history has %s with key %s there", ack, found.ID, found.ClientMessageID)
		}
	}
	checkReceived(t, follower, byRoom[roomIDs[0]])
	for _, room := range roomIDs {
		eventually(t, "the enrichment of every message", func() bool { return !anyPending(operator.history(room)) })
	}
}

func anyPending(history []handlers.Message) bool {
	return slices.ContainsFunc(history, func(m handlers.Message) bool { return m.Enrichment.State == "pending" })
}

func checkKeysOnce(t *testing.T, history []handlers.Message) {
	t.Helper()
	keys := map[string]bool{}
	for _, message := range history {
		if keys[message.ClientMessageID] {
			t.Fatalf("key %s was committed twice", message.ClientMessageID)
		}
		keys[message.ClientMessageID] = true
	}
}

// postUntilAcknowledged repeats a request over every failure, as a client with a bad network does.
func postUntilAcknowledged(c *caller, room, key string) handlers.Message {
	request := handlers.PostMessageRequest{Text: "message " + key, ClientMessageID: key}
	for {
		var message handlers.Message
		r, err := c.call("POST", "/v1/rooms/"+room+"/messages", request)
		if err != nil || r.status >= http.StatusInternalServerError {
			continue
		}
		c.decode(r, http.StatusCreated, &message)
		return message
	}
}

// checkReceived waits until the subscriber has as many messages as the history, and compares.
func checkReceived(t *testing.T, s *subscriber, history []handlers.Message) {
	t.Helper()
	eventually(t, "the whole history", func() bool { return s.count("message.created") >= len(history) })
	received := s.received()
	for i, message := range received {
		if i >= len(history) || message.ID != history[i].ID {
			t.Fatalf("position %d of the stream is seq %d; the stream has %d messages, the history %d", i+1, message.Seq, len(received), len(history))
		}
	}
}

// TestSubscribersResume drops and resumes 200 subscribers at random points during 5,000 messages.
func TestSubscribersResume(t *testing.T) {
	const subscribers, messages, writers = 200, 5000, 20
	s := startServer(t, t.TempDir(), "DENTALK_TRANSLATOR=off", "DENTALK_SENTIMENT=off") // half the events
	operator := s.operator(t)
	clinic, lab := s.member(t, operator, "clinic", "clinic", "en"), s.member(t, operator, "lab", "lab", "ko")
	room := operator.room("resume", clinic, lab)
	followers := make([]*subscriber, subscribers)
	for i := range followers {
		path := "/v1/rooms/" + room.ID + "/stream"
		if i%4 == 0 {
			path = "/v1/stream"
		}
		followers[i] = []*caller{clinic, lab, operator}[i%3].subscribeFrom(t, path, string(domain.ZeroID))
	}
	var posted atomic.Int64
	var group sync.WaitGroup
	for writer := range writers {
		group.Go(func() {
			for n := range messages / writers {
				postUntilAcknowledged(operator, room.ID, fmt.Sprintf("%d-%d", writer, n))
				if posted.Add(1)%10 == 0 {
					followers[rand.IntN(subscribers)].disconnect()
				}
			}
		})
	}
	group.Wait()
	history := operator.history(room.ID)
	checkGapless(t, history)
	if len(history) != messages {
		t.Fatalf("the history has %d messages, want %d", len(history), messages)
	}
	cuts := 0
	for _, follower := range followers {
		checkReceived(t, follower, history)
		cuts += follower.count("ready") - 1
	}
	t.Logf("%d reconnects", cuts)
	if cuts == 0 {
		t.Fatal("no subscriber was ever cut")
	}
}

// TestUnreadIsExact compares the unread count with a recount of the history.
func TestUnreadIsExact(t *testing.T) {
	s := startServer(t, t.TempDir())
	operator := s.operator(t)
	clinic, lab := s.member(t, operator, "clinic", "clinic", "en"), s.member(t, operator, "lab", "lab", "ko")
	room := operator.room("unread", clinic, lab)
	for range 60 {
		switch sender := []*caller{clinic, lab, operator}[rand.IntN(3)]; rand.IntN(4) {
		case 0:
			operator.must("POST", "/v1/rooms/"+room.ID+"/messages", handlers.PostMessageRequest{Type: "note", Text: "internal"}, http.StatusCreated, nil)
		case 1:
			clinic.must("PUT", "/v1/rooms/"+room.ID+"/read", map[string]int64{"seq": rand.Int64N(40)}, http.StatusNoContent, nil)
		default:
			sender.post(room.ID, "hello")
		}
		var receipts handlers.Page[handlers.Receipt]
		clinic.must("GET", "/v1/rooms/"+room.ID+"/receipts", nil, http.StatusOK, &receipts)
		var read int64
		for _, receipt := range receipts.Items {
			if receipt.UserID == clinic.user.ID {
				read = receipt.Seq
			}
		}
		var want int64
		for _, message := range clinic.history(room.ID) {
			if message.Seq > read && message.UserID != clinic.user.ID {
				want++
			}
		}
		var view handlers.Room
		clinic.must("GET", "/v1/rooms/"+room.ID, nil, http.StatusOK, &view)
		if view.UnreadCount != want {
			t.Fatalf("unreadCount is %d, a recount after seq %d gives %d", view.UnreadCount, read, want)
		}
	}
}
