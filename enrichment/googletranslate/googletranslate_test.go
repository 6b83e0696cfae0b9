package googletranslate_test

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

	"dentalk/domain"
	"dentalk/enrichment/googletranslate"
	"dentalk/enrichment/internal/rest"
	"dentalk/enrichment/internal/rest/resttest"
)

const (
	key    = "key-4711"
	secret = "Mrs. Baker"
	path   = "/language/translate/v2"
)

func newTranslator(t *testing.T, server *httptest.Server) *googletranslate.Translator {
	t.Helper()
	translator, err := googletranslate.New(googletranslate.Config{Key: key, URL: server.URL, Client: server.Client()})
	if err != nil {
		t.Fatal(err)
	}
	return translator
}

func request(source, target string, texts ...string) domain.TranslateRequest {
	return domain.TranslateRequest{Source: source, Target: target, Texts: texts}
}

// body is the request for texts of English into Korean.
func body(texts ...string) string {
	return `{"q":["` + strings.Join(texts, `","`) + `"],"source":"en","target":"ko","format":"text","model":"nmt"}`
}

func answer(texts ...string) string {
	var rows []string
	for _, text := range texts {
		rows = append(rows, `{"translatedText":"`+text+`"}`)
	}
	return `{"data":{"translations":[` + strings.Join(rows, ",") + `]}}`
}

func TestTranslatesABatch(t *testing.T) {
	server := resttest.Serve(t, resttest.Exchange{
		Path:   path,
		Header: map[string]string{"X-Goog-Api-Key": key, "Content-Type": "application/json"},
		Body:   `{"q":["It's A2 & not <A3>.","⟦1⟧"],"source":"en","target":"ko","format":"text","model":"nmt"}`,
		Answer: `{
  "data": {
    "translations": [
      {
        "translatedText": "A2이며 <A3>가 & 아닙니다. 'A2'",
        "model": "nmt"
      },
      {
        "translatedText": "⟦1⟧",
        "model": "nmt"
      }
    ]
  }
}
`,
	})
	answers, err := newTranslator(t, server).Translate(t.Context(), request("en-US", "ko-KR", "It's A2 & not <A3>.", "⟦1⟧"))
	want := []domain.Translation{{Text: "A2이며 <A3>가 & 아닙니다. 'A2'"}, {Text: "⟦1⟧"}}
	if diff := cmp.Diff(want, answers); diff != "" || err != nil {
		t.Errorf("%s %v", diff, err)
	}
}

func TestRequestsKeepToTheLimits(t *testing.T) {
	t.Run("128 texts", func(t *testing.T) {
		var texts, translated []string
		for i := range 200 {
			texts = append(texts, fmt.Sprint("t", i))
			translated = append(translated, fmt.Sprint("T", i))
		}
		server := resttest.Serve(t,
			resttest.Exchange{Path: path, Body: body(texts[:128]...), Answer: answer(translated[:128]...)},
			resttest.Exchange{Path: path, Body: body(texts[128:]...), Answer: answer(translated[128:]...)},
		)
		answers, err := newTranslator(t, server).Translate(t.Context(), request("en", "ko", texts...))
		if err != nil {
			t.Fatal(err)
		}
		for i, given := range answers {
			if given.Text != translated[i] || given.Err != nil {
				t.Errorf("text %d: %+v", i, given)
			}
		}
	})
	t.Run("5,000 code points", func(t *testing.T) {
		three, five, eight := strings.Repeat("가", 3000), strings.Repeat("나", 5000), strings.Repeat("다", 8000)
		server := resttest.Serve(t,
			resttest.Exchange{Path: path, Body: body(three), Answer: answer("a")},
			resttest.Exchange{Path: path, Body: body(three), Answer: answer("b")},
			resttest.Exchange{Path: path, Body: body(five), Answer: answer("c")},
			resttest.Exchange{Path: path, Body: body(eight), Answer: answer("d")},
		)
		answers, err := newTranslator(t, server).Translate(t.Context(), request("en", "ko", three, three, five, eight))
		want := []domain.Translation{{Text: "a"}, {Text: "b"}, {Text: "c"}, {Text: "d"}}
		if diff := cmp.Diff(want, answers); diff != "" || err != nil {
			t.Errorf("%s %v", diff, err)
		}
	})
}

func TestLanguagesAreNamedAsGoogleDoes(t *testing.T) {
	for _, test := range []struct{ source, target, want string }{
		{"zh", "en-GB", `"source":"zh-CN","target":"en"`},
		{"ja", "zh-Hant", `"source":"ja","target":"zh-TW"`},
		{"es-MX", "zh-Hans", `"source":"es","target":"zh-CN"`},
		{"nb", "pt-BR", `"source":"no","target":"pt"`},
	} {
		server := resttest.Serve(t, resttest.Exchange{
			Path: path, Body: `{"q":["a"],` + test.want + `,"format":"text","model":"nmt"}`, Answer: answer("b"),
		})
		if answers, err := newTranslator(t, server).Translate(t.Context(), request(test.source, test.target, "a")); err != nil ||
			answers[0].Text != "b" {
			t.Errorf("%s to %s: %+v, %v", test.source, test.target, answers, err)
		}
	}
}

func TestUnknownPairsHaveNoTranslation(t *testing.T) {
	quiet := newTranslator(t, resttest.Serve(t))
	for _, pair := range [][2]string{{"en", "tlh"}, {"", "ko"}, {"en", "en-GB"}, {"no language", "ko"}} {
		answers, err := quiet.Translate(t.Context(), request(pair[0], pair[1], "a"))
		if diff := cmp.Diff([]domain.Translation{{}}, answers); diff != "" || err != nil {
			t.Errorf("%v: %s %v", pair, diff, err)
		}
	}
}

