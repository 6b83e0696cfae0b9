package rest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// Call is one request. Method and Path are required; of JSON and Form at most one is set.
type Call struct {
	Method string
	Path   string // after the client's base, for example "/v2/translate"
	Header http.Header
	JSON   any        // the body as JSON
	Form   url.Values // the body as a form
}

// Do makes the call and decodes the JSON of a 2xx answer into the value that answer points to; nil
// takes any answer. Another status is a *StatusError, an answer that cannot be used wraps
// ErrAnswer, and everything else says that the provider was not reached, or not in time.
func (c *Client) Do(ctx context.Context, call Call, answer any) error {
	ctx, cancel := context.WithTimeout(ctx, longestCall)
	defer cancel()
	request, err := c.request(ctx, call)
	if err != nil {
		return err
	}
	response, err := c.http.Do(request)
	if err != nil {
		return newNetworkError("send the request", err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, longestAnswer+1))
	switch {
	case err != nil:
		return newNetworkError("read the answer", err)
	case response.StatusCode < 200 || response.StatusCode > 299:
		return newStatusError(response, body)
	case len(body) > longestAnswer:
		return fmt.Errorf("%w: longer than %d bytes", ErrAnswer, longestAnswer)
	case answer == nil:
		return nil
	}
	if json.Unmarshal(body, answer) != nil { // its error may quote the answer
		return fmt.Errorf("%w: not the JSON that is documented", ErrAnswer)
	}
	return nil
}

// request does not pass on the errors of net/url, which quote.
func (c *Client) request(ctx context.Context, call Call) (*http.Request, error) {
	body, contentType, err := call.body()
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, call.Method, c.base+call.Path, body)
	if err != nil {
		return nil, errRequest
	}
	if call.Header != nil {
		request.Header = call.Header.Clone()
	}
	request.Header.Set("Accept", "application/json")
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	return request, nil
}

func (c Call) body() (body io.Reader, contentType string, err error) {
	switch {
	case c.JSON != nil:
		encoded, err := Encode(c.JSON)
		return bytes.NewReader(encoded), "application/json", err
	case c.Form != nil:
		return strings.NewReader(c.Form.Encode()), "application/x-www-form-urlencoded", nil
	}
	return http.NoBody, "", nil
}

// Encode gives the value as the JSON of a request: without the escapes that only HTML needs, which
// make texts longer.
func Encode(value any) ([]byte, error) {
	var encoded bytes.Buffer
	encoder := json.NewEncoder(&encoded)
	encoder.SetEscapeHTML(false)
	if encoder.Encode(value) != nil {
		return nil, errRequest
	}
	return bytes.TrimSuffix(encoded.Bytes(), []byte("\n")), nil
}
