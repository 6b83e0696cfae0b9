package enrichment

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"time"

	"golang.org/x/time/rate"
)

// ErrBusy says that a request had to wait too long for its turn by our own limits.
var ErrBusy = errors.New("too many requests of our own to the provider")

// TransportConfig limits the requests to a provider. Base, Name and Metrics are required.
type TransportConfig struct {
	Name    string
	Base    http.RoundTripper
	Metrics *Metrics
	Timeout time.Duration // of one request, from its turn to the end of its answer; 5 s
	AtOnce  int           // requests; 8
	// PerSecond bounds the requests; 0 is no limit.
	PerSecond float64
}

// transport is an http.RoundTripper with a provider's limits.
type transport struct {
	TransportConfig
	places  chan struct{}
	limiter *rate.Limiter
}

// NewTransport makes an http.RoundTripper for one provider that lets each request wait for its turn.
func NewTransport(config TransportConfig) http.RoundTripper {
	orInt(&config.AtOnce, 8)
	orDuration(&config.Timeout, 5*time.Second)
	limit := rate.Inf
	if config.PerSecond > 0 {
		limit = rate.Limit(config.PerSecond)
	}
	return &transport{
		TransportConfig: config, places: make(chan struct{}, config.AtOnce), limiter: rate.NewLimiter(limit, max(1, int(config.PerSecond))),
	}
}

// RoundTrip waits for a turn and makes the request.
func (t *transport) RoundTrip(request *http.Request) (*http.Response, error) {
	if err := t.wait(request.Context()); err != nil {
		if request.Body != nil {
			_ = request.Body.Close() // the contract of a RoundTripper
		}
		return nil, err
	}
	ctx, cancel := context.WithTimeout(request.Context(), t.Timeout)
	response, err := t.Base.RoundTrip(request.WithContext(ctx))
	if err != nil {
		cancel()
		<-t.places
		t.Metrics.requests.WithLabelValues(t.Name, "error").Inc()
		return nil, err
	}
	t.Metrics.requests.WithLabelValues(t.Name, strconv.Itoa(response.StatusCode)).Inc()
	response.Body = &turn{ReadCloser: response.Body, end: func() { cancel(); <-t.places }}
	return response, nil
}

func (t *transport) wait(ctx context.Context) error {
	select {
	case t.places <- struct{}{}:
	case <-ctx.Done():
		return errors.Join(ErrBusy, ctx.Err())
	}
	if err := t.limiter.Wait(ctx); err != nil {
		<-t.places
		return errors.Join(ErrBusy, err)
	}
	return nil
}

// turn is the body of an answer, with whose end the request's turn ends.
type turn struct {
	io.ReadCloser
	end func()
}

func (t *turn) Close() error {
	err := t.ReadCloser.Close()
	if t.end != nil {
		t.end()
		t.end = nil
	}
	return err
}
