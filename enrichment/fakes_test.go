package enrichment_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"dentalk/domain"
	"dentalk/enrichment"
)

// behaviour decides what a fake provider does in its n-th call, from 1, before it answers. Each
// may sleep, panic or fail.
type behaviour func(ctx context.Context, call int, texts []string) error

// asked is one call that a fake received.
type asked struct {
	at             time.Time
	source, target string
	texts          []string
	fresh          bool
}

// fake counts the calls of a provider.
type fake struct {
	behaviour behaviour
	mu        sync.Mutex
	calls     []asked
}

func (f *fake) call(ctx context.Context, a asked) error {
	f.mu.Lock()
	a.at = time.Now()
	f.calls = append(f.calls, a)
	count := len(f.calls)
	f.mu.Unlock()
	if f.behaviour == nil {
		return nil
	}
	return f.behaviour(ctx, count, a.texts)
}

func (f *fake) received() []asked {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]asked(nil), f.calls...)
}

// translator answers "ko:text"; change may alter single answers.
type translator struct {
	fake
	change func(text string, given *domain.Translation)
}

func (t *translator) Name() string { return "fake-translator" }

func (t *translator) Translate(ctx context.Context, request domain.TranslateRequest) ([]domain.Translation, error) {
	if err := t.call(ctx, asked{source: request.Source, target: request.Target, texts: request.Texts, fresh: request.Fresh}); err != nil {
		return nil, err
	}
	answers := make([]domain.Translation, len(request.Texts))
	for i, text := range request.Texts {
		answers[i].Text = request.Target + ":" + text
		if t.change != nil {
			t.change(text, &answers[i])
		}
	}
	return answers, nil
}

// analyser finds a complaint in every text.
type analyser struct {
	fake
	change func(text string, given *domain.Analysis)
}

func (a *analyser) Name() string { return "fake-analyser" }

func (a *analyser) Analyse(ctx context.Context, texts []domain.AnalyseText) ([]domain.Analysis, error) {
	record := asked{}
	for _, text := range texts {
		record.texts = append(record.texts, text.Text)
	}
	if err := a.call(ctx, record); err != nil {
		return nil, err
	}
	answers := make([]domain.Analysis, len(texts))
	for i, text := range texts {
		answers[i] = domain.Analysis{Emotion: emotion, Complaint: complaint}
		if a.change != nil {
			a.change(text.Text, &answers[i])
		}
	}
	return answers, nil
}

var (
	errOutage    = errors.New("connection refused")
	errPermanent = &domain.ProviderError{Provider: "fake", Permanent: true, Err: errors.New("unsupported")}
	emotion      = domain.Emotion{Sentiment: domain.SentimentNegative, Score: -0.8, Confidence: 0.9}
	complaint    = domain.Complaint{Detected: true, Category: domain.CategoryDelay, Confidence: 0.7}
)

// slow takes d, or ends with the context.
func slow(d time.Duration) behaviour {
	return func(ctx context.Context, _ int, _ []string) error { return wait(ctx, d) }
}

func wait(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// hang never answers.
func hang(ctx context.Context, _ int, _ []string) error {
	<-ctx.Done()
	return ctx.Err()
}

// failing gives err in the first n calls.
func failing(n int, err error) behaviour {
	return func(_ context.Context, call int, _ []string) error {
		if call <= n {
			return err
		}
		return nil
	}
}

// start runs a pipeline until the test ends, or stop is called.
func start(t *testing.T, config enrichment.Config) (pipeline *enrichment.Pipeline, stop func()) {
	t.Helper()
	pipeline = enrichment.New(config)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- pipeline.Run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run = %v", err)
		}
	})
	t.Cleanup(stop)
	return pipeline, stop
}

// pass lets d go by on the bubble's clock and everything due by then happen.
func pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}
