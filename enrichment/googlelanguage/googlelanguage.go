// Package googlelanguage reads the mood of messages with Google Cloud Natural Language v2. It says
// nothing of complaints, which the embedded analyser decides alone.
package googlelanguage

import (
	"context"
	"fmt"
	"net/http"

	"dentalk/domain"
	"dentalk/enrichment/internal/rest"
)

// Config says how the API is called. Key is required.
type Config struct {
	Key    string
	URL    string       // https://language.googleapis.com
	Client *http.Client // nil: one of its own
	AtOnce int          // requests; 4
}

const (
	name       = "google"
	defaultURL = "https://language.googleapis.com"
	// mostBytes of a text, each of which takes a request of its own.
	mostBytes = 1_000_000
)

// Analyser is a domain.Analyser. It is safe for concurrent use.
type Analyser struct {
	client *rest.Client
	header http.Header
	atOnce int
}

var _ domain.Analyser = (*Analyser)(nil)

// New makes an analyser; it does not call the API.
func New(config Config) (*Analyser, error) {
	if err := rest.CheckKey(config.Key); err != nil {
		return nil, fmt.Errorf("configure Google Natural Language: %w", err)
	}
	if config.URL == "" {
		config.URL = defaultURL
	}
	if config.AtOnce <= 0 {
		config.AtOnce = 4
	}
	client, err := rest.New(config.URL, config.Client)
	if err != nil {
		return nil, fmt.Errorf("configure Google Natural Language: %w", err)
	}
	header := http.Header{}
	header.Set("X-Goog-Api-Key", config.Key) // a key in the URL would end up in logs
	return &Analyser{client: client, header: header, atOnce: config.AtOnce}, nil
}

// Name is "google".
func (a *Analyser) Name() string { return name }

// Analyse asks for each text by itself. The complaint of an answer is always the zero value: not
// detected, with no confidence. A text in a language that the API does not know has an error of its
// own.
func (a *Analyser) Analyse(ctx context.Context, texts []domain.AnalyseText) ([]domain.Analysis, error) {
	originals := make([]string, len(texts))
	for i, text := range texts {
		originals[i] = text.Text
	}
	batches := rest.Batches{Provider: name, Texts: originals, AtOnce: a.atOnce, Size: size, MostSize: mostBytes}
	answers, errors, err := rest.Ask(ctx, batches, func(ctx context.Context, places []int) ([]domain.Analysis, error) {
		emotion, err := a.one(ctx, texts[places[0]])
		return []domain.Analysis{{Emotion: emotion}}, err
	})
	for i := range answers {
		answers[i].Err = errors[i]
	}
	return answers, err
}

func size(text string) int { return len(text) }
