package checker

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"time"
)

// callTimeout is shorter than the longest freeze of an instance, so that requests of unknown
// outcome are repeated.
const callTimeout = 5 * time.Second

// caller is one user, who speaks to the gateway.
type caller struct {
	url   string
	http  *http.Client
	token string
	id    string
	name  string
	role  string
}

func (c *caller) isOperator() bool { return c.role == "operator" }

// call sends one request and reads the answer into result, which may be nil, when it succeeds. An
// error means that nothing is known.
func (c *caller) call(ctx context.Context, method, path string, body, result any) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	return c.send(ctx, method, path, body, result)
}

func (c *caller) send(ctx context.Context, method, path string, body, result any) (int, error) {
	request, err := c.request(ctx, method, path, body)
	if err != nil {
		return 0, err
	}
	response, err := c.http.Do(request)
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		return 0, err
	}
	if response.StatusCode >= http.StatusBadRequest {
		return response.StatusCode, &refusal{status: response.StatusCode, body: string(answer)}
	}
	if result == nil {
		return response.StatusCode, nil
	}
	return response.StatusCode, json.Unmarshal(answer, result)
}

func (c *caller) request(ctx context.Context, method, path string, body any) (*http.Request, error) {
	var content io.Reader
	if body != nil {
		encoded, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		content = bytes.NewReader(encoded)
	}
	request, err := http.NewRequestWithContext(ctx, method, c.url+path, content)
	if err != nil {
		return nil, err
	}
	if content != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	if c.token != "" {
		request.Header.Set("Authorization", "Bearer "+c.token)
	}
	return request, nil
}

// refusal is an answer that is an error.
type refusal struct {
	status int
	body   string
}

func (r *refusal) Error() string { return fmt.Sprintf("got %d: %.300s", r.status, r.body) }

// final tells whether repeating the request is no use.
func (r *refusal) final() bool {
	switch r.status {
	case http.StatusRequestTimeout, http.StatusConflict, http.StatusTooManyRequests:
		return false
	}
	return r.status < http.StatusInternalServerError
}

// insist repeats a request over every error until it succeeds, the context ends, or the answer
// is one that will not change.
func (c *caller) insist(ctx context.Context, method, path string, body, result any) (status, tries int, err error) {
	for tries = 1; ; tries++ {
		status, err = c.call(ctx, method, path, body, result)
		if err == nil {
			return status, tries, nil
		}
		if refused, ok := err.(*refusal); ok && refused.final() {
			return status, tries, fmt.Errorf("%s %s: %w", method, path, err)
		}
		if pause(ctx, 50*time.Millisecond+rand.N(200*time.Millisecond)) != nil {
			return status, tries, fmt.Errorf("%s %s: %w: %w", method, path, ctx.Err(), err)
		}
	}
}
