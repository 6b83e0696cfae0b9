package test

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"dentalk/domain"
	"dentalk/handlers"
	"dentalk/test/servers"
)

// instances are servers that share a database and a Redis.
type instances struct {
	all      []*server
	redis    *servers.RedisServer
	settings []string
}

// database gives the URI of an empty database.
func database(t testing.TB) string {
	t.Helper()
	uri, err := url.Parse(servers.MongoDB(t))
	if err != nil {
		t.Fatal(err)
	}
	uri.Path = "/dentalk-" + strings.ToLower(rand.Text()[:12])
	return uri.String()
}

// startInstances runs count servers until the test ends.
func startInstances(t testing.TB, count int, settings ...string) *instances {
	t.Helper()
	i := &instances{redis: servers.Redis(t)}
	i.settings = append([]string{
		"DENTALK_MONGODB_URI=" + database(t), "DENTALK_REDIS_URL=" + i.redis.URL(), "DENTALK_JWT_SECRET=" + rand.Text() + rand.Text(),
	}, settings...)
	i.all = make([]*server, count)
	var group sync.WaitGroup // all at once, as a deployment does
	for n := range i.all {
		dir := t.TempDir()
		group.Go(func() { i.all[n] = startServer(t, dir, i.settings...) })
	}
	group.Wait()
	if t.Failed() {
		t.FailNow()
	}
	return i
}

// at is the same caller at another instance.
func (c *caller) at(s *server) *caller {
	moved := *c
	moved.url = s.url
	return &moved
}

func TestInstancesActAsOne(t *testing.T) {
	i := startInstances(t, 3)
	a, b, c := i.all[0], i.all[1], i.all[2]
	operator := a.operator(t)
	clinic, lab := a.member(t, operator, "clinic", "clinic", "en"), b.member(t, operator.at(b), "lab", "lab", "ko")
	room := operator.at(c).room("ORD-1", clinic, lab)
	path := "/v1/rooms/" + room.ID

	followers := []*subscriber{
		clinic.at(b).subscribe(t, path+"/stream").ready(), lab.at(c).subscribe(t, "/v1/stream").ready(),
		operator.at(b).subscribe(t, "/v1/stream").ready(), operator.at(a).subscribe(t, path+"/stream").ready(),
	}
	var group sync.WaitGroup
	for n, writer := range []*caller{clinic.at(a), lab.at(b), operator.at(c)} {
		group.Go(func() {
			for k := range 20 {
				postUntilAcknowledged(writer, room.ID, fmt.Sprintf("%d-%d", n, k))
			}
		})
	}
	group.Wait()
	history := lab.at(a).history(room.ID)
	checkGapless(t, history)
	for _, follower := range followers {
		checkReceived(t, follower, history)
	}
	for _, follower := range followers {
		eventually(t, "an enrichment of every message", func() bool { return follower.count("message.enriched") >= len(history) })
	}

	t.Run("every metric is described", func(t *testing.T) { checkMetricsDescribed(t, a) })
	t.Run("one key at two instances is one message", func(t *testing.T) {
		answers := make([]handlers.Message, 6)
		var group sync.WaitGroup
		for n := range answers {
			group.Go(func() { answers[n] = postUntilAcknowledged(clinic.at(i.all[n%3]), room.ID, "the same key") })
		}
		group.Wait()
		for _, answer := range answers {
			if answer.ID == "" || answer.ID != answers[0].ID {
				t.Errorf("got %s and %s", answer.ID, answers[0].ID)
			}
		}
	})
	t.Run("a creating request with a key is made once", func(t *testing.T) {
		request := map[string]string{"kind": "lab", "name": "Hanbit Dental", "language": "ko", "country": "KR", "timezone": "Asia/Seoul"}
		var first, second handlers.Organization
		operator.at(a).must("POST", "/v1/organizations", request, http.StatusCreated, &first, "Idempotency-Key", "made once")
		operator.at(b).must("POST", "/v1/organizations", request, http.StatusCreated, &second, "Idempotency-Key", "made once")
		if first.ID != second.ID {
			t.Errorf("got %s and %s", first.ID, second.ID)
		}
	})
	t.Run("typing and receipts travel", func(t *testing.T) {
		lab.at(a).must("POST", path+"/typing", nil, http.StatusAccepted, nil)
		lab.at(a).must("PUT", path+"/read", map[string]int64{"seq": 5}, http.StatusNoContent, nil)
		eventually(t, "typing and the receipt", func() bool {
			return followers[0].count("typing") > 0 && followers[0].count("receipt.read") > 0
		})
	})
	t.Run("presence is that of all instances", func(t *testing.T) {
		eventually(t, "both are connected", func() bool {
			var presence handlers.Page[handlers.ParticipantPresence]
			operator.at(a).must("GET", path+"/presence", nil, http.StatusOK, &presence)
			return len(presence.Items) == 2 && presence.Items[0].Connected && presence.Items[1].Connected
		})
	})
	t.Run("failed logins count at all instances", func(t *testing.T) {
		for n := range 5 {
			s := i.all[n%3]
			s.anonymous(t).refused("POST", "/v1/auth/login", handlers.LoginRequest{Username: "lab", Password: "wrong password"}, http.StatusUnauthorized, "invalid_credentials")
		}
		for _, s := range i.all {
			s.anonymous(t).refused("POST", "/v1/auth/login", handlers.LoginRequest{Username: "lab", Password: userPassword}, http.StatusTooManyRequests, "too_many_logins")
		}
	})
	t.Run("who leaves at one instance hears nothing at the others", func(t *testing.T) {
		operator.at(a).must("DELETE", path+"/participants/"+lab.user.ID, nil, http.StatusNoContent, nil)
		eventually(t, "the lab is told", func() bool { return followers[1].count("participant.left") > 0 })
		before := followers[1].count("message.created")
		last := clinic.at(a).post(room.ID, "not for the lab")
		eventually(t, "the others have it", func() bool {
			received := followers[0].received()
			return received[len(received)-1].ID == last.ID
		})
		if after := followers[1].count("message.created"); after != before {
			t.Errorf("the lab got %d messages after it had left", after-before)
		}
	})
	t.Run("a session ends everywhere", func(t *testing.T) {
		clinic.at(a).must("POST", "/v1/auth/logout", nil, http.StatusNoContent, nil)
		eventually(t, "the stream at another instance is ended", func() bool { return followers[0].count("goodbye") > 0 })
		for _, s := range i.all {
			eventually(t, "the token is refused", func() bool {
				r, err := clinic.at(s).call("GET", "/v1/me", nil)
				return err == nil && r.status == http.StatusUnauthorized
			})
		}
	})
}

