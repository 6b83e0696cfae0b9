package googlelanguage

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"

	"golang.org/x/text/language"

	"dentalk/domain"
	"dentalk/enrichment/internal/rest"
)

type document struct {
	Type     string `json:"type"`
	Content  string `json:"content"`
	Language string `json:"languageCode,omitempty"`
}

type sentimentBody struct {
	Document document `json:"document"`
	Encoding string   `json:"encodingType"`
}

// sentimentAnswer may lack any field whose value is zero.
type sentimentAnswer struct {
	Sentiment struct {
		Score     float64 `json:"score"`     // -1 .. 1
		Magnitude float64 `json:"magnitude"` // of all feelings in the text, good and bad; 0 and more
	} `json:"documentSentiment"`
	Language  string `json:"languageCode"`
	Supported bool   `json:"languageSupported"`
}

var errLanguage = errors.New("the language of the text is not supported")

func (a *Analyser) one(ctx context.Context, text domain.AnalyseText) (domain.Emotion, error) {
	body := sentimentBody{
		Document: document{Type: "PLAIN_TEXT", Content: text.Text, Language: code(text.Language)}, Encoding: "UTF8",
	}
	var answer sentimentAnswer
	err := a.client.Do(ctx, rest.Call{
		Method: http.MethodPost, Path: "/v2/documents:analyzeSentiment", Header: a.header, JSON: body,
	}, &answer)
	given := answer.Sentiment
	switch {
	case err != nil:
		err = rest.Failure(name, fmt.Errorf("analyse: %w", err), rest.Google)
	case answer.Language == "":
		err = &domain.ProviderError{Provider: name, Err: fmt.Errorf("analyse: %w: no language", rest.ErrAnswer)}
	case !answer.Supported:
		err = &domain.ProviderError{Provider: name, Permanent: true, Err: fmt.Errorf("analyse: %w", errLanguage)}
	case math.Abs(given.Score) > 1 || given.Magnitude < 0:
		err = &domain.ProviderError{Provider: name, Err: fmt.Errorf("analyse: %w: out of range", rest.ErrAnswer)}
	}
	if err != nil {
		return domain.Emotion{}, err
	}
	return emotionOf(given.Score, given.Magnitude), nil
}

// code is the language as the API knows it; empty lets the API find out.
func code(tag string) string {
	parsed, err := language.Parse(tag)
	if err != nil {
		return ""
	}
	base, _, _ := parsed.Raw()
	script, _ := parsed.Script()
	if base.String() == "zh" && script.String() == "Hant" {
		return "zh-Hant"
	}
	return base.String()
}

// threshold is the score from which on a text is not neutral.
const threshold = 0.25

// emotionOf derives the confidence, which the API does not give, from the distance to the
// threshold: 0.5 at it, 1 at the ends and in the middle. A neutral text that is full of feelings is
// a mixed one, so what its magnitude exceeds its score by makes the verdict less sure.
func emotionOf(score, magnitude float64) domain.Emotion {
	emotion := domain.Emotion{Sentiment: domain.SentimentNeutral, Score: score}
	strength := math.Abs(score)
	if strength < threshold {
		emotion.Confidence = (1 - 0.5*strength/threshold) / (1 + max(0, magnitude-strength))
		return emotion
	}
	emotion.Sentiment = domain.SentimentPositive
	if score < 0 {
		emotion.Sentiment = domain.SentimentNegative
	}
	emotion.Confidence = 0.5 + 0.5*(strength-threshold)/(1-threshold)
	return emotion
}
