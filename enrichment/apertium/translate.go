package apertium

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"dentalk/enrichment/internal/rest"
)

type translateAnswer struct {
	ResponseData struct {
		TranslatedText *string `json:"translatedText"`
	} `json:"responseData"`
}

// translate asks for one text: of several APy would answer the last alone. Words that Apertium does
// not know stay as they are, without its mark.
func (t *Translator) translate(ctx context.Context, asked pair, text string) (string, error) {
	var answer translateAnswer
	form := url.Values{
		"langpair": {asked.source + "|" + asked.target}, "q": {text}, "markUnknown": {"no"}, "format": {"txt"},
	}
	if err := t.client.Do(ctx, rest.Call{Method: http.MethodPost, Path: "/translate", Form: form}, &answer); err != nil {
		return "", err
	}
	if answer.ResponseData.TranslatedText == nil {
		return "", fmt.Errorf("%w: without a text", rest.ErrAnswer)
	}
	return *answer.ResponseData.TranslatedText, nil
}
