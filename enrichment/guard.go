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
	// Budget is how many characters a month the provider may answer, for all instances together; 0
	// is no limit.
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
	cause   atomic.Value // string: the last failure
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

// changed tells the log when the provider goes and when it is back, once each.
func (g *Guard) changed(_ string, from, to gobreaker.State) {
	g.Metrics.breaker.WithLabelValues(g.Name).Set(float64(to))
	if to == gobreaker.StateOpen {
		g.reopens.Store(time.Now().Add(g.Pause).UnixNano())
	}
	switch {
	case to == gobreaker.StateClosed:
		g.refused.Store(false)
		g.Log.Info("enrichment: provider is back", "provider", g.Name)
	case from == gobreaker.StateClosed:
		g.Log.Error("enrichment: provider is left alone", "provider", g.Name, "tried_every", g.Pause, "error", g.cause.Load())
	}
}

// isSuccess tells whether the provider works: one that cannot do this text can do others.
func isSuccess(err error) bool { return err == nil || permanent(err) }

// isOurs tells whether the failure says nothing about the provider.
func isOurs(err error) bool { return errors.Is(err, context.Canceled) || errors.Is(err, ErrBusy) }

// do makes one call about the texts. The call tells how many characters the provider has taken, and
// the failure that counts.
func (g *Guard) do(ctx context.Context, texts []string, call func() (taken int64, err error)) error {
	characters := charactersOf(texts...)
	if err := g.budget.reserve(ctx, characters, len(texts)); err != nil {
		g.count("budget")
		return &domain.ProviderError{Provider: g.Name, Permanent: true, Err: err}
	}
	var failure error
	var taken int64
	_, err := g.breaker.Execute(func() (struct{}, error) {
		taken, failure = g.call(ctx, call)
		return struct{}{}, failure
	})
	g.budget.spend(ctx, characters, taken)
	if errors.Is(err, gobreaker.ErrOpenState) || errors.Is(err, gobreaker.ErrTooManyRequests) {
		g.count("left_alone")
		wait := time.Until(time.Unix(0, g.reopens.Load()))
		return &domain.ProviderError{Provider: g.Name, RetryAfter: max(wait, time.Second), Err: err}
	}
	return failure
}

func charactersOf(texts ...string) (characters int64) {
	for _, text := range texts {
		characters += int64(utf8.RuneCountInString(text))
	}
	return characters
}

func (g *Guard) call(ctx context.Context, call func() (int64, error)) (taken int64, err error) {
	began := time.Now()
	taken, err = g.recovered(call)
	g.Metrics.seconds.WithLabelValues(g.Name).Observe(time.Since(began).Seconds())
	g.Metrics.characters.WithLabelValues(g.Name).Add(float64(taken))
	switch {
	case isRefusal(err):
		g.refused.Store(true)
		g.count("refused")
	case isSuccess(err):
		g.count("ok")
		return taken, err
	case isOurs(err):
		g.count("busy")
	case ctx.Err() != nil:
		// The caller's time has ended, not that of a request: a long queue of our own, say.
		g.count("busy")
		return taken, errors.Join(ErrBusy, err)
	default:
		g.count("failed")
	}
	g.cause.Store(err.Error())
	return taken, err
}

// Flush writes what was counted and is not written yet, for the end of the process.
func (g *Guard) Flush(ctx context.Context) { g.budget.exchange(ctx, true) }

// recovered turns a panic into an error, whose text does not hold the panic's value: that may quote
// a message.
func (g *Guard) recovered(call func() (int64, error)) (taken int64, err error) {
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
	return answersOf(ctx, t.guard, request.Texts, func(t domain.Translation) error { return t.Err },
		func() ([]domain.Translation, error) { return t.inner.Translate(ctx, request) })
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
	return answersOf(ctx, a.guard, originals, func(a domain.Analysis) error { return a.Err },
		func() ([]domain.Analysis, error) { return a.inner.Analyse(ctx, texts) })
}

// answersOf asks about the texts behind the guard. The provider works when it has answered one of
// them, whatever has become of the others, unless it refuses.
func answersOf[A any](ctx context.Context, g *Guard, texts []string, errorOf func(A) error, ask func() ([]A, error)) ([]A, error) {
	var answers []A
	err := g.do(ctx, texts, func() (taken int64, err error) {
		given, err := ask()
		if err == nil && len(given) != len(texts) {
			err = fmt.Errorf("%d answers to %d texts: %w", len(given), len(texts), errBroken)
		}
		if err != nil {
			return 0, err
		}
		answers = given
		return judged(texts, given, errorOf)
	})
	if answers != nil {
		return answers, nil // each has its own error
	}
	return nil, withPause(err)
}

// judged tells how many characters the provider has taken, and what its answers say of it.
func judged[A any](texts []string, answers []A, errorOf func(A) error) (taken int64, failure error) {
	answered := false
	for i, answer := range answers {
		err := errorOf(answer)
		if isSuccess(err) {
			taken += charactersOf(texts[i])
		}
		answered = answered || isSuccess(err)
		if failure == nil || isRefusal(err) {
			failure = err
		}
	}
	if answered && !isRefusal(failure) {
		return taken, nil
	}
	return taken, failure
}

// withPause gives a refusal at least the time that an administrator needs.
func withPause(err error) error {
	var failure *domain.ProviderError
	if errors.As(err, &failure) && failure.Refused && failure.RetryAfter < refusalPause {
		return &domain.ProviderError{Provider: failure.Provider, Refused: true, RetryAfter: refusalPause, Err: failure.Err}
	}
	return err
}
