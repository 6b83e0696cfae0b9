package libretranslate

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"dentalk/domain"
	"dentalk/enrichment/internal/quality"
	"dentalk/enrichment/internal/rest"
)

type translateBody struct {
	Texts  []string `json:"q"`
	Source string   `json:"source"`
	Target string   `json:"target"`
	Format string   `json:"format"`
	Key    string   `json:"api_key,omitempty"`
}

type translateAnswer struct {
	TranslatedText []string `json:"translatedText"`
}

type errorAnswer struct {
	Error string `json:"error"`
}

// texts asks for the texts at these places in one request.
func (t *Translator) texts(ctx context.Context, body translateBody, request domain.TranslateRequest, places []int) ([]domain.Translation, error) {
	for _, place := range places {
		body.Texts = append(body.Texts, request.Texts[place])
	}
	var answer translateAnswer
	err := t.client.Do(ctx, rest.Call{Method: http.MethodPost, Path: "/translate", JSON: body}, &answer)
	if err != nil {
		return nil, failure("translate", err)
	}
	if len(answer.TranslatedText) != len(places) {
		return nil, failure("translate", fmt.Errorf("%w: %d texts for %d", rest.ErrAnswer, len(answer.TranslatedText), len(places)))
	}
	translations := make([]domain.Translation, len(places))
	for i, text := range answer.TranslatedText {
		translations[i] = checked(request.Target, body.Texts[i], text)
	}
	return translations, nil
}

// checked refuses what the server answers with status 200 instead of a translation: the text as it
// was when it cannot translate it, and an emoji to those who it thinks abuse it.
func checked(target, text, translation string) domain.Translation {
	if err := quality.Check(target, text, translation); err != nil {
		return domain.Translation{Err: &domain.ProviderError{Provider: name, Permanent: true, Err: fmt.Errorf("translate: %w", err)}}
	}
	return domain.Translation{Text: translation}
}

func failure(doing string, err error) error {
	return rest.Failure(name, fmt.Errorf("%s: %w", doing, err), kindOf)
}

// kindOf knows that a missing key has the status of a text that cannot be translated.
func kindOf(e *rest.StatusError) rest.Kind {
	var answer errorAnswer
	if e.Status == http.StatusBadRequest && e.Decode(&answer) && strings.Contains(answer.Error, "API key") {
		return rest.Refused
	}
	return rest.ByStatus(e)
}
