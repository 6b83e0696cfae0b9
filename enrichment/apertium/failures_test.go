package apertium_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"dentalk/domain"
)

func TestFailures(t *testing.T) {
	const text = "The crown of Mrs. Baker is late."
	for name, test := range map[string]struct {
		status int
		body   string
		header http.Header
		want   domain.ProviderError
	}{
		"busy":              {status: 503, body: `{"status": "error", "code": 503, "message": "Service Unavailable", "explanation": "internal error"}`},
		"a later time":      {status: 503, header: http.Header{"Retry-After": {"3"}}, want: domain.ProviderError{RetryAfter: 3 * time.Second}},
		"a slow request":    {status: 408},
		"a broken server":   {status: 500},
		"a wrong address":   {status: 404, body: `<html>404: Not Found</html>`, want: domain.ProviderError{Refused: true}},
		"not JSON":          {status: 200, body: `<html>`},
		"no text":           {status: 200, body: `{"responseData": null, "responseDetails": "x", "responseStatus": 451}`},
		"too long":          {status: 200, body: `{"responseData": {"translatedText": "` + strings.Repeat("a", 1<<20) + `"}}`},
		"an empty text":     {status: 200, body: `{"responseData": {"translatedText": ""}}`, want: domain.ProviderError{Permanent: true}},
		"the text as it is": {status: 200, body: `{"responseData": {"translatedText": "` + text + `"}}`, want: domain.ProviderError{Permanent: true}},
	} {
		t.Run(name, func(t *testing.T) {
			translator := start(t, &server{status: test.status, body: test.body, header: test.header})
			answers, err := translator.Translate(t.Context(), english(text))
			if len(answers) == 1 {
				err = answers[0].Err
			}
			var got *domain.ProviderError
			if !errors.As(err, &got) {
				t.Fatalf("got %v", err)
			}
			if got.Permanent != test.want.Permanent || got.Refused != test.want.Refused || got.RetryAfter != test.want.RetryAfter {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
			if strings.Contains(err.Error(), "Baker") || strings.Contains(err.Error(), "http://") {
				t.Errorf("the error quotes: %v", err)
			}
		})
	}
}

func TestTextThatIsTooLongFailsAlone(t *testing.T) {
	translator := start(t, &server{status: http.StatusOK, body: late})
	answers, err := translator.Translate(t.Context(), english(strings.Repeat("a", 5001), "The crown is late."))
	if err != nil || len(answers) != 2 || answers[1].Text == "" {
		t.Fatalf("got %+v, %v", answers, err)
	}
	var failure *domain.ProviderError
	if !errors.As(answers[0].Err, &failure) || !failure.Permanent {
		t.Errorf("got %v", answers[0].Err)
	}
}

func TestTranslateEndsWithItsContext(t *testing.T) {
	translator := start(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		<-r.Context().Done()
	}))
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := translator.Translate(ctx, english("late")); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}
