package openai

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"dentalk/domain"
	"dentalk/enrichment/internal/rest"
)

type chatBody struct {
	Model               string          `json:"model"`
	Temperature         *float64        `json:"temperature,omitempty"`
	MaxTokens           int             `json:"max_tokens,omitempty"`
	MaxCompletionTokens int             `json:"max_completion_tokens,omitempty"`
	Messages            []chatMessage   `json:"messages"`
	ResponseFormat      *responseFormat `json:"response_format,omitempty"`
}

type chatMessage struct {
	Role    string `json:"role"`
	Content string `json:"content"`
}

type responseFormat struct {
	Type       string      `json:"type"`
	JSONSchema *jsonSchema `json:"json_schema,omitempty"`
}

type jsonSchema struct {
	Name   string          `json:"name"`
	Strict bool            `json:"strict"`
	Schema json.RawMessage `json:"schema"`
}

type chatAnswer struct {
	Choices []struct {
		Message struct {
			Content string `json:"content"`
			Refusal string `json:"refusal"`
		} `json:"message"`
		FinishReason string `json:"finish_reason"`
	} `json:"choices"`
}

func (c *Client) body(p prompt, d dialect) chatBody {
	body := chatBody{
		Model:    c.model,
		Messages: []chatMessage{{Role: "system", Content: p.system}, {Role: "user", Content: p.user}},
	}
	if !d.ownTemperature {
		body.Temperature = new(float64)
	}
	if d.completionTokens {
		body.MaxCompletionTokens = c.maxTokens
	} else {
		body.MaxTokens = c.maxTokens
	}
	switch d.format {
	case formatSchema:
		body.ResponseFormat = &responseFormat{Type: "json_schema", JSONSchema: &jsonSchema{Name: "enrichment", Strict: true, Schema: p.schema}}
	case formatObject:
		body.ResponseFormat = &responseFormat{Type: "json_object"}
	}
	return body
}

// complete gives what the model writes. A request that is refused for a parameter is made again
// without it, and the endpoint is asked like that from then on.
func (c *Client) complete(ctx context.Context, p prompt) (string, error) {
	d := *c.dialect.Load()
	for changed := false; ; {
		var answer chatAnswer
		err := c.client.Do(ctx, rest.Call{
			Method: http.MethodPost, Path: "/chat/completions", Header: c.header, JSON: c.body(p, d),
		}, &answer)
		if next, ok := adaptedTo(d, err); ok {
			d, changed = next, true
			continue
		}
		if err != nil {
			return "", rest.Failure(name, fmt.Errorf("complete: %w", err), kindOf)
		}
		if changed {
			c.dialect.Store(&d)
		}
		return contentOf(answer)
	}
}

// adaptedTo tells false when another dialect would not help. It ends: each step gives something up.
func adaptedTo(d dialect, err error) (dialect, bool) {
	var status *rest.StatusError
	if !errors.As(err, &status) {
		return d, false
	}
	return d.adapted(status)
}

var (
	errNoChoice  = fmt.Errorf("%w: without a choice", rest.ErrAnswer)
	errRefusal   = errors.New("the model refuses to answer")
	errTruncated = errors.New("the answer is longer than the model may write")
)

// contentOf does not take an answer that was cut off or filtered.
func contentOf(answer chatAnswer) (string, error) {
	if len(answer.Choices) == 0 {
		return "", &domain.ProviderError{Provider: name, Err: fmt.Errorf("complete: %w", errNoChoice)}
	}
	choice := answer.Choices[0]
	switch {
	case choice.FinishReason == "length":
		return "", permanent(errTruncated)
	case choice.Message.Refusal != "" || choice.FinishReason == "content_filter":
		return "", permanent(errRefusal)
	}
	return choice.Message.Content, nil
}

func permanent(err error) error {
	return &domain.ProviderError{Provider: name, Permanent: true, Err: fmt.Errorf("complete: %w", err)}
}

// kindOf does as the endpoint says, where it says whether to try again. A quota that is used up has
// the status of too many requests.
func kindOf(e *rest.StatusError) rest.Kind {
	var body errorBody
	if e.Decode(&body) && (string(body.Error.Code) == `"insufficient_quota"` || body.Error.Type == "insufficient_quota") {
		return rest.Refused
	}
	kind := rest.ByStatus(e)
	switch e.Header.Get("X-Should-Retry") {
	case "true":
		return rest.Retry
	case "false":
		if kind == rest.Retry && e.Status == http.StatusTooManyRequests {
			return rest.Refused
		}
		if kind == rest.Retry {
			return rest.Permanent
		}
	}
	return kind
}
