package test

import (
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"dentalk/handlers"
)

// outage is how long Redis is away. It is what the test is about, not a time to wait for something.
const outage = 20 * time.Second

// TestRedisIsKilledUnderLoad kills Redis while three instances are written to and followed, each
// message from another instance than it was posted to. It reports how long messages took.
func TestRedisIsKilledUnderLoad(t *testing.T) {
	i := startInstances(t, 3, "DENTALK_TRANSLATOR=off", "DENTALK_SENTIMENT=off")
	operator := i.all[0].operator(t)
	clinic := i.all[0].member(t, operator, "clinic", "clinic", "en")
	rooms := make([]string, 3)
	var followers []*subscriber
	for n := range rooms {
		rooms[n] = operator.room(fmt.Sprint("ORD-", n), clinic).ID
	}
	for n, room := range rooms { // room n is written to at instance n
		followers = append(followers, clinic.at(i.all[(n+1)%3]).subscribe(t, "/v1/rooms/"+room+"/stream").ready())
	}
	everything := clinic.at(i.all[2]).subscribe(t, "/v1/stream").ready()

	stop := make(chan struct{})
	var group sync.WaitGroup
	for n, room := range rooms {
		writer := operator.at(i.all[n])
		group.Go(func() {
			tick := time.NewTicker(100 * time.Millisecond)
			defer tick.Stop()
			for k := 0; ; k++ {
				writer.mustPost(t, room, fmt.Sprint(k))
				select {
				case <-stop:
					return
				case <-tick.C:
				}
			}
		})
	}
	eventually(t, "a flow of messages", func() bool { return followers[0].count("message.created") > 20 })
	down := time.Now()
	i.redis.Kill()
	<-time.After(outage)
	if err := i.redis.Restart(t.Context()); err != nil {
		t.Error(err)
	}
	up := time.Now()
	seen := followers[0].count("message.created")
	eventually(t, "a flow of messages", func() bool { return followers[0].count("message.created") > seen+50 })
	close(stop)
	group.Wait()
	total := 0
	for n, follower := range followers {
		history := operator.history(rooms[n])
		checkGapless(t, history)
		checkReceived(t, follower, history)
		total += len(history)
	}
	eventually(t, "everything on the stream of everything", func() bool { return len(uniqueIDs(everything.received())) == total })
	if twice := len(everything.received()) - total; twice > 0 && everything.count("ready") == 1 {
		t.Errorf("%d messages came twice on a stream that was never cut", twice)
	}
	report(t, "Redis up", followers, func(at time.Time) bool { return at.Before(down.Add(-time.Second)) || at.After(up.Add(5*time.Second)) })
	report(t, "Redis down", followers, func(at time.Time) bool { return at.After(down) && at.Before(up) })
}

// mustPost posts once, and fails the test when that fails.
func (c *caller) mustPost(t testing.TB, room, text string) {
	r, err := c.call("POST", "/v1/rooms/"+room+"/messages", handlers.PostMessageRequest{Text: text})
	if err != nil || r.status != http.StatusCreated {
		t.Errorf("a message was not taken: %v %s", err, r.body)
	}
}

func uniqueIDs(deliveries []delivery) map[string]bool {
	ids := make(map[string]bool, len(deliveries))
	for _, one := range deliveries {
		ids[one.ID] = true
	}
	return ids
}

// report tells how long messages took from their commit to a stream at another instance.
func report(t *testing.T, when string, followers []*subscriber, counts func(at time.Time) bool) {
	t.Helper()
	var delays []time.Duration
	for _, follower := range followers {
		for _, one := range follower.received() {
			if counts(one.CreatedAt) {
				delays = append(delays, one.delay)
			}
		}
	}
	if len(delays) == 0 {
		t.Fatalf("%s: nothing was delivered", when)
	}
	slices.Sort(delays)
	t.Logf("%s: %d messages across instances, from the commit to the stream median %v, p95 %v, longest %v",
		when, len(delays), delays[len(delays)/2], delays[len(delays)*95/100], delays[len(delays)-1])
}
