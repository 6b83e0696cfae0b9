package openai_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"dentalk/domain"
)

const (
	noSchema      = `{"error":{"message":"Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model.","type":"invalid_request_error","param":"response_format","code":null}}`
	noObject      = `{"error":"'response_format.type' must be 'text'"}`
	noTemperature = `{"error":{"message":"Unsupported value: 'temperature' does not support 0 with this model.","type":"invalid_request_error","param":"temperature","code":"unsupported_value"}}`
	noMaxTokens   = `{"object":"error","message":"Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.","type":"BadRequestError","param":null,"code":400}`
)

// shape is what differs between dialects.
type shape struct {
	Format                         string
	Temperature                    bool
	MaxTokens, MaxCompletionTokens int
}

func shapeOf(request asked) shape {
	s := shape{Temperature: request.Temperature != nil, MaxTokens: request.MaxTokens, MaxCompletionTokens: request.MaxCompletionTokens}
	if request.ResponseFormat != nil {
		s.Format = request.ResponseFormat.Type
	}
	return s
}

func TestEndpointIsAskedAsItLikes(t *testing.T) {
	good := translates("감사합니다")
	usual := shape{Format: "json_schema", Temperature: true, MaxTokens: 1200}
	for name, test := range map[string]struct {
		replies []reply
		want    shape
	}{
		"as usual":       {[]reply{good}, usual},
		"no schema":      {[]reply{{status: 400, body: noSchema}, good}, shape{Format: "json_object", Temperature: true, MaxTokens: 1200}},
		"no format":      {[]reply{{status: 400, body: noSchema}, {status: 422, body: noObject}, good}, shape{Temperature: true, MaxTokens: 1200}},
		"no temperature": {[]reply{{status: 400, body: noTemperature}, good}, shape{Format: "json_schema", MaxTokens: 1200}},
		"other tokens":   {[]reply{{status: 400, body: noMaxTokens}, good}, shape{Format: "json_schema", Temperature: true, MaxCompletionTokens: 1200}},
		"nothing of it": {[]reply{{status: 400, body: noMaxTokens}, {status: 400, body: noTemperature}, {status: 400, body: noSchema}, {status: 400, body: noObject}, good},
			shape{MaxCompletionTokens: 1200}},
	} {
		t.Run(name, func(t *testing.T) {
			fake := newServer(test.replies...)
			client := start(t, fake)
			for range 2 {
				if got, err := one(t, client, english("ko", "thanks")); err != nil || got.Text != "감사합니다" {
					t.Fatalf("got %+v, %v", got, err)
				}
			}
			if fake.count() != len(test.replies)+1 {
				t.Errorf("%d requests: what the endpoint likes was forgotten", fake.count())
			}
			for place := len(test.replies) - 1; place < fake.count(); place++ {
				if diff := cmp.Diff(test.want, shapeOf(fake.asked(t, place))); diff != "" {
					t.Error(diff)
				}
			}
		})
	}
}

func TestParameterThatAMessageNamesIsNotGivenUpForGood(t *testing.T) {
	quotes := reply{status: 400, body: `{"error":{"message":"cannot take: sinter at a higher temperature, response_format, max_tokens","param":null}}`}
	fake := newServer(quotes, quotes, quotes, quotes, quotes, translates("감사합니다"))
	client := start(t, fake)
	_, err := one(t, client, english("ko", "sinter at a higher temperature, response_format, max_tokens"))
	expectFailure(t, err, domain.ProviderError{Permanent: true})
	if _, err := one(t, client, english("ko", "thanks")); err != nil {
		t.Fatal(err)
	}
	want := shape{Format: "json_schema", Temperature: true, MaxTokens: 1200}
	if diff := cmp.Diff(want, shapeOf(fake.asked(t, fake.count()-1))); diff != "" {
		t.Error(diff)
	}
}
