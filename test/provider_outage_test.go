package test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"
)

const (
	// providerOutage is what the test is about, not a time to wait for something.
	providerOutage = time.Minute
	// outageMessages are posted before, during and after it.
	outageMessages = 2000
)

// TestProviderIsDownUnderLoad takes the provider away for a minute while messages are posted, and
// holds that nobody notices but their translations. It reports how long POSTs took.
func TestProviderIsDownUnderLoad(t *testing.T) {
	t.Parallel()
	provider := startTranslationServer(t, 20*time.Millisecond)
	s := startServer(t, t.TempDir(), provider.settings()...)
	operator := s.operator(t)
	clinic, lab := s.member(t, operator, "clinic", "clinic", "en"), s.member(t, operator, "lab", "lab", "ko")
	rooms := make([]string, 4)
	for n := range rooms {
		rooms[n] = operator.room(fmt.Sprint("outage-", n), clinic, lab).ID
	}

	var posts postTimes
	stop := make(chan struct{})
	var group sync.WaitGroup
	each := outageMessages / len(rooms)
	for n, room := range rooms {
		group.Go(func() {
			tick := time.NewTicker((providerOutage + 6*time.Second) / time.Duration(each))
			defer tick.Stop()
			for k := range each {
				began := time.Now()
				clinic.mustPost(t, room, fmt.Sprintf("Message %d of room %d about shade A2.", k, n))
				posts.add(began)
				<-tick.C
			}
		})
	}
	eventually(t, "translations", func() bool { return s.metric(t, "dentalk_enrichment_seconds_count") > 30 })
	provider.setDown(true)
	down := time.Now()
	opened := make(chan bool, 1)
	go func() { opened <- s.sawOpenBreaker(t, stop) }()
	<-time.After(providerOutage)
	provider.setDown(false)
	up := time.Now()
	asked := provider.refusals()
	group.Wait()
	close(stop)
	if !<-opened {
		t.Error("the metrics never showed an open breaker")
	}
	// Five failures open the breaker, and every 30 s one call tries again; a call is a few requests.
	if asked > 60 {
		t.Errorf("%d requests to a provider that is down for a minute, want at most one a second", asked)
	}
	eventually(t, "everything enriched", func() bool {
		return s.metric(t, "dentalk_enrichment_finished_total") >= outageMessages
	})
	for _, room := range rooms {
		for _, message := range operator.history(room) {
			if message.Enrichment.State != "done" || message.Content.Translations["ko"] == "" || message.Emotion == nil {
				t.Fatalf("message %d is %s: %v", message.Seq, message.Enrichment.State, message.Content.Translations)
			}
		}
	}
	t.Logf("%d requests during the outage; POST with the provider up: %s, down: %s", asked,
		posts.between(time.Time{}, down), posts.between(down, up))
}

// sawOpenBreaker looks at the metrics until the breaker is open, or stop is closed.
func (s *server) sawOpenBreaker(t *testing.T, stop chan struct{}) bool {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		if s.metric(t, "dentalk_provider_breaker_state") == 2 {
			return true
		}
		select {
		case <-stop:
			return false
		case <-tick.C:
		}
	}
}

// postTimes collects how long requests took. It is safe for concurrent use.
type postTimes struct {
	mu    sync.Mutex
	times []postTime
}

type postTime struct {
	began time.Time
	took  time.Duration
}

func (p *postTimes) add(began time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.times = append(p.times, postTime{began, time.Since(began)})
}

func (p *postTimes) between(from, to time.Time) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var took []time.Duration
	for _, one := range p.times {
		if !one.began.Before(from) && one.began.Before(to) {
			took = append(took, one.took)
		}
	}
	return percentiles(took)
}

// percentiles are those that people ask for.
func percentiles(took []time.Duration) string {
	if len(took) == 0 {
		return "none"
	}
	slices.Sort(took)
	at := func(share float64) time.Duration {
		return took[int(share*float64(len(took)-1))].Round(100 * time.Microsecond)
	}
	return fmt.Sprintf("p50 %v, p95 %v, p99 %v of %d", at(0.5), at(0.95), at(0.99), len(took))
}
