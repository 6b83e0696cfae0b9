// Package googletranslate translates with Google Cloud Translation v2 (Basic), which has no
// glossaries.
package googletranslate

import (
	"context"
	"fmt"
	"net/http"
	"unicode/utf8"

	"dentalk/domain"
	"dentalk/enrichment/internal/rest"
)

// Config says how the API is called. Key is required.
type Config struct {
	Key    string
	URL    string       // https://translation.googleapis.com
	Client *http.Client // nil: one of its own
}

const (
	name       = "google"
	defaultURL = "https://translation.googleapis.com"

	mostTexts = 128
	// mostCharacters of a request, as code points. It is a recommendation: a single text may be
	// longer.
	mostCharacters = 5000
)

// Translator is a domain.Translator. It is safe for concurrent use.
type Translator struct {
	client *rest.Client
	header http.Header
}

var _ domain.Translator = (*Translator)(nil)

// New makes a translator; it does not call the API.
func New(config Config) (*Translator, error) {
	if err := rest.CheckKey(config.Key); err != nil {
		return nil, fmt.Errorf("configure Google Translation: %w", err)
	}
	if config.URL == "" {
		config.URL = defaultURL
	}
	client, err := rest.New(config.URL, config.Client)
	if err != nil {
		return nil, fmt.Errorf("configure Google Translation: %w", err)
	}
	header := http.Header{}
	header.Set("X-Goog-Api-Key", config.Key) // a key in the URL would end up in logs
	return &Translator{client: client, header: header}, nil
}

// Name is "google".
func (t *Translator) Name() string { return name }

// Translate asks for the texts in as few requests as the API's limits allow. A pair of languages
// that it does not know has empty answers.
func (t *Translator) Translate(ctx context.Context, request domain.TranslateRequest) ([]domain.Translation, error) {
	source, target, known := codesOf(request.Source, request.Target)
	if !known {
		return make([]domain.Translation, len(request.Texts)), nil
	}
	batches := rest.Batches{Provider: name, Texts: request.Texts, Most: mostTexts, Size: size, MostSize: mostCharacters}
	answers, errors, err := rest.Ask(ctx, batches, func(ctx context.Context, places []int) ([]domain.Translation, error) {
		body := translateBody{Source: source, Target: target, Format: "text", Model: "nmt"}
		for _, place := range places {
			body.Texts = append(body.Texts, request.Texts[place])
		}
		return t.request(ctx, body)
	})
	for i := range answers {
		if errors[i] != nil {
			answers[i].Err = errors[i]
		}
	}
	return answers, err
}

// size lets a text that is longer than a request should be have a request of its own.
func size(text string) int { return min(utf8.RuneCountInString(text), mostCharacters) }
