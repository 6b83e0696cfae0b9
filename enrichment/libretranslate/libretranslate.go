// Package libretranslate translates with a LibreTranslate server.
package libretranslate

import (
	"context"
	"fmt"
	"net/http"
	"time"
	"unicode/utf8"

	"dentalk/domain"
	"dentalk/enrichment/internal/expiring"
	"dentalk/enrichment/internal/rest"
)

// Config says how LibreTranslate is called. URL is required.
type Config struct {
	Key    string       // empty: the server needs none
	URL    string       // for example http://localhost:5000
	Client *http.Client // nil: one of its own
	AtOnce int          // requests; 4
}

const (
	name = "libretranslate"
	// mostTexts in a request. The server may allow fewer and does not tell: what it refuses is
	// sent one by one.
	mostTexts = 20
	// abilityLife is how long what is new at the server may stay unknown.
	abilityLife = time.Hour
)

// Translator is a domain.Translator. It is safe for concurrent use.
type Translator struct {
	client  *rest.Client
	key     string
	atOnce  int
	ability *expiring.Value[ability]
}

var _ domain.Translator = (*Translator)(nil)

// New makes a translator; it does not call the server.
func New(config Config) (*Translator, error) {
	if config.AtOnce <= 0 {
		config.AtOnce = 4
	}
	client, err := rest.New(config.URL, config.Client)
	if err != nil {
		return nil, fmt.Errorf("configure LibreTranslate: %w", err)
	}
	t := &Translator{client: client, key: config.Key, atOnce: config.AtOnce}
	t.ability = expiring.New(abilityLife, t.ask)
	return t, nil
}

// Name is "libretranslate".
func (t *Translator) Name() string { return name }

// Translate sends several texts in a request. A pair of languages that the server does not have has
// empty answers.
func (t *Translator) Translate(ctx context.Context, request domain.TranslateRequest) ([]domain.Translation, error) {
	able, err := t.ability.Get(ctx)
	if err != nil {
		return nil, failure("ask for the languages", err)
	}
	source, target, known := able.codes(request.Source, request.Target)
	if !known {
		return make([]domain.Translation, len(request.Texts)), nil
	}
	batches := rest.Batches{
		Provider: name, Texts: request.Texts, AtOnce: t.atOnce, Most: mostTexts,
		Size: utf8.RuneCountInString, MostSize: able.mostCharacters,
	}
	answers, errs, err := rest.Ask(ctx, batches, func(ctx context.Context, places []int) ([]domain.Translation, error) {
		return t.texts(ctx, translateBody{Source: source, Target: target, Format: "text", Key: t.key}, request, places)
	})
	for i := range answers {
		if errs[i] != nil {
			answers[i].Err = errs[i]
		}
	}
	return answers, err
}
