package googletranslate

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"dentalk/domain"
	"dentalk/enrichment/internal/rest"
)

// translateBody names the format, since the API takes texts for HTML otherwise.
type translateBody struct {
	Texts  []string `json:"q"`
	Source string   `json:"source"`
	Target string   `json:"target"`
	Format string   `json:"format"`
	Model  string   `json:"model"`
}

type translateAnswer struct {
	Data struct {
		Translations []struct {
			TranslatedText string `json:"translatedText"`
		} `json:"translations"`
	} `json:"data"`
}

func (t *Translator) request(ctx context.Context, body translateBody) ([]domain.Translation, error) {
	var answer translateAnswer
	err := t.client.Do(ctx, rest.Call{
		Method: http.MethodPost, Path: "/language/translate/v2", Header: t.header, JSON: body,
	}, &answer)
	if err != nil {
		return nil, rest.Failure(name, fmt.Errorf("translate: %w", err), rest.Google)
	}
	translations := make([]domain.Translation, len(answer.Data.Translations))
	for i, given := range answer.Data.Translations {
		translations[i].Text = given.TranslatedText
		if i < len(body.Texts) && isBlank(given.TranslatedText) && !isBlank(body.Texts[i]) {
			translations[i] = domain.Translation{Err: &domain.ProviderError{
				Provider: name, Permanent: true, Err: fmt.Errorf("translate: %w: an empty text", rest.ErrAnswer),
			}}
		}
	}
	return translations, nil
}

func isBlank(text string) bool { return strings.TrimSpace(text) == "" }