// TestTwoInstancesWriteToOneRoom reports how often a number was lost to the other instance. The
// store's own test writes more, without the rest of the server around it.
func TestTwoInstancesWriteToOneRoom(t *testing.T) {
	const messages, writers = 2000, 40
	i := startInstances(t, 2, "DENTALK_TRANSLATOR=off", "DENTALK_SENTIMENT=off")
	operator := i.all[0].operator(t)
	room := operator.room("ORD-1").ID
	follower := operator.at(i.all[1]).subscribeFrom(t, "/v1/rooms/"+room+"/stream", string(domain.ZeroID)).ready()
	var group sync.WaitGroup
	for writer := range writers {
		caller := operator.at(i.all[writer%2])
		group.Go(func() {
			for n := range messages / writers {
				postUntilAcknowledged(caller, room, fmt.Sprintf("%d-%d", writer, n))
			}
		})
	}
	group.Wait()
	lost := 0.0
	for _, s := range i.all {
		lost += s.metric(t, "dentalk_store_append_conflicts_total")
	}
	t.Logf("%d messages by %d writers: %.0f attempts lost a number to the other instance, %.3f a message", messages, writers, lost, lost/messages)
	eventually(t, "the whole history at a stream", func() bool { return follower.count("message.created") >= messages })
	for n, message := range follower.received() {
		if message.Seq != int64(n+1) {
			t.Fatalf("position %d of the stream has seq %d", n+1, message.Seq)
		}
	}
	history := operator.history(room)
	checkGapless(t, history)
	checkKeysOnce(t, history)
	if len(history) != messages {
		t.Errorf("the history has %d messages, want %d", len(history), messages)
	}
}
