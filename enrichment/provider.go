package enrichment

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"dentalk/domain"
)

// question asks a provider about messages; it answers one for each, in order.
type question func(ctx context.Context, messages []domain.Message) ([]answer, error)

// provider guards the calls of one Translator or Analyser. Each has its own limit, so that one
// that hangs takes no place from the other.
type provider struct {
	name    string
	timeout time.Duration
	places  chan struct{}
	log     *slog.Logger
}

func newProvider(name string, config Config) *provider {
	return &provider{
		name:    name,
		timeout: config.Timeout,
		places:  make(chan struct{}, config.Workers*callsPerWorker),
		log:     config.Log,
	}
}

// errBroken marks what a provider must never do: to panic, to answer too many or too few, or to
// answer what cannot be stored.
var errBroken = errors.New("provider is broken")

// ask makes one call within the timeout. It reports failures to the log, never the texts.
func (p *provider) ask(ctx context.Context, ask question, messages []domain.Message) ([]answer, error) {
	select {
	case p.places <- struct{}{}:
		defer func() { <-p.places }()
	case <-ctx.Done():
		return nil, fmt.Errorf("wait for a place to call %s: %w", p.name, ctx.Err())
	}
	bounded, cancel := context.WithTimeout(ctx, p.timeout)
	defer cancel()
	answers, err := p.guarded(bounded, ask, messages)
	if err != nil && ctx.Err() == nil && !errors.Is(err, errBudget) { // which is told once
		p.log.Warn("enrichment: provider failed", "provider", p.name, "texts", len(messages), "error", err)
	}
	return answers, err
}

func (p *provider) guarded(ctx context.Context, ask question, messages []domain.Message) (answers []answer, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			// The value of the panic may quote a text; the stack is enough to find it.
			p.log.Error("enrichment: provider panicked", "provider", p.name, "stack", string(debug.Stack()))
			answers, err = nil, fmt.Errorf("call %s: panic: %w", p.name, errBroken)
		}
	}()
	answers, err = ask(ctx, messages)
	if err != nil {
		return nil, fmt.Errorf("call %s: %w", p.name, err)
	}
	if len(answers) != len(messages) {
		return nil, fmt.Errorf("call %s: %d answers to %d texts: %w", p.name, len(answers), len(messages), errBroken)
	}
	return answers, nil
}

func translate(by domain.Translator, about subject) question {
	return func(ctx context.Context, messages []domain.Message) ([]answer, error) {
		request := domain.TranslateRequest{
			Source: about.source, Target: about.target, Texts: make([]string, len(messages)), Fresh: about.fresh,
		}
		for i, message := range messages {
			request.Texts[i] = message.Text
		}
		translations, err := by.Translate(ctx, request)
		answers := make([]answer, len(translations))
		for i, given := range translations {
			answers[i] = answer{translation: given, err: translationError(given)}
		}
		return answers, err
	}
}

// analyse asks about the originals, never about translations.
func analyse(by domain.Analyser) question {
	return func(ctx context.Context, messages []domain.Message) ([]answer, error) {
		texts := make([]domain.AnalyseText, len(messages))
		for i, message := range messages {
			texts[i] = domain.AnalyseText{Text: message.Text, Language: message.Enrichment.Language}
		}
		analyses, err := by.Analyse(ctx, texts)
		answers := make([]answer, len(analyses))
		for i, given := range analyses {
			answers[i] = answer{analysis: given, err: analysisError(given)}
		}
		return answers, err
	}
}
