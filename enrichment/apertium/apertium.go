// Package apertium translates with APy, the server of the free translator Apertium.
package apertium

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"
	"unicode/utf8"

	"dentalk/domain"
	"dentalk/enrichment/internal/expiring"
	"dentalk/enrichment/internal/quality"
	"dentalk/enrichment/internal/rest"
)

// Config says how APy is called. URL is required.
type Config struct {
	URL    string       // for example http://localhost:2737
	Client *http.Client // nil: one of its own
	AtOnce int          // requests; 2, since APy has one pipeline for a pair of languages
}

const (
	name = "apertium"
	// mostCharacters of a text. APy cuts a text into ten parts at most, of 500 characters at least,
	// and leaves out the rest without a word.
	mostCharacters = 5000
	// pairsLife is how long a pair that is newly installed at the server may stay unknown.
	pairsLife = time.Hour
)

// Translator is a domain.Translator. It is safe for concurrent use.
type Translator struct {
	client *rest.Client
	pairs  *expiring.Value[map[pair]bool]
	atOnce int
}

var _ domain.Translator = (*Translator)(nil)

// New makes a translator; it does not call APy.
func New(config Config) (*Translator, error) {
	if config.AtOnce <= 0 {
		config.AtOnce = 2
	}
	client, err := rest.New(config.URL, config.Client)
	if err != nil {
		return nil, fmt.Errorf("configure Apertium: %w", err)
	}
	t := &Translator{client: client, atOnce: config.AtOnce}
	t.pairs = expiring.New(pairsLife, t.listPairs)
	return t, nil
}

// Name is "apertium".
func (t *Translator) Name() string { return name }

// Translate asks for each text by itself. A pair of languages that the server does not have has
// empty answers.
func (t *Translator) Translate(ctx context.Context, request domain.TranslateRequest) ([]domain.Translation, error) {
	asked := pairOf(request.Source, request.Target)
	pairs, err := t.pairs.Get(ctx)
	if err != nil {
		return nil, failure("list the pairs of languages", err)
	}
	if !pairs[asked] {
		return make([]domain.Translation, len(request.Texts)), nil
	}
	batches := rest.Batches{
		Provider: name, Texts: request.Texts, AtOnce: t.atOnce, Size: utf8.RuneCountInString, MostSize: mostCharacters,
	}
	answers, errs, err := rest.Ask(ctx, batches, func(ctx context.Context, places []int) ([]domain.Translation, error) {
		translation, err := t.one(ctx, asked, request.Target, request.Texts[places[0]])
		return []domain.Translation{translation}, err
	})
	for i := range answers {
		answers[i].Err = errs[i]
	}
	return answers, err
}

func (t *Translator) one(ctx context.Context, asked pair, target, text string) (domain.Translation, error) {
	answer, err := t.translate(ctx, asked, text)
	var status *rest.StatusError
	if errors.As(err, &status) && status.Status == http.StatusBadRequest {
		return domain.Translation{}, nil // the pair is no longer installed
	}
	if err != nil {
		return domain.Translation{}, failure("translate", err)
	}
	if err := quality.Check(target, text, answer); err != nil {
		return domain.Translation{}, &domain.ProviderError{Provider: name, Permanent: true, Err: fmt.Errorf("translate: %w", err)}
	}
	return domain.Translation{Text: answer}, nil
}

func failure(doing string, err error) error {
	return rest.Failure(name, fmt.Errorf("%s: %w", doing, err), rest.ByStatus)
}
