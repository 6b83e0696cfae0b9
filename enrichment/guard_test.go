package enrichment_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"dentalk/domain"
	"dentalk/enrichment"
)

// usage is a domain.UsageStore in memory.
type usage struct {
	mu     sync.Mutex
	counts map[string]domain.Usage
	calls  int
}

func (u *usage) AddUsage(_ context.Context, month domain.Month, provider string, more domain.Usage) (domain.Usage, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.counts == nil {
		u.counts = map[string]domain.Usage{}
	}
	u.calls++
	key := string(month) + "/" + provider
	u.counts[key] = domain.Usage{Calls: u.counts[key].Calls + more.Calls, Characters: u.counts[key].Characters + more.Characters}
	return u.counts[key], nil
}

func (u *usage) of(month string) domain.Usage {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.counts[month+"/fake-translator"]
}

// guarded puts a guard before the translator.
func guarded(inner *translator, change func(*enrichment.GuardConfig)) (domain.Translator, *prometheus.Registry) {
	registry := prometheus.NewRegistry()
	config := enrichment.GuardConfig{Name: inner.Name(), Usage: &usage{}, Metrics: enrichment.NewMetrics(registry)}
	if change != nil {
		change(&config)
	}
	return enrichment.NewGuard(config).Translator(inner), registry
}

func askOnce(t *testing.T, by domain.Translator, text string) error {
	t.Helper()
	_, err := by.Translate(t.Context(), domain.TranslateRequest{Source: "en", Target: "ko", Texts: []string{text}})
	return err
}

func TestGuardLeavesAloneWhoFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		inner := &translator{fake: fake{behaviour: failing(7, errOutage)}}
		by, registry := guarded(inner, nil)
		for range 100 {
			if askOnce(t, by, "a") == nil {
				t.Fatal("a failure is no error")
			}
		}
		same(t, "calls", len(inner.received()), 5)
		same(t, "breaker open", gauge(t, registry, "dentalk_provider_breaker_state"), 2.0)
		var failure *domain.ProviderError
		if err := askOnce(t, by, "a"); !errors.As(err, &failure) || failure.RetryAfter != 30*time.Second {
			t.Errorf("error %v, want one that tells when to come back", err)
		}

		for i, calls := range []int{6, 7} { // one call each tries whether the provider is back
			time.Sleep(31 * time.Second)
			_, _ = askOnce(t, by, "a"), askOnce(t, by, "a")
			same(t, "calls after pause", len(inner.received()), calls)
			same(t, "breaker", gauge(t, registry, "dentalk_provider_breaker_state"), 2.0)
			_ = i
		}
		time.Sleep(31 * time.Second)
		if err := askOnce(t, by, "a"); err != nil {
			t.Errorf("after the return: %v", err)
		}
		same(t, "breaker", gauge(t, registry, "dentalk_provider_breaker_state"), 0.0)
	})
}

func TestGuardOpensAtOnceWhenRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		refusal := &domain.ProviderError{Provider: "fake", Refused: true, Err: errors.New("403")}
		inner := &translator{fake: fake{behaviour: failing(1, refusal)}}
		by, _ := guarded(inner, nil)
		for range 10 {
			var failure *domain.ProviderError
			if err := askOnce(t, by, "a"); !errors.As(err, &failure) || failure.Permanent || failure.RetryAfter == 0 {
				t.Errorf("error %v, want one that can be retried later", err)
			}
		}
		same(t, "calls", len(inner.received()), 1)
		time.Sleep(31 * time.Second)
		if err := askOnce(t, by, "a"); err != nil {
			t.Errorf("after the key was put right: %v", err)
		}
	})
}

func TestGuardSeesFailuresOfSingleTexts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		inner := &translator{change: func(_ string, given *domain.Translation) { *given = domain.Translation{Err: errOutage} }}
		by, _ := guarded(inner, nil)
		for range 10 {
			_ = askOnce(t, by, "a")
		}
		same(t, "calls", len(inner.received()), 5)
	})
}

