package apertium

import (
	"context"
	"net/http"

	"golang.org/x/text/language"

	"dentalk/enrichment/internal/rest"
)

// pair is two languages by their codes of ISO 639-3.
type pair struct{ source, target string }

func pairOf(source, target string) pair { return pair{source: code(source), target: code(target)} }

// code is of the language alone: a variant that the server may have, such as eng_US, is not asked
// for. It is empty for what is no language.
func code(tag string) string {
	parsed, err := language.Parse(tag)
	if err != nil {
		return ""
	}
	base, _ := parsed.Base()
	return base.ISO3()
}

type pairsAnswer struct {
	ResponseData []struct {
		SourceLanguage string `json:"sourceLanguage"`
		TargetLanguage string `json:"targetLanguage"`
	} `json:"responseData"`
}

func (t *Translator) listPairs(ctx context.Context) (map[pair]bool, error) {
	var answer pairsAnswer
	if err := t.client.Do(ctx, rest.Call{Method: http.MethodGet, Path: "/listPairs"}, &answer); err != nil {
		return nil, err
	}
	pairs := make(map[pair]bool, len(answer.ResponseData))
	for _, one := range answer.ResponseData {
		pairs[pair{source: one.SourceLanguage, target: one.TargetLanguage}] = true
	}
	return pairs, nil
}
