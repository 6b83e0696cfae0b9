package enrichment

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"github.com/sony/gobreaker/v2"

	"dentalk/domain"
)

// GuardConfig says how a provider is guarded. Name, Usage and Metrics are required.
type GuardConfig struct {
	Name    string
	Usage   domain.UsageStore
	Metrics *Metrics
	// Budget is how many characters a month may be sent to the provider, by all instances
	// together; 0 is no limit.
	Budget int64
	// Pause is how long a provider that fails is left alone before one call tries again; 30 s.
	Pause time.Duration
	Log   *slog.Logger
	Now   func() time.Time
}

// Guard stands before a provider that may fail and costs money: a circuit breaker, which leaves
// alone who fails, the count of what was sent, and the monthly budget. One Guard serves both sides
// of a provider that translates and analyses. It is safe for concurrent use.
type Guard struct {
	GuardConfig
	breaker *gobreaker.CircuitBreaker[struct{}]
	refused atomic.Bool  // the provider takes nothing from us
	reopens atomic.Int64 // when the breaker tries again, Unix nanoseconds
	budget  *budget
}

const (
	// The breaker opens after so many failures in a row, or when half of this many calls fail
	// within the window.
	failuresInRow  = 5
	callsToJudge   = 20
	breakerWindow  = 30 * time.Second
	breakerBuckets = 5 * time.Second
	// refusalPause is how long to wait for an administrator at least.
	refusalPause = time.Minute
)

// NewGuard makes a guard with a closed breaker.
func NewGuard(config GuardConfig) *Guard {
	orDuration(&config.Pause, 30*time.Second)
	if config.Log == nil {
		config.Log = slog.New(slog.DiscardHandler)
	}
	if config.Now == nil {
		config.Now = time.Now
	}
	g := &Guard{GuardConfig: config}
	g.budget = newBudget(config)
	g.breaker = gobreaker.NewCircuitBreaker[struct{}](gobreaker.Settings{
		Name: config.Name, Interval: breakerWindow, BucketPeriod: breakerBuckets, Timeout: config.Pause,
		ReadyToTrip: g.readyToTrip, OnStateChange: g.changed, IsSuccessful: isSuccess, IsExcluded: isOurs,
	})
	config.Metrics.breaker.WithLabelValues(config.Name).Set(0)
	return g
}

func (g *Guard) readyToTrip(counts gobreaker.Counts) bool {
	return g.refused.Load() || counts.ConsecutiveFailures >= failuresInRow ||
		counts.Requests >= callsToJudge && 2*counts.TotalFailures >= counts.Requests
}

// changed tells of the breaker's state, once each.
func (g *Guard) changed(_ string, _, to gobreaker.State) {
	g.Metrics.breaker.WithLabelValues(g.Name).Set(float64(to))
	if to != gobreaker.StateOpen {
		g.Log.Info("enrichment: provider is tried again", "provider", g.Name, "breaker", to.String())
		return
	}
	g.reopens.Store(time.Now().Add(g.Pause).UnixNano())
	g.Log.Error("enrichment: provider is left alone for a while", "provider", g.Name, "pause", g.Pause, "refused", g.refused.Load())
}

// isSuccess tells whether the provider works: one that cannot do this text can do others.
func isSuccess(err error) bool { return err == nil || permanent(err) }

// isOurs tells whether the failure says nothing about the provider.
func isOurs(err error) bool { return errors.Is(err, context.Canceled) || errors.Is(err, ErrBusy) }

// do makes one call about the texts. The call gives the failure that counts: its own, or the first
// of a text that may be retried.
func (g *Guard) do(ctx context.Context, texts []string, call func() error) error {
	characters := 0
	for _, text := range texts {
		characters += utf8.RuneCountInString(text)
	}
	if err := g.budget.allow(ctx, int64(characters)); err != nil {
		g.count("budget")
		return &domain.ProviderError{Provider: g.Name, Permanent: true, Err: err}
	}
	var failure error
	_, err := g.breaker.Execute(func() (struct{}, error) {
		failure = g.call(ctx, int64(characters), call)
		return struct{}{}, failure
	})
	if errors.Is(err, gobreaker.ErrOpenState) || errors.Is(err, gobreaker.ErrTooManyRequests) {
		g.count("left_alone")
		wait := time.Until(time.Unix(0, g.reopens.Load()))
		return &domain.ProviderError{Provider: g.Name, RetryAfter: max(wait, time.Second), Err: err}
	}
	return failure
}

