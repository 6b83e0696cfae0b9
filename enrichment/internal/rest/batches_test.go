package rest_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dentalk/domain"
	"dentalk/enrichment/internal/rest"
)

// api answers with the texts in capitals and remembers the requests.
type api struct {
	rest.Batches
	mu       sync.Mutex
	requests []string
	fail     func(request string) error
}

func (a *api) ask(_ context.Context, places []int) ([]string, error) {
	texts, answers := []string{}, []string{}
	for _, place := range places {
		texts = append(texts, a.Texts[place])
		answers = append(answers, strings.ToUpper(a.Texts[place]))
	}
	request := strings.Join(texts, " ")
	a.mu.Lock()
	defer a.mu.Unlock()
	a.requests = append(a.requests, request)
	if a.fail != nil {
		if err := a.fail(request); err != nil {
			return nil, err
		}
	}
	return answers, nil
}

func failure(kind rest.Kind) error {
	return rest.Failure("api", &rest.StatusError{Status: 400, RetryAfter: time.Second}, func(*rest.StatusError) rest.Kind { return kind })
}

func TestRequestsKeepToTheLimits(t *testing.T) {
	a := &api{Batches: rest.Batches{
		Provider: "api", Texts: []string{"a", "b", "cccc", "dd", "e", "toolong", "f"}, Most: 3,
		Size: func(text string) int { return len(text) }, MostSize: 5,
	}}
	answers, errs, err := rest.Ask(t.Context(), a.Batches, a.ask)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"a b", "cccc", "dd e f"}, a.requests); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"A", "B", "CCCC", "DD", "E", "", "F"}, answers); diff != "" {
		t.Error(diff)
	}
	for i, err := range errs {
		if rest.IsPermanent(err) != (i == 5) || (err != nil) != (i == 5) {
			t.Errorf("text %d: %v", i, err)
		}
	}
}

func TestATextThatSpoilsARequestIsFound(t *testing.T) {
	a := &api{Batches: rest.Batches{Provider: "api", Texts: []string{"a", "bad", "c"}, Most: 3}}
	a.fail = func(request string) error {
		if strings.Contains(request, "bad") {
			return failure(rest.Permanent)
		}
		return nil
	}
	answers, errs, err := rest.Ask(t.Context(), a.Batches, a.ask)
	if err != nil || !rest.IsPermanent(errs[1]) || errs[0] != nil || errs[2] != nil {
		t.Errorf("got %v, %v", errs, err)
	}
	if diff := cmp.Diff([]string{"A", "", "C"}, answers); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"a bad c", "a", "bad", "c"}, a.requests); diff != "" {
		t.Error(diff)
	}
}

func TestNoRequestBeginsAfterAFailure(t *testing.T) {
	a := &api{Batches: rest.Batches{Provider: "api", Texts: []string{"a", "b", "c"}}}
	a.fail = func(request string) error {
		if request == "b" {
			return failure(rest.Refused)
		}
		return nil
	}
	answers, errs, err := rest.Ask(t.Context(), a.Batches, a.ask)
	if err != nil || answers[0] != "A" || errs[0] != nil {
		t.Errorf("got %v, %v, %v", answers, errs, err)
	}
	var refused *domain.ProviderError
	if !errors.As(errs[1], &refused) || !refused.Refused || refused.RetryAfter != time.Second || errs[2] != errs[1] {
		t.Errorf("got %v", errs)
	}
	if diff := cmp.Diff([]string{"a", "b"}, a.requests); diff != "" {
		t.Error(diff)
	}
}

func TestAFailureOfAllTextsIsTheWhole(t *testing.T) {
	a := &api{Batches: rest.Batches{Provider: "api", Texts: []string{"a", "b"}}, fail: func(string) error { return failure(rest.Retry) }}
	if _, _, err := rest.Ask(t.Context(), a.Batches, a.ask); err == nil || rest.IsPermanent(err) {
		t.Errorf("got %v", err)
	}
	a.fail = func(string) error { return failure(rest.Permanent) }
	if _, errs, err := rest.Ask(t.Context(), a.Batches, a.ask); err != nil || !rest.IsPermanent(errs[0]) || !rest.IsPermanent(errs[1]) {
		t.Errorf("got %v, %v", errs, err)
	}
}

func TestAWrongNumberOfAnswersIsAnError(t *testing.T) {
	ask := func(context.Context, []int) ([]string, error) { return []string{"A", "B", "C"}, nil }
	_, _, err := rest.Ask(t.Context(), rest.Batches{Provider: "api", Texts: []string{"a", "b"}, Most: 2}, ask)
	if !errors.Is(err, rest.ErrAnswer) {
		t.Errorf("got %v", err)
	}
}

func TestRequestsAtOnceAreBounded(t *testing.T) {
	var mu sync.Mutex
	running, most := 0, 0
	full := make(chan struct{})
	ask := func(_ context.Context, places []int) ([]int, error) {
		mu.Lock()
		running++
		most = max(most, running)
		if running == 3 && places[0] < 3 {
			close(full)
		}
		mu.Unlock()
		<-full // the first three wait for each other, and the others are not kept
		mu.Lock()
		defer mu.Unlock()
		running--
		return places, nil
	}
	answers, _, err := rest.Ask(t.Context(), rest.Batches{Texts: make([]string, 6), AtOnce: 3}, ask)
	if diff := cmp.Diff([]int{0, 1, 2, 3, 4, 5}, answers); diff != "" || err != nil || most != 3 {
		t.Errorf("%s %v, %d at once", diff, err, most)
	}
}

func TestOnlyAStatusIsAsked(t *testing.T) {
	kind := func(*rest.StatusError) rest.Kind { return rest.Refused }
	var other *domain.ProviderError
	if err := rest.Failure("api", http.ErrHandlerTimeout, kind); !errors.As(err, &other) || other.Refused || other.Permanent {
		t.Errorf("got %+v", other)
	}
}
