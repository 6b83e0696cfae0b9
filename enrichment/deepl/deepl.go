// Package deepl translates with the DeepL API: v2 for texts, v3 for glossaries.
package deepl

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"dentalk/domain"
	"dentalk/enrichment/internal/rest"
)

// Config says how DeepL is called. Key is required.
type Config struct {
	Key string
	// URL is the address of the API; that of the free plan for its keys, which end in ":fx", and
	// that of the paid plans for others.
	URL    string
	Client *http.Client // nil: one of its own
	// ModelType is empty for DeepL's choice, or latency_optimized, quality_optimized or
	// prefer_quality_optimized.
	ModelType string
	// Billed is told how many characters each request costs; nil: nobody is.
	Billed func(characters int)
	Log    *slog.Logger     // of trouble with glossaries, which stops no translation; nil: nothing is logged
	Now    func() time.Time // nil: time.Now
}

const (
	name     = "deepl"
	paidURL  = "https://api.deepl.com"
	freeURL  = "https://api-free.deepl.com"
	freeKeys = ":fx"

	mostTexts = 50
	// mostBytes is what the texts of a request may take of its 128 KiB.
	mostBytes = 128<<10 - 1<<10

	modelTypes = "latency_optimized quality_optimized prefer_quality_optimized"
)

// Translator is a domain.Translator. It is safe for concurrent use.
type Translator struct {
	api        api
	modelType  string
	billed     func(characters int)
	glossaries *glossaries
}

var _ domain.Translator = (*Translator)(nil)

// New makes a translator; it does not call DeepL.
func New(config Config) (*Translator, error) {
	if err := rest.CheckKey(config.Key); err != nil {
		return nil, fmt.Errorf("configure DeepL: %w", err)
	}
	if !slices.Contains(strings.Fields(modelTypes), config.ModelType) && config.ModelType != "" {
		return nil, fmt.Errorf("configure DeepL: there is no model type %q", config.ModelType)
	}
	client, err := rest.New(config.address(), config.Client)
	if err != nil {
		return nil, fmt.Errorf("configure DeepL: %w", err)
	}
	if config.Billed == nil {
		config.Billed = func(int) {}
	}
	api := api{client: client, key: config.Key}
	return &Translator{
		api: api, modelType: config.ModelType, billed: config.Billed, glossaries: newGlossaries(api, config),
	}, nil
}

func (c Config) address() string {
	switch {
	case c.URL != "":
		return c.URL
	case strings.HasSuffix(c.Key, freeKeys):
		return freeURL
	}
	return paidURL
}

// Name is "deepl".
func (t *Translator) Name() string { return name }

// Translate asks for the texts in as few requests as DeepL's limits allow. A pair of languages that
// DeepL does not know has empty answers. Politeness is asked for where the language has it.
func (t *Translator) Translate(ctx context.Context, request domain.TranslateRequest) ([]domain.Translation, error) {
	answers := make([]domain.Translation, len(request.Texts))
	pair, known := pairOf(request.Source, request.Target)
	if !known || len(answers) == 0 {
		return answers, nil
	}
	body := translateBody{
		Source: pair.source, Target: pair.target, Glossary: t.glossaries.id(ctx, pair, request.Dictionary),
		ShowBilled: true, ModelType: t.modelType, Formality: "prefer_more",
	}
	plain, marked := separate(request.Texts)
	inXML := body
	inXML.TagHandling, inXML.IgnoreTags = "xml", []string{ignoredTag}
	if err := t.group(ctx, pair, body, request.Texts, plain, answers); err != nil {
		return nil, err
	}
	if err := t.group(ctx, pair, inXML, request.Texts, marked, answers); err != nil && len(plain) == 0 {
		return nil, err
	}
	return answers, nil
}

// group translates the texts at these places, which are sent in the same form. An error is that of
// all of them.
func (t *Translator) group(
	ctx context.Context, pair pair, body translateBody, texts []string, places []int, answers []domain.Translation,
) error {
	prepared := make([]string, len(places))
	for i, place := range places {
		prepared[i] = body.prepare(texts[place])
	}
	batches := rest.Batches{Provider: name, Texts: prepared, Most: mostTexts, Size: encodedSize, MostSize: mostBytes}
	given, errors, err := rest.Ask(ctx, batches, func(ctx context.Context, batch []int) ([]domain.Translation, error) {
		request := body
		for _, i := range batch {
			request.Text = append(request.Text, prepared[i])
		}
		return t.request(ctx, pair, request)
	})
	for i, place := range places {
		switch {
		case err != nil:
			answers[place].Err = err
		case errors[i] != nil:
			answers[place].Err = errors[i]
		default:
			answers[place] = given[i]
		}
	}
	return err
}

// encodedSize is what the text adds to a request, in bytes.
func encodedSize(text string) int {
	encoded, err := rest.Encode(text)
	if err != nil {
		return len(text)
	}
	return len(encoded) + len(",")
}
