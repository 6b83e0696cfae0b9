package googlelanguage_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"dentalk/domain"
	"dentalk/enrichment/googlelanguage"
	"dentalk/enrichment/internal/rest"
	"dentalk/enrichment/internal/rest/resttest"
)

const (
	key    = "key-4711"
	secret = "Mrs. Baker"
	path   = "/v2/documents:analyzeSentiment"
)

func newAnalyser(t *testing.T, server *httptest.Server) *googlelanguage.Analyser {
	t.Helper()
	analyser, err := googlelanguage.New(googlelanguage.Config{Key: key, URL: server.URL, Client: server.Client()})
	if err != nil {
		t.Fatal(err)
	}
	return analyser
}

func english(texts ...string) (all []domain.AnalyseText) {
	for _, text := range texts {
		all = append(all, domain.AnalyseText{Text: text, Language: "en"})
	}
	return all
}

// body is the request for an English text.
func body(text string) string {
	return `{"document":{"type":"PLAIN_TEXT","content":"` + text + `","languageCode":"en"},"encodingType":"UTF8"}`
}

func answer(score, magnitude float64) string {
	return fmt.Sprintf(`{"documentSentiment":{"magnitude":%v,"score":%v},"languageCode":"en","sentences":[],"languageSupported":true}`,
		magnitude, score)
}

func TestAnalysesEachTextByItself(t *testing.T) {
	header := map[string]string{"X-Goog-Api-Key": key, "Content-Type": "application/json"}
	server := resttest.Serve(t,
		resttest.Exchange{
			Path: path, Header: header,
			Body: `{"document":{"type":"PLAIN_TEXT","content":"정말 실망했습니다 <A2>.","languageCode":"ko"},"encodingType":"UTF8"}`,
			Answer: `{
  "documentSentiment": {
    "magnitude": 0.94,
    "score": -0.91
  },
  "languageCode": "ko",
  "sentences": [
    {
      "text": {
        "content": "정말 실망했습니다 <A2>.",
        "beginOffset": 0
      },
      "sentiment": {
        "magnitude": 0.93,
        "score": -0.91
      }
    }
  ],
  "languageSupported": true
}
`,
		},
		resttest.Exchange{
			Path: path, Header: header, Body: `{"document":{"type":"PLAIN_TEXT","content":"Great"},"encodingType":"UTF8"}`,
			Answer: answer(1, 1),
		},
	)
	answers, err := newAnalyser(t, server).Analyse(t.Context(), []domain.AnalyseText{
		{Text: "정말 실망했습니다 <A2>.", Language: "ko"}, {Text: "Great"},
	})
	want := []domain.Analysis{
		{Emotion: domain.Emotion{Sentiment: domain.SentimentNegative, Score: -0.91, Confidence: 0.94}},
		{Emotion: domain.Emotion{Sentiment: domain.SentimentPositive, Score: 1, Confidence: 1}},
	}
	if diff := cmp.Diff(want, answers, cmpopts.EquateApprox(0, 1e-9)); diff != "" || err != nil {
		t.Errorf("%s %v", diff, err)
	}
}

func TestMoodAndConfidenceFollowScoreAndMagnitude(t *testing.T) {
	for _, test := range []struct {
		score, magnitude float64
		sentiment        domain.Sentiment
		confidence       float64
	}{
		{0, 0, domain.SentimentNeutral, 1},
		{0.1, 0.1, domain.SentimentNeutral, 0.8},
		{0, 1, domain.SentimentNeutral, 0.5}, // mixed
		{0, 3, domain.SentimentNeutral, 0.25},
		{0.24, 0.24, domain.SentimentNeutral, 0.52},
		{-0.24, 0.24, domain.SentimentNeutral, 0.52},
		{0.25, 0.25, domain.SentimentPositive, 0.5},
		{-0.25, 4, domain.SentimentNegative, 0.5},
		{0.7, 0.7, domain.SentimentPositive, 0.8},
		{-1, 1, domain.SentimentNegative, 1},
	} {
		server := resttest.Serve(t, resttest.Exchange{Path: path, Body: body("a"), Answer: answer(test.score, test.magnitude)})
		answers, err := newAnalyser(t, server).Analyse(t.Context(), english("a"))
		want := []domain.Analysis{{Emotion: domain.Emotion{
			Sentiment: test.sentiment, Score: test.score, Confidence: test.confidence,
		}}}
		if diff := cmp.Diff(want, answers, cmpopts.EquateApprox(0, 1e-9)); diff != "" || err != nil {
			t.Errorf("%v: %s %v", test, diff, err)
		}
	}
}

func TestAScoreOfZeroMayBeLeftOut(t *testing.T) {
	server := resttest.Serve(t, resttest.Exchange{
		Path: path, Body: body("a"), Answer: `{"documentSentiment":{},"languageCode":"en","languageSupported":true}`,
	})
	answers, err := newAnalyser(t, server).Analyse(t.Context(), english("a"))
	if err != nil || answers[0].Err != nil || answers[0].Emotion.Sentiment != domain.SentimentNeutral {
		t.Errorf("got %+v, %v", answers, err)
	}
}

