package test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"
)

const (
	benchUsers = 1000
	// benchPerSecond is how many messages all users post together: each writes once in ten seconds.
	benchPerSecond = benchUsers / 10
)

// BenchmarkEnriched is the seed's measure: 1,000 users post, each in a room of its own, and the
// providers take 100 ms a request. Run it with -benchtime 3000x. It reports the time from a
// message's commit to its message.enriched, with a translator alone, with a second analyser alone,
// and with both side by side.
func BenchmarkEnriched(b *testing.B) {
	usePlainBinary(b)
	translator, analyser := startTranslationServer(b, 100*time.Millisecond), startSentimentServer(b, 100*time.Millisecond)
	dir := b.TempDir()
	quiet := []string{"DENTALK_TRANSLATOR=off", "DENTALK_SENTIMENT=off"}
	s := startServer(b, dir, quiet...)
	users, rooms := s.benchWorld(b)
	s.stop(b)
	translates, analyses := translator.settings(), []string{"DENTALK_SENTIMENT=google", "DENTALK_GOOGLE_KEY=none", "DENTALK_GOOGLE_LANGUAGE_URL=" + analyser.URL}
	for _, run := range []struct {
		name     string
		settings []string
	}{
		{"translation", append(slices.Clone(translates), "DENTALK_SENTIMENT=embedded")},
		{"analysis", append(slices.Clone(analyses), "DENTALK_TRANSLATOR=off")},
		{"both", append(slices.Clone(translates), analyses...)},
	} {
		b.Run(run.name, func(b *testing.B) {
			settings := append(run.settings, "DENTALK_PROVIDER_RATE=0", "DENTALK_PROVIDER_CONCURRENCY=64")
			benchmarkEnriched(b, startServerAt(b, s.addr, dir, settings...), users, rooms)
		})
	}
}

// benchWorld makes the users, and a room with a lab for each.
func (s *server) benchWorld(b *testing.B) (users []*caller, rooms []string) {
	operator := s.operator(b)
	lab := s.member(b, operator, "lab", "lab", "ko")
	users, rooms = make([]*caller, benchUsers), make([]string, benchUsers)
	var group errgroup.Group
	group.SetLimit(8)
	for n := range users {
		group.Go(func() error {
			users[n] = s.member(b, operator, fmt.Sprint("clinic-", n), "clinic", "en")
			rooms[n] = operator.room(fmt.Sprint("bench-", n), users[n], lab).ID
			return nil
		})
	}
	_ = group.Wait() // failures end the benchmark
	return users, rooms
}

func benchmarkEnriched(b *testing.B, s *server, users []*caller, rooms []string) {
	stream := s.operator(b).subscribe(b, "/v1/stream").ready()
	b.ResetTimer()
	tick := time.NewTicker(time.Second / benchPerSecond)
	defer tick.Stop()
	var group sync.WaitGroup
	for n := range b.N {
		<-tick.C
		who := n % benchUsers
		group.Go(func() {
			users[who].mustPost(b, rooms[who], fmt.Sprintf("Question %d: could you send case %d in shade A2 to us?", n, n))
		})
	}
	group.Wait()
	eventually(b, "all enriched", func() bool { return len(stream.enriched()) >= b.N })
	took := stream.enriched()
	slices.Sort(took)
	for _, share := range []float64{0.5, 0.95, 0.99} {
		b.ReportMetric(float64(took[int(share*float64(len(took)-1))].Milliseconds()), fmt.Sprintf("p%g-ms", share*100))
	}
}
