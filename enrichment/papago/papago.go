// Package papago translates with Papago of Naver Cloud.
package papago

import (
	"context"
	"fmt"
	"net/http"
	"unicode/utf8"

	"dentalk/domain"
	"dentalk/enrichment/internal/rest"
)

// Config says how Papago is called. KeyID and Key are required.
type Config struct {
	KeyID, Key string
	URL        string       // https://papago.apigw.ntruss.com
	Client     *http.Client // nil: one of its own
	// GlossaryKey names a glossary that is kept in the console of Naver Cloud; empty: none.
	GlossaryKey string
	AtOnce      int // requests; 4
}

const (
	name       = "papago"
	defaultURL = "https://papago.apigw.ntruss.com"
	// mostCharacters of a text, each of which takes a request of its own.
	mostCharacters = 5000
)

// Translator is a domain.Translator. It is safe for concurrent use.
type Translator struct {
	client      *rest.Client
	header      http.Header
	glossaryKey string
	atOnce      int
}

var _ domain.Translator = (*Translator)(nil)

// New makes a translator; it does not call Papago.
func New(config Config) (*Translator, error) {
	for _, key := range []string{config.KeyID, config.Key} {
		if err := rest.CheckKey(key); err != nil {
			return nil, fmt.Errorf("configure Papago: %w", err)
		}
	}
	if config.URL == "" {
		config.URL = defaultURL
	}
	if config.AtOnce <= 0 {
		config.AtOnce = 4
	}
	client, err := rest.New(config.URL, config.Client)
	if err != nil {
		return nil, fmt.Errorf("configure Papago: %w", err)
	}
	header := http.Header{}
	header.Set("X-Ncp-Apigw-Api-Key-Id", config.KeyID)
	header.Set("X-Ncp-Apigw-Api-Key", config.Key)
	return &Translator{client: client, header: header, glossaryKey: config.GlossaryKey, atOnce: config.AtOnce}, nil
}

// Name is "papago".
func (t *Translator) Name() string { return name }

// Translate asks for each text by itself. A pair of languages that Papago does not know has empty
// answers. Politeness is asked for where the language has it.
func (t *Translator) Translate(ctx context.Context, request domain.TranslateRequest) ([]domain.Translation, error) {
	source, target, known := codesOf(request.Source, request.Target)
	if !known {
		return make([]domain.Translation, len(request.Texts)), nil
	}
	batches := rest.Batches{
		Provider: name, Texts: request.Texts, AtOnce: t.atOnce, Size: utf8.RuneCountInString, MostSize: mostCharacters,
	}
	answers, errors, err := rest.Ask(ctx, batches, func(ctx context.Context, places []int) ([]domain.Translation, error) {
		body := translateBody{
			Source: source, Target: target, Text: request.Texts[places[0]], Honorific: target == "ko" || target == "ja",
			GlossaryKey: t.glossaryKey,
		}
		text, err := t.one(ctx, body)
		return []domain.Translation{{Text: text}}, err
	})
	for i := range answers {
		answers[i].Err = errors[i]
	}
	return answers, err
}
