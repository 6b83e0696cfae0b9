package openai_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"dentalk/domain"
)

func TestFailuresOfTheEndpoint(t *testing.T) {
	permanent, refused, retry := domain.ProviderError{Permanent: true}, domain.ProviderError{Refused: true}, domain.ProviderError{}
	again, never := http.Header{"X-Should-Retry": {"true"}}, http.Header{"X-Should-Retry": {"false"}}
	for name, test := range map[string]struct {
		given reply
		want  domain.ProviderError
	}{
		"a bad request":           {reply{status: 400, body: `{"error":{"message":"Mrs. Baker is not valid","type":"invalid_request_error","param":"messages","code":null}}`}, permanent},
		"too many tokens":         {reply{status: 400, body: `{"error":{"message":"maximum context length","type":"invalid_request_error","param":"messages","code":"context_length_exceeded"}}`}, permanent},
		"a text that is filtered": {reply{status: 400, body: `{"error":{"message":"filtered","code":"content_filter"}}`}, permanent},
		"too large":               {reply{status: 413}, permanent},
		"a wrong key":             {reply{status: 401, body: `{"error":{"message":"Incorrect API key provided: key-4711","type":"invalid_request_error","param":null,"code":"invalid_api_key"}}`}, refused},
		"a wrong country":         {reply{status: 403}, refused},
		"no money":                {reply{status: 402}, refused},
		"no such model":           {reply{status: 404, body: `{"error":{"message":"The model does not exist","code":"model_not_found"}}`}, refused},
		"a quota used up":         {reply{status: 429, body: `{"error":{"message":"You exceeded your current quota","type":"insufficient_quota","param":null,"code":"insufficient_quota"}}`}, refused},
		"a quota, in the type":    {reply{status: 429, body: `{"error":{"type":"insufficient_quota","code":null}}`}, refused},
		"too many requests":       {reply{status: 429, body: `{"error":{"message":"Rate limit reached","type":"requests","code":"rate_limit_exceeded"}}`}, retry},
		"a later time":            {reply{status: 429, header: http.Header{"Retry-After": {"20"}}}, domain.ProviderError{RetryAfter: 20 * time.Second}},
		"a time in ms":            {reply{status: 503, header: http.Header{"Retry-After-Ms": {"250"}, "Retry-After": {"20"}}}, domain.ProviderError{RetryAfter: 250 * time.Millisecond}},
		"a slow request":          {reply{status: 408}, retry},
		"a conflict":              {reply{status: 409}, retry},
		"a broken server":         {reply{status: 500, body: `Mrs. Baker`}, retry},
		"overloaded":              {reply{status: 529}, retry},
		"it says try again":       {reply{status: 400, header: again}, retry},
		"it says do not":          {reply{status: 500, header: never}, permanent},
		"it says do not, limit":   {reply{status: 429, header: never}, refused},
		"not JSON":                {reply{body: `Mrs. Baker`}, retry},
		"no choice":               {reply{body: `{"choices":[]}`}, retry},
		"an error with 200":       {reply{body: `{"error":{"message":"Mrs. Baker","code":502}}`}, retry},
		"too long":                {says(strings.Repeat("a", 1<<20)), retry},
		"a refusal":               {reply{body: `{"choices":[{"message":{"content":null,"refusal":"I cannot help Mrs. Baker"},"finish_reason":"stop"}]}`}, permanent},
		"a filtered answer":       {reply{body: `{"choices":[{"message":{"content":"{}","refusal":null},"finish_reason":"content_filter"}]}`}, permanent},
		"an answer cut off":       {reply{body: `{"choices":[{"message":{"content":"{\"translation\":\"베이커"},"finish_reason":"length"}]}`}, permanent},
	} {
		t.Run(name, func(t *testing.T) {
			fake := newServer(test.given)
			_, err := one(t, start(t, fake), english("ko", "Mrs. Baker is waiting."))
			expectFailure(t, err, test.want)
			if fake.count() != 1 {
				t.Errorf("%d requests", fake.count())
			}
		})
	}
}

func TestInvalidAnswerIsAskedForOnceMoreAndThenGivenUp(t *testing.T) {
	fake := newServer(says("베이커 부인이 기다립니다."))
	_, err := one(t, start(t, fake), english("ko", "Mrs. Baker is waiting."))
	expectFailure(t, err, domain.ProviderError{Permanent: true})
	if fake.count() != 2 {
		t.Fatalf("%d requests", fake.count())
	}
	first, second := fake.asked(t, 0), fake.asked(t, 1)
	if len(second.Messages) != 2 || second.Messages[1] != first.Messages[1] {
		t.Errorf("got %+v", second.Messages)
	}
	reason, found := strings.CutPrefix(second.Messages[0].Content, first.Messages[0].Content)
	if !found || !strings.Contains(reason, "refused") || strings.Contains(reason, "베이커") {
		t.Errorf("got %q", reason)
	}
}

func TestInvalidAnswerIsRepaired(t *testing.T) {
	fake := newServer(translates("Mrs. Baker is waiting."), translates("베이커 부인이 기다립니다."))
	got, err := one(t, start(t, fake), english("ko", "Mrs. Baker is waiting."))
	if err != nil || got.Text != "베이커 부인이 기다립니다." || got.Analysis == nil {
		t.Errorf("got %+v, %v", got, err)
	}
}
