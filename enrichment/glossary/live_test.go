package glossary_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"dentalk/domain"
	"dentalk/enrichment/glossary"
)

// source is a term base whose answers a test sets.
type source struct {
	mu    sync.Mutex
	given domain.Glossary
	fails error
	asked int
	gate  chan struct{} // when not nil, answers wait for it
}

func (s *source) Snapshot(ctx context.Context) (domain.Glossary, error) {
	s.mu.Lock()
	s.asked++
	given, fails, gate := s.given, s.fails, s.gate
	s.mu.Unlock()
	if gate != nil {
		select {
		case <-gate:
		case <-ctx.Done():
			return domain.Glossary{}, ctx.Err()
		}
	}
	return given, fails
}

func (s *source) set(given domain.Glossary, fails error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.given, s.fails = given, fails
}

func (s *source) askedSoFar() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked
}

func crownIn(korean string, version int64) domain.Glossary {
	return domain.Glossary{Version: version, Terms: []domain.GlossaryTerm{
		{Term: "crown", Category: "restoration", Translations: map[string]string{"ko": korean}},
	}}
}

func wantTarget(t *testing.T, live *glossary.Live, want string) {
	t.Helper()
	g := live.Glossary(t.Context())
	if g == nil {
		t.Fatalf("no glossary, want %s", want)
	}
	if terms := g.Find("en", "ko", "crown"); len(terms) != 1 || terms[0].Target != want {
		t.Errorf("got %v, want %s", terms, want)
	}
}

func TestChangeIsSeenAfterASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &source{given: crownIn("크라운", 1)}
		live := glossary.NewLive(s)
		wantTarget(t, live, "크라운")
		before := live.Version(t.Context())
		s.set(crownIn("관", 2), nil)
		wantTarget(t, live, "크라운")
		if s.askedSoFar() != 1 {
			t.Errorf("asked %d times within a second", s.askedSoFar())
		}
		time.Sleep(time.Second)
		wantTarget(t, live, "관")
		if after := live.Version(t.Context()); after == before || after == "" {
			t.Errorf("version %q after %q", after, before)
		}
	})
}

func TestSameVersionIsNotBuiltAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		live := glossary.NewLive(&source{given: crownIn("크라운", 1)})
		first := live.Glossary(t.Context())
		time.Sleep(time.Hour)
		if live.Glossary(t.Context()) != first {
			t.Error("it was built again")
		}
	})
}

func TestLastGlossaryIsKeptWhileTheStoreFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &source{given: crownIn("크라운", 1)}
		live := glossary.NewLive(s)
		wantTarget(t, live, "크라운")
		s.set(domain.Glossary{}, errors.New("down"))
		for range 3 {
			time.Sleep(time.Second)
			wantTarget(t, live, "크라운")
		}
		s.set(crownIn("관", 2), nil)
		time.Sleep(time.Second)
		wantTarget(t, live, "관")
	})
}

func TestWithoutAnyAnswerThereIsNoGlossary(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &source{fails: errors.New("down")}
		live := glossary.NewLive(s)
		for range 3 {
			if live.Glossary(t.Context()) != nil || live.Version(t.Context()) != "" {
				t.Fatal("a glossary of nothing")
			}
		}
		if s.askedSoFar() != 1 {
			t.Errorf("asked %d times within a second", s.askedSoFar())
		}
		s.set(crownIn("크라운", 0), nil)
		time.Sleep(time.Second)
		wantTarget(t, live, "크라운")
	})
}

func TestEndOfOneCallerIsNotAFailureOfTheStore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &source{given: crownIn("크라운", 1), gate: make(chan struct{})}
		live := glossary.NewLive(s)
		ended, end := context.WithCancel(t.Context())
		end()
		if live.Glossary(ended) != nil {
			t.Fatal("a glossary")
		}
		close(s.gate)
		wantTarget(t, live, "크라운")
	})
}

func TestCallersGoOnWithTheLastWhileOneAsks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &source{given: crownIn("크라운", 1)}
		live := glossary.NewLive(s)
		wantTarget(t, live, "크라운")
		gate := make(chan struct{})
		s.mu.Lock()
		s.given, s.gate = crownIn("관", 2), gate
		s.mu.Unlock()
		time.Sleep(time.Second)
		var asker sync.WaitGroup
		asker.Go(func() { wantTarget(t, live, "관") })
		synctest.Wait()
		wantTarget(t, live, "크라운")
		close(gate)
		asker.Wait()
		wantTarget(t, live, "관")
	})
}

func TestManyCallersAskOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &source{given: crownIn("크라운", 1)}
		live := glossary.NewLive(s)
		var callers sync.WaitGroup
		for range 8 {
			callers.Go(func() {
				for range 50 {
					wantTarget(t, live, "크라운")
				}
			})
		}
		callers.Wait()
		if s.askedSoFar() != 1 {
			t.Errorf("asked %d times", s.askedSoFar())
		}
	})
}