func TestGuardStaysClosed(t *testing.T) {
	behaviours := map[string]behaviour{
		"for texts that are at fault themselves": failing(100, errPermanent),
		"for our own limits":                     failing(100, enrichment.ErrBusy),
		"for our own end":                        failing(100, context.Canceled),
	}
	for name, behaviour := range behaviours {
		t.Run(name, func(t *testing.T) {
			inner := &translator{fake: fake{behaviour: behaviour}}
			by, _ := guarded(inner, nil)
			for range 100 {
				_ = askOnce(t, by, "a")
			}
			same(t, "calls", len(inner.received()), 100)
		})
	}
}

func TestGuardIsolatesPanics(t *testing.T) {
	inner := &translator{fake: fake{behaviour: func(context.Context, int, []string) error { panic("a text") }}}
	by, _ := guarded(inner, nil)
	if err := askOnce(t, by, "a text"); err == nil || strings.Contains(err.Error(), "a text") {
		t.Errorf("error %v, want one without the text", err)
	}
}

func TestBudgetStopsCallsUntilTheNextMonth(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log strings.Builder
		counts, now := &usage{}, time.Date(2026, 11, 30, 23, 0, 0, 0, time.UTC)
		began := time.Now()
		inner := &translator{}
		by, registry := guarded(inner, func(c *enrichment.GuardConfig) {
			c.Usage, c.Budget, c.Log = counts, 100, slog.New(slog.NewTextHandler(&log, nil))
			c.Now = func() time.Time { return now.Add(time.Since(began)) }
		})
		var failure *domain.ProviderError
		for i := range 15 {
			err := askOnce(t, by, "열 글자짜리 글입니다") // 11 characters
			if over := i >= 9; over != (errors.As(err, &failure) && failure.Permanent) {
				t.Errorf("call %d: error %v", i+1, err)
			}
			time.Sleep(2 * time.Second)
		}
		same(t, "calls", len(inner.received()), 9)
		same(t, "count in the store", counts.of("2026-11"), domain.Usage{Calls: 9, Characters: 99})
		same(t, "share", gauge(t, registry, "dentalk_provider_budget_used_ratio"), 0.99)
		same(t, "told at 80 %", strings.Count(log.String(), "level=WARN"), 1)
		same(t, "told at the end", strings.Count(log.String(), "level=ERROR"), 1)

		time.Sleep(time.Hour)
		if err := askOnce(t, by, "a"); err != nil {
			t.Errorf("in December: %v", err)
		}
	})
}

func TestBudgetIsSharedByInstances(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		counts := &usage{}
		share := func(c *enrichment.GuardConfig) { c.Usage, c.Budget = counts, 100 }
		first, second := &translator{}, &translator{}
		one, _ := guarded(first, share)
		other, _ := guarded(second, share)
		for range 20 {
			_, _ = askOnce(t, one, "ten chars."), askOnce(t, other, "ten chars.")
			time.Sleep(2 * time.Second)
		}
		// Each may lack what the other has sent and not yet written.
		if calls := len(first.received()) + len(second.received()); calls < 10 || calls > 11 {
			t.Errorf("%d calls of both, want 10 or one more", calls)
		}
	})
}

func gauge(t *testing.T, registry *prometheus.Registry, name string) float64 {
	t.Helper()
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, family := range families {
		if family.GetName() == name {
			metric := family.GetMetric()[0]
			return metric.GetGauge().GetValue() + metric.GetCounter().GetValue() // one of the two is set
		}
	}
	t.Fatalf("no metric %s", name)
	return 0
}

func TestCallsAreCounted(t *testing.T) {
	inner := &translator{fake: fake{behaviour: failing(1, errOutage)}}
	by, registry := guarded(inner, nil)
	_, _ = askOnce(t, by, "not taken"), askOnce(t, by, "넷 다섯")
	same(t, "characters", gauge(t, registry, "dentalk_provider_characters_total"), 4.0)
}