func (g *Guard) call(ctx context.Context, characters int64, call func() error) error {
	began := time.Now()
	err := g.recovered(call)
	g.Metrics.seconds.WithLabelValues(g.Name).Observe(time.Since(began).Seconds())
	g.Metrics.characters.WithLabelValues(g.Name).Add(float64(characters))
	g.budget.spend(ctx, characters)
	g.refused.Store(isRefusal(err))
	switch {
	case isSuccess(err):
		g.count("ok")
	case isRefusal(err):
		g.count("refused")
	case isOurs(err):
		g.count("busy")
	default:
		g.count("failed")
	}
	return err
}

// recovered turns a panic into an error, whose text does not hold the panic's value: that may quote
// a message.
func (g *Guard) recovered(call func() error) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			g.Log.Error("enrichment: provider panicked", "provider", g.Name, "stack", string(debug.Stack()))
			err = fmt.Errorf("call %s: panic: %w", g.Name, errBroken)
		}
	}()
	return call()
}

func (g *Guard) count(outcome string) { g.Metrics.calls.WithLabelValues(g.Name, outcome).Inc() }

func isRefusal(err error) bool {
	var failure *domain.ProviderError
	return errors.As(err, &failure) && failure.Refused
}

// Translator guards the translator.
func (g *Guard) Translator(inner domain.Translator) domain.Translator {
	return guardedTranslator{inner: inner, guard: g}
}

type guardedTranslator struct {
	inner domain.Translator
	guard *Guard
}

func (t guardedTranslator) Name() string { return t.inner.Name() }

func (t guardedTranslator) Translate(ctx context.Context, request domain.TranslateRequest) ([]domain.Translation, error) {
	var answers []domain.Translation
	var whole error
	err := t.guard.do(ctx, request.Texts, func() error {
		answers, whole = t.inner.Translate(ctx, request)
		if whole != nil {
			return whole
		}
		return worst(answers, func(t domain.Translation) error { return t.Err })
	})
	if answers != nil && whole == nil {
		return answers, nil // each text has its own error
	}
	return nil, withPause(err)
}

// Analyser guards the analyser.
func (g *Guard) Analyser(inner domain.Analyser) domain.Analyser {
	return guardedAnalyser{inner: inner, guard: g}
}

type guardedAnalyser struct {
	inner domain.Analyser
	guard *Guard
}

func (a guardedAnalyser) Name() string { return a.inner.Name() }

func (a guardedAnalyser) Analyse(ctx context.Context, texts []domain.AnalyseText) ([]domain.Analysis, error) {
	originals := make([]string, len(texts))
	for i, text := range texts {
		originals[i] = text.Text
	}
	var answers []domain.Analysis
	var whole error
	err := a.guard.do(ctx, originals, func() error {
		answers, whole = a.inner.Analyse(ctx, texts)
		if whole != nil {
			return whole
		}
		return worst(answers, func(a domain.Analysis) error { return a.Err })
	})
	if answers != nil && whole == nil {
		return answers, nil
	}
	return nil, withPause(err)
}

// worst is the first refusal of the answers, else the first failure that may pass, else a permanent one.
func worst[T any](answers []T, errorOf func(T) error) error {
	var worst error
	for _, answer := range answers {
		err := errorOf(answer)
		switch {
		case err == nil:
		case isRefusal(err):
			return err
		case worst == nil || permanent(worst):
			worst = err
		}
	}
	return worst
}

// withPause gives a refusal at least the time that an administrator needs.
func withPause(err error) error {
	var failure *domain.ProviderError
	if errors.As(err, &failure) && failure.Refused && failure.RetryAfter < refusalPause {
		return &domain.ProviderError{Provider: failure.Provider, Refused: true, RetryAfter: refusalPause, Err: failure.Err}
	}
	return err
}