func TestLanguagesAreNamedAsGoogleDoes(t *testing.T) {
	for language, want := range map[string]string{
		"en-GB": `,"languageCode":"en"`, "zh-CN": `,"languageCode":"zh"`, "zh-TW": `,"languageCode":"zh-Hant"`, "no language": "",
	} {
		server := resttest.Serve(t, resttest.Exchange{
			Path: path, Body: `{"document":{"type":"PLAIN_TEXT","content":"a"` + want + `},"encodingType":"UTF8"}`, Answer: answer(0, 0),
		})
		if _, err := newAnalyser(t, server).Analyse(t.Context(), []domain.AnalyseText{{Text: "a", Language: language}}); err != nil {
			t.Errorf("%s: %v", language, err)
		}
	}
}

func TestALanguageThatIsNotSupportedIsTheTextsError(t *testing.T) {
	for _, given := range []string{
		`{"documentSentiment":{"magnitude":0.1,"score":0.1},"languageCode":"fi","languageSupported":false}`,
		`{"documentSentiment":{"magnitude":0.1,"score":0.1},"languageCode":"fi"}`,
	} {
		server := resttest.Serve(t,
			resttest.Exchange{Path: path, Body: body("Hyvä"), Answer: given},
			resttest.Exchange{Path: path, Body: body("Good"), Answer: answer(0.9, 0.9)},
		)
		answers, err := newAnalyser(t, server).Analyse(t.Context(), english("Hyvä", "Good"))
		if err != nil || answers[1].Emotion.Sentiment != domain.SentimentPositive || answers[1].Err != nil {
			t.Errorf("got %+v, %v", answers, err)
		}
		if kind := resttest.KindOf(t, answers[0].Err, "Hyvä"); kind != "permanent" {
			t.Errorf("got %s", kind)
		}
	}
}

func TestATextThatIsTooLongIsNotSent(t *testing.T) {
	server := resttest.Serve(t, resttest.Exchange{Path: path, Body: body("a"), Answer: answer(0, 0)})
	answers, err := newAnalyser(t, server).Analyse(t.Context(), english(strings.Repeat("b", 1_000_001), "a"))
	if err != nil || resttest.KindOf(t, answers[0].Err, "bb") != "permanent" || answers[1].Err != nil {
		t.Errorf("got %v", err)
	}
}

func TestFailuresSayWhatToDo(t *testing.T) {
	reason := func(reason string) string {
		return `{"error":{"code":403,"message":"Mrs. Baker key-4711","errors":[{"reason":"` + reason + `"}]}}`
	}
	for name, test := range map[string]struct {
		status       int
		answer, want string
	}{
		"the text":        {400, `{"error":{"code":400,"message":"Mrs. Baker","status":"INVALID_ARGUMENT"}}`, "permanent"},
		"a wrong key":     {400, `{"error":{"code":400,"details":[{"reason":"API_KEY_INVALID"}]}}`, "refused"},
		"unauthenticated": {401, `{}`, "refused"},
		"no permission":   {403, reason("forbidden"), "refused"},
		"the day's quota": {403, reason("dailyLimitExceeded"), "refused"},
		"the rate":        {403, reason("rateLimitExceeded"), "retry"},
		"the user's rate": {403, reason("userRateLimitExceeded"), "retry"},
		"exhausted":       {429, `{"error":{"code":429,"details":[{"reason":"RATE_LIMIT_EXCEEDED"}]}}`, "retry"},
		"the server":      {500, "", "retry"},
		"unavailable":     {503, "", "retry"},
	} {
		t.Run(name, func(t *testing.T) {
			server := resttest.Serve(t, resttest.Exchange{
				Path: path, Body: body(secret), Status: test.status, Answer: test.answer,
				AnswerHeader: map[string]string{"Retry-After": "5"},
			})
			answers, err := newAnalyser(t, server).Analyse(t.Context(), english(secret))
			if err == nil {
				err = answers[0].Err
			}
			if kind := resttest.KindOf(t, err, key, secret); kind != test.want {
				t.Errorf("%s, want %s", kind, test.want)
			}
			var failure *domain.ProviderError
			if !errors.As(err, &failure) || failure.Provider != "google" || failure.RetryAfter != 5*time.Second {
				t.Errorf("got %+v", failure)
			}
		})
	}
}

func TestUnusableAnswersAreErrors(t *testing.T) {
	for _, given := range []string{
		"", "{}", "<html>" + secret, `{"documentSentiment":"` + secret + `"}`, answer(1.5, 1), answer(0, -1),
		`{"languageCode":"` + strings.Repeat("a", 1<<20),
	} {
		server := resttest.Serve(t, resttest.Exchange{Path: path, Body: body(secret), Answer: given})
		_, err := newAnalyser(t, server).Analyse(t.Context(), english(secret))
		if kind := resttest.KindOf(t, err, secret); kind != "retry" || !errors.Is(err, rest.ErrAnswer) {
			t.Errorf("%.40s: %s: %v", given, kind, err)
		}
	}
}

func TestAnalyseEndsWithItsContext(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // only then does the server watch the connection
		<-r.Context().Done()
	}))
	defer server.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	_, err := newAnalyser(t, server).Analyse(ctx, english(secret, secret))
	if kind := resttest.KindOf(t, err, secret, key); kind != "retry" || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %s: %v", kind, err)
	}
}

func TestConfigIsChecked(t *testing.T) {
	for _, config := range []googlelanguage.Config{{}, {Key: key + " "}, {Key: key, URL: "https://a/?key=" + key}} {
		if _, err := googlelanguage.New(config); err == nil || strings.Contains(err.Error(), key) {
			t.Errorf("%+v: %v", config, err)
		}
	}
	analyser, err := googlelanguage.New(googlelanguage.Config{Key: key})
	if err != nil || analyser.Name() != "google" {
		t.Errorf("got %v", err)
	}
}
