package test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"

	"dentalk/domain"
	"dentalk/handlers"
	"dentalk/test/servers"
)

// TestAnErasureThatWasKilledCompletes kills the server when it has erased the first of many messages,
// and starts it again. Nobody asks a second time.
func TestAnErasureThatWasKilledCompletes(t *testing.T) {
	const count = 480
	dir := t.TempDir()
	w := newErasureWorld(t, startServer(t, dir))
	var group sync.WaitGroup
	for writer := range 40 {
		group.Go(func() {
			for n := range count / 40 {
				postText(w.person, w.room, fmt.Sprint(goneText, writer, n))
			}
		})
	}
	group.Wait()
	unread := w.unread()
	stream := w.clinic.subscribe(t, "/v1/rooms/"+w.room+"/stream").ready()
	group.Go(func() { // it may or may not be answered
		_, _ = w.operator.call("POST", "/v1/ops/erasures", map[string]string{"userId": w.person.user.ID, "reason": "asked for"})
	})
	eventually(t, "the first of the erasures", func() bool { return stream.count("message.erased") > 0 })
	w.server.kill(t)
	group.Wait()
	w.server = startServerAt(t, w.server.addr, dir)
	erasure := w.completed()
	t.Logf("%d of %d messages were left when it was killed", erasure.Messages, count+len(w.said))
	w.wantForgotten(goneWords...)
	history := w.operator.history(w.room)
	checkGapless(t, history)
	for _, message := range history {
		if blank := message.ErasedAt != nil && message.Content.Text == "" && message.UserName == domain.ErasedName; blank != (message.UserID == w.person.user.ID) {
			t.Fatalf("message %d is %+v", message.Seq, message)
		}
	}
	if len(history) < count || w.unread() != unread {
		t.Errorf("%d messages, %d unread; before it were %d", len(history), w.unread(), unread)
	}
}

// completed waits until the one erasure that the audit log knows is done.
func (w *erasureWorld) completed() (erasure handlers.Erasure) {
	w.Helper()
	var orders handlers.Page[handlers.AuditEntry]
	w.operator.must("GET", "/v1/ops/audit?action=erasure.created", nil, http.StatusOK, &orders)
	if len(orders.Items) != 1 {
		w.Fatalf("%d erasures were ordered, want 1", len(orders.Items))
	}
	id := orders.Items[0].TargetID
	w.known["erasureId"] = []string{id}
	eventually(w, "the erasure is done", func() bool {
		w.operator.must("GET", "/v1/ops/erasures/"+id, nil, http.StatusOK, &erasure)
		return erasure.State == "done"
	})
	return erasure
}

// TestAnErasedPersonIsFoundAtNoInstance erases at one instance and looks at the other, on MongoDB and
// Redis, with the files in S3.
func TestAnErasedPersonIsFoundAtNoInstance(t *testing.T) {
	i := startInstances(t, 2, "DENTALK_FILES_URL="+servers.S3(t).URL())
	w := newErasureWorld(t, i.all[0])
	w.wantFound(goneWords...)
	w.erasesPerson(i.all[1])
	for _, s := range i.all {
		for who, reader := range w.readers {
			w.readers[who] = reader.at(s)
		}
		w.server = s
		w.wantForgotten(goneWords...)
		w.person.at(s).refused("GET", "/v1/me", nil, http.StatusUnauthorized, "session_ended")
		s.anonymous(t).refused("POST", "/v1/auth/login", handlers.LoginRequest{Username: goneName, Password: userPassword}, http.StatusUnauthorized, "invalid_credentials")
	}
	i.wantNotInRedis(t, goneWords...)
	i.all[1].member(t, w.operator.at(i.all[1]), goneName, "lab", "ko")
}