func failureOf(reason, message string) string {
	return `{"error":{"code":403,"message":"` + message + `","errors":[{"message":"` + message +
		`","domain":"usageLimits","reason":"` + reason + `"}]}}`
}

func TestFailuresSayWhatToDo(t *testing.T) {
	for name, test := range map[string]struct {
		status       int
		answer, want string
	}{
		"the request":        {400, failureOf("invalid", "Invalid Value "+secret), "permanent"},
		"too large":          {413, `{"error":{"code":413,"message":"Text too long"}}`, "permanent"},
		"an old wrong key":   {400, failureOf("keyInvalid", "Bad Request"), "refused"},
		"unauthenticated":    {401, `{"error":{"code":401,"status":"UNAUTHENTICATED"}}`, "refused"},
		"no permission":      {403, failureOf("forbidden", "Forbidden "+key), "refused"},
		"the day's quota":    {403, failureOf("dailyLimitExceeded", "Daily Limit Exceeded"), "refused"},
		"the rate":           {403, failureOf("rateLimitExceeded", "Rate Limit Exceeded"), "retry"},
		"the user's rate":    {403, failureOf("userRateLimitExceeded", "User Rate Limit Exceeded"), "retry"},
		"by its message":     {403, `{"error":{"code":403,"message":"User Rate Limit Exceeded"}}`, "retry"},
		"another message":    {403, `{"error":{"code":403,"message":"Daily Limit Exceeded"}}`, "refused"},
		"not JSON":           {403, "Forbidden", "refused"},
		"exhausted":          {429, `{"error":{"code":429,"status":"RESOURCE_EXHAUSTED"}}`, "retry"},
		"the server":         {500, `{"error":{"code":500,"status":"INTERNAL"}}`, "retry"},
		"a gateway":          {502, "<html>", "retry"},
		"unavailable":        {503, `{"error":{"code":503,"status":"UNAVAILABLE"}}`, "retry"},
		"a wrong address":    {404, "", "refused"},
		"a key that is none": {400, `{"error":{"code":400,"message":"API key not valid.","status":"INVALID_ARGUMENT","details":[{"reason":"API_KEY_INVALID"}]}}`, "refused"},
	} {
		t.Run(name, func(t *testing.T) {
			server := resttest.Serve(t, resttest.Exchange{
				Path: path, Body: body(secret), Status: test.status, Answer: test.answer,
				AnswerHeader: map[string]string{"Retry-After": "5"},
			})
			answers, err := newTranslator(t, server).Translate(t.Context(), request("en", "ko", secret))
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

func TestOneBadTextDoesNotSpoilTheOthers(t *testing.T) {
	bad := failureOf("invalid", "Invalid Value")
	server := resttest.Serve(t,
		resttest.Exchange{Path: path, Body: body("a", "bad"), Status: 400, Answer: bad},
		resttest.Exchange{Path: path, Body: body("a"), Answer: answer("A")},
		resttest.Exchange{Path: path, Body: body("bad"), Status: 400, Answer: bad},
	)
	answers, err := newTranslator(t, server).Translate(t.Context(), request("en", "ko", "a", "bad"))
	if err != nil || answers[0].Text != "A" || answers[0].Err != nil {
		t.Errorf("got %+v, %v", answers, err)
	}
	if kind := resttest.KindOf(t, answers[1].Err); kind != "permanent" {
		t.Errorf("got %s", kind)
	}
}

func TestUnusableAnswersAreErrors(t *testing.T) {
	for given, want := range map[string]string{
		answer("a"):                        "retry",
		answer("a", "b", "c"):              "retry",
		`{}`:                               "retry",
		`{"data":{"translations":[null`:    "retry",
		answer(strings.Repeat("a", 1<<20)): "retry",
	} {
		server := resttest.Serve(t, resttest.Exchange{Path: path, Body: body("x", secret), Answer: given})
		_, err := newTranslator(t, server).Translate(t.Context(), request("en", "ko", "x", secret))
		if kind := resttest.KindOf(t, err, secret); kind != want || !errors.Is(err, rest.ErrAnswer) {
			t.Errorf("%.40s: %s: %v", given, kind, err)
		}
	}
	server := resttest.Serve(t, resttest.Exchange{Path: path, Body: body("x", "y"), Answer: answer("", "Y")})
	answers, err := newTranslator(t, server).Translate(t.Context(), request("en", "ko", "x", "y"))
	if err != nil || answers[1].Text != "Y" || resttest.KindOf(t, answers[0].Err) != "permanent" {
		t.Errorf("got %+v, %v", answers, err)
	}
}

func TestTranslateEndsWithItsContext(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // only then does the server watch the connection
		<-r.Context().Done()
	}))
	defer server.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	_, err := newTranslator(t, server).Translate(ctx, request("en", "ko", secret))
	if kind := resttest.KindOf(t, err, secret, key); kind != "retry" || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %s: %v", kind, err)
	}
}

func TestConfigIsChecked(t *testing.T) {
	for _, config := range []googletranslate.Config{{}, {Key: key + " "}, {Key: key, URL: "https://a/?key=" + key}} {
		if _, err := googletranslate.New(config); err == nil || strings.Contains(err.Error(), key) {
			t.Errorf("%+v: %v", config, err)
		}
	}
	translator, err := googletranslate.New(googletranslate.Config{Key: key})
	if err != nil || translator.Name() != "google" {
		t.Errorf("got %v", err)
	}
}