func TestOutageCostsNoBudget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		counts := &usage{}
		inner := &translator{fake: fake{behaviour: failing(20, errOutage)}}
		by, _ := guarded(inner, func(c *enrichment.GuardConfig) { c.Usage, c.Budget = counts, 50 })
		for range 100 {
			_ = askOnce(t, by, "ten chars.")
			time.Sleep(31 * time.Second)
		}
		same(t, "count", counts.of("2000-01").Characters, int64(50))
	})
}

func TestBudgetIsShownAgainAfterARestart(t *testing.T) {
	counts := &usage{}
	change := func(c *enrichment.GuardConfig) { c.Usage, c.Budget = counts, 10 }
	first := enrichment.GuardConfig{Name: "fake-translator", Metrics: enrichment.NewMetrics(nil)}
	change(&first)
	guard := enrichment.NewGuard(first)
	if err := askOnce(t, guard.Translator(&translator{}), "ten chars."); err != nil {
		t.Fatal(err)
	}
	guard.Flush(t.Context())
	by, registry := guarded(&translator{}, change)
	if err := askOnce(t, by, "more"); !permanent(err) {
		t.Errorf("error %v, want that of the budget", err)
	}
	same(t, "share", gauge(t, registry, "dentalk_provider_budget_used_ratio"), 1.0)
}

// hangingUsage does not answer before its context ends.
type hangingUsage struct{}

func (hangingUsage) AddUsage(ctx context.Context, _ domain.Month, _ string, _ domain.Usage) (domain.Usage, error) {
	<-ctx.Done()
	return domain.Usage{}, ctx.Err()
}

func TestStoreThatHangsHoldsUpOneCallAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		by, _ := guarded(&translator{}, func(c *enrichment.GuardConfig) { c.Usage = hangingUsage{} })
		began := time.Now()
		var group sync.WaitGroup
		for range 20 {
			group.Go(func() { _ = askOnce(t, by, "a") })
		}
		group.Wait()
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("20 calls took %v", took)
		}
	})
}

func TestGuardDoesNotBlameTheProviderForOurDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		inner := &translator{fake: fake{behaviour: slow(time.Minute)}}
		by, registry := guarded(inner, nil)
		for range 10 {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			_, _ = by.Translate(ctx, domain.TranslateRequest{Source: "en", Target: "ko", Texts: []string{"a"}})
			cancel()
		}
		same(t, "calls", len(inner.received()), 10)
		same(t, "breaker", gauge(t, registry, "dentalk_provider_breaker_state"), 0.0)
	})
}

func TestGuardBearsSingleFailures(t *testing.T) {
	inner := &translator{change: func(text string, given *domain.Translation) {
		if text == "bad" {
			*given = domain.Translation{Err: errOutage}
		}
	}}
	by, _ := guarded(inner, nil)
	for range 50 {
		given, err := by.Translate(t.Context(), domain.TranslateRequest{Source: "en", Target: "ko", Texts: []string{"good", "bad"}})
		if err != nil || given[0].Text == "" {
			t.Fatalf("%v %v", given, err)
		}
	}
	same(t, "calls", len(inner.received()), 50)
}

func TestLogTellsOnceWhyAProviderIsLeftAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log strings.Builder
		refusal := &domain.ProviderError{Provider: "fake", Refused: true, Err: errors.New("answered with status 403")}
		by, _ := guarded(&translator{fake: fake{behaviour: failing(20, refusal)}}, func(c *enrichment.GuardConfig) {
			c.Log = slog.New(slog.NewTextHandler(&log, nil))
		})
		for range 40 {
			_ = askOnce(t, by, "a")
			time.Sleep(31 * time.Second)
		}
		same(t, "told that it is gone", strings.Count(log.String(), "status 403"), 1)
		same(t, "told that it is back", strings.Count(log.String(), "is back"), 1)
	})
}
