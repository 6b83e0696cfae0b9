package papago

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"dentalk/domain"
	"dentalk/enrichment/internal/rest"
)

type translateBody struct {
	Source      string `json:"source"`
	Target      string `json:"target"`
	Text        string `json:"text"`
	Honorific   bool   `json:"honorific,omitempty"`
	GlossaryKey string `json:"glossaryKey,omitempty"`
}

type translateAnswer struct {
	Message struct {
		Result struct {
			TranslatedText string `json:"translatedText"`
		} `json:"result"`
	} `json:"message"`
}

// one is empty when Papago does not translate between the two languages.
func (t *Translator) one(ctx context.Context, body translateBody) (string, error) {
	var answer translateAnswer
	err := t.client.Do(ctx, rest.Call{
		Method: http.MethodPost, Path: "/nmt/v1/translation", Header: t.header, JSON: body,
	}, &answer)
	if isUnknownPair(err) {
		return "", nil
	}
	if err != nil {
		return "", rest.Failure(name, fmt.Errorf("translate: %w", err), kindOf)
	}
	text := answer.Message.Result.TranslatedText
	if strings.TrimSpace(text) == "" && strings.TrimSpace(body.Text) != "" {
		return "", &domain.ProviderError{
			Provider: name, Permanent: true, Err: fmt.Errorf("translate: %w: an empty text", rest.ErrAnswer),
		}
	}
	return text, nil
}
