package libretranslate_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dentalk/domain"
)

func TestFailures(t *testing.T) {
	const text = "Mrs. Baker is waiting."
	permanent, refused := domain.ProviderError{Permanent: true}, domain.ProviderError{Refused: true}
	for name, test := range map[string]struct {
		given reply
		want  domain.ProviderError
	}{
		"a bad request":     {reply{status: 400, body: `{"error":"Invalid request: missing q parameter"}`}, permanent},
		"no key":            {reply{status: 400, body: `{"error":"Visit https://example.com to get an API key"}`}, refused},
		"a wrong key":       {reply{status: 403, body: `{"error":"Invalid API key"}`}, refused},
		"banned":            {reply{status: 403, body: `{"error":"Too many request limits violations"}`}, refused},
		"slow down":         {reply{status: 429, body: `{"error":"Slowdown: 10 per 1 minute"}`}, domain.ProviderError{}},
		"slow down, later":  {reply{status: 429, header: http.Header{"Retry-After": {"30"}}}, domain.ProviderError{RetryAfter: 30 * time.Second}},
		"a broken server":   {reply{status: 500, body: `{"error":"Cannot translate text: Mrs. Baker"}`}, domain.ProviderError{}},
		"a gateway":         {reply{status: 502, body: `<html>`}, domain.ProviderError{}},
		"not JSON":          {reply{body: `Mrs. Baker`}, domain.ProviderError{}},
		"a single text":     {reply{body: `{"translatedText":"베이커 부인"}`}, domain.ProviderError{}},
		"none":              {reply{body: `{"translatedText":[]}`}, domain.ProviderError{}},
		"too many":          {reply{body: `{"translatedText":["하나","둘"]}`}, domain.ProviderError{}},
		"too long":          {reply{body: `{"translatedText":["` + strings.Repeat("가", 1<<19) + `"]}`}, domain.ProviderError{}},
		"an empty text":     {reply{body: `{"translatedText":[""]}`}, permanent},
		"the text as it is": {reply{body: `{"translatedText":["` + text + `"]}`}, permanent},
		"an emoji":          {reply{body: `{"translatedText":["🙃"]}`}, permanent},
		"another script":    {reply{body: `{"translatedText":["La señora espera."]}`}, permanent},
	} {
		t.Run(name, func(t *testing.T) {
			answers, err := start(t, newServer(test.given)).Translate(t.Context(), into("ko", text))
			if len(answers) == 1 {
				err = answers[0].Err
			}
			expectFailure(t, err, test.want)
		})
	}
}

func expectFailure(t *testing.T, err error, want domain.ProviderError) {
	t.Helper()
	var got *domain.ProviderError
	if !errors.As(err, &got) {
		t.Fatalf("got %v", err)
	}
	if got.Permanent != want.Permanent || got.Refused != want.Refused || got.RetryAfter != want.RetryAfter {
		t.Errorf("got %+v, want %+v", got, want)
	}
	for _, secret := range []string{key, "Baker", "http://", "베이커"} {
		if strings.Contains(err.Error(), secret) {
			t.Errorf("the error quotes: %v", err)
		}
	}
}

func TestServerThatDoesNotTellItsLanguagesIsAFailure(t *testing.T) {
	fake := newServer(reply{body: `{"translatedText":["네"]}`})
	fake.languages = reply{status: http.StatusServiceUnavailable}
	translator := start(t, fake)
	_, err := translator.Translate(t.Context(), into("ko", "yes"))
	expectFailure(t, err, domain.ProviderError{})
	fake.languages, fake.settings = reply{body: languages}, reply{status: http.StatusInternalServerError}
	_, err = translator.Translate(t.Context(), into("ko", "yes"))
	expectFailure(t, err, domain.ProviderError{})
	fake.settings = reply{body: settings}
	answers, err := translator.Translate(t.Context(), into("ko", "yes"))
	if diff := cmp.Diff(translations("네"), answers); diff != "" || err != nil {
		t.Error(diff, err)
	}
}

func TestTranslateEndsWithItsContext(t *testing.T) {
	translator := start(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := translator.Translate(ctx, into("ko", "yes")); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}
