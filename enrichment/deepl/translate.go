package deepl

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"dentalk/domain"
	"dentalk/enrichment/internal/rest"
)

type translateBody struct {
	Text        []string `json:"text"`
	Source      string   `json:"source_lang"`
	Target      string   `json:"target_lang"`
	Glossary    string   `json:"glossary_id,omitempty"`
	ShowBilled  bool     `json:"show_billed_characters"`
	ModelType   string   `json:"model_type,omitempty"`
	Formality   string   `json:"formality"`
	TagHandling string   `json:"tag_handling,omitempty"`
	IgnoreTags  []string `json:"ignore_tags,omitempty"`
}

type translateAnswer struct {
	Translations []struct {
		Text   string `json:"text"`
		Billed int    `json:"billed_characters"`
	} `json:"translations"`
}

// api makes single calls. It is safe for concurrent use.
type api struct {
	client *rest.Client
	key    string
}

func (a api) do(ctx context.Context, method, path string, body, answer any) error {
	return a.client.Do(ctx, rest.Call{
		Method: method, Path: path, Header: http.Header{"Authorization": {"DeepL-Auth-Key " + a.key}}, JSON: body,
	}, answer)
}

// request makes one request. Without its glossary when DeepL has none of that name any more: a term
// less is better than no translation.
func (t *Translator) request(ctx context.Context, pair pair, body translateBody) ([]domain.Translation, error) {
	var answer translateAnswer
	err := t.api.do(ctx, http.MethodPost, "/v2/translate", body, &answer)
	if body.Glossary != "" && isNotFound(err) {
		t.glossaries.lost(pair, body.Glossary)
		body.Glossary, answer = "", translateAnswer{}
		err = t.api.do(ctx, http.MethodPost, "/v2/translate", body, &answer)
	}
	if err != nil {
		return nil, rest.Failure(name, fmt.Errorf("translate: %w", err), rest.ByStatus)
	}
	translations := make([]domain.Translation, len(answer.Translations))
	billed := 0
	for i, given := range answer.Translations {
		billed += given.Billed
		translations[i].Text = body.restore(given.Text)
		if i < len(body.Text) && isBlank(given.Text) && !isBlank(body.Text[i]) {
			translations[i] = domain.Translation{Err: &domain.ProviderError{
				Provider: name, Permanent: true, Err: fmt.Errorf("translate: %w: an empty text", rest.ErrAnswer),
			}}
		}
	}
	t.billed(billed)
	return translations, nil
}

func isNotFound(err error) bool {
	var status *rest.StatusError
	return errors.As(err, &status) && status.Status == http.StatusNotFound
}

func isBlank(text string) bool { return strings.TrimSpace(text) == "" }
