package rest

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"
)

// ErrAnswer marks an answer that cannot be used: not JSON, too long, too few texts.
var ErrAnswer = errors.New("the answer cannot be used")

var errRequest = errors.New("the request cannot be built")

// StatusError is an answer with a status other than 2xx. Its text is the status alone.
type StatusError struct {
	Status     int
	Header     http.Header
	RetryAfter time.Duration // the provider's wish; 0 when it has none
	body       []byte
}

func newStatusError(response *http.Response, body []byte) *StatusError {
	return &StatusError{
		Status: response.StatusCode, Header: response.Header, RetryAfter: retryAfter(response.Header),
		body: body[:min(len(body), longestAnswer)],
	}
}

// Error tells the status.
func (e *StatusError) Error() string {
	return fmt.Sprintf("answered with status %d %s", e.Status, http.StatusText(e.Status))
}

// Decode reads the JSON of the answer into the value that into points to and tells whether it
// could. What is in it must not get into the text of an error: some providers quote the request.
func (e *StatusError) Decode(into any) bool { return json.Unmarshal(e.body, into) == nil }

// networkError hides the texts of causes that may quote an address, a header or an answer.
type networkError struct {
	doing string
	cause error
}

func newNetworkError(doing string, cause error) error {
	return &networkError{doing: doing, cause: cause}
}

func (e *networkError) Error() string { return e.doing + ": " + e.reason() }

func (e *networkError) reason() string {
	var operation *net.OpError
	var certificate *tls.CertificateVerificationError
	switch {
	case errors.Is(e.cause, context.Canceled):
		return context.Canceled.Error()
	case errors.Is(e.cause, context.DeadlineExceeded):
		return context.DeadlineExceeded.Error()
	case errors.As(e.cause, &operation):
		return operation.Error()
	case errors.As(e.cause, &certificate):
		return certificate.Error()
	}
	return "no answer"
}

// Unwrap gives the cause for errors.Is; its own text is not for logs.
func (e *networkError) Unwrap() error { return e.cause }
