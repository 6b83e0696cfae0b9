package openai

import (
	"context"
	"errors"
	"maps"
	"regexp"
	"strings"
	"unicode"

	"dentalk/domain"
	"dentalk/enrichment/internal/quality"
	"dentalk/enrichment/internal/rest"
)

// Translate asks for each text by itself and has the model judge the original in the same answer.
func (c *Client) Translate(ctx context.Context, request domain.TranslateRequest) ([]domain.Translation, error) {
	batches := rest.Batches{Provider: name, Texts: request.Texts, AtOnce: c.atOnce}
	answers, errs, err := rest.Ask(ctx, batches, func(ctx context.Context, places []int) ([]domain.Translation, error) {
		translation, err := c.translate(ctx, request, places[0])
		return []domain.Translation{translation}, err
	})
	for i := range answers {
		answers[i].Err = errs[i]
	}
	return answers, err
}

func (c *Client) translate(ctx context.Context, request domain.TranslateRequest, place int) (domain.Translation, error) {
	p, err := translationPrompt(request, place)
	if err != nil {
		return domain.Translation{}, permanent(err)
	}
	text := request.Texts[place]
	return ask(ctx, c, p, func(content string) (domain.Translation, error) {
		var given translated
		if err := parse(content, &given); err != nil {
			return domain.Translation{}, err
		}
		return given.translation(request.Target, text)
	})
}

var (
	errPlaceholders = errors.New("the translation has not the placeholders of the text")
	errPrompt       = errors.New("the translation is not of the message but of the rules")
	errCharacters   = errors.New("the translation has control characters")
)

// placeholder stands for a name that is not to be sent.
var placeholder = regexp.MustCompile(`⟦\d+⟧`)

// translation is the answer about the text once it can be one.
func (t translated) translation(target, text string) (domain.Translation, error) {
	if t.Translation == nil {
		return domain.Translation{}, errForm
	}
	analysis, err := t.analysis(text)
	if err != nil {
		return domain.Translation{}, err
	}
	if err := checkTranslation(target, text, *t.Translation); err != nil {
		return domain.Translation{}, err
	}
	return domain.Translation{Text: *t.Translation, Analysis: &analysis}, nil
}

func checkTranslation(target, text, translation string) error {
	switch {
	case strings.ContainsFunc(translation, isControl):
		return errCharacters
	case !maps.Equal(placeholders(text), placeholders(translation)):
		return errPlaceholders
	case quotesPrompt(translation, text):
		return errPrompt
	}
	return quality.Check(target, text, translation)
}

func placeholders(text string) map[string]bool {
	found := map[string]bool{}
	for _, one := range placeholder.FindAllString(text, -1) {
		found[one] = true
	}
	return found
}

func isControl(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' }
