package privacy_test

import (
	"context"
	"slices"
	"sync"

	"dentalk/domain"
)

// recorder is a provider that keeps what it received. It answers with the text itself unless told
// otherwise. It is safe for concurrent use.
type recorder struct {
	answer  func(text string) domain.Translation
	analyse func(text string) domain.Analysis
	err     error

	mu       sync.Mutex
	received []string
	terms    [][]domain.Term
}

func (*recorder) Name() string { return "recorder" }

func (r *recorder) Translate(_ context.Context, request domain.TranslateRequest) ([]domain.Translation, error) {
	r.record(request.Texts...)
	r.mu.Lock()
	r.terms = request.Terms
	r.mu.Unlock()
	if r.err != nil {
		return nil, r.err
	}
	answers := make([]domain.Translation, len(request.Texts))
	for i, text := range request.Texts {
		answers[i] = domain.Translation{Text: text}
		if r.answer != nil {
			answers[i] = r.answer(text)
		}
	}
	return answers, nil
}

func (r *recorder) Analyse(_ context.Context, texts []domain.AnalyseText) ([]domain.Analysis, error) {
	answers := make([]domain.Analysis, len(texts))
	for i, text := range texts {
		r.record(text.Text)
		answers[i] = r.analyse(text.Text)
	}
	return answers, r.err
}

func (r *recorder) record(texts ...string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.received = append(r.received, texts...)
}

func (r *recorder) texts() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.received)
}

// echo answers with the texts and keeps nothing.
type echo struct{}

func (echo) Name() string { return "echo" }

func (echo) Translate(_ context.Context, request domain.TranslateRequest) ([]domain.Translation, error) {
	answers := make([]domain.Translation, len(request.Texts))
	for i, text := range request.Texts {
		answers[i].Text = text
	}
	return answers, nil
}
