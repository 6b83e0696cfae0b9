// Package rest calls the HTTP APIs of providers. It makes each call once: retries, limits over
// calls and circuit breakers stand around the providers. No error of it holds a key, a header, a
// URL, or any part of a request or an answer.
package rest

import (
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const (
	// longestCall bounds a call whose context has a later deadline, or none.
	longestCall = 2 * time.Minute
	// longestAnswer is in bytes, after decompression.
	longestAnswer = 1 << 20
)

// errBase does not quote the address: operators have been seen to put keys into it.
var errBase = errors.New("the address must be an absolute http or https URL without user, query and fragment")

// Client calls one API. It is safe for concurrent use.
type Client struct {
	base string
	http *http.Client
}

// New makes a client for the API at the base address. A nil http.Client stands for one with limits
// of its own; redirects are not followed in either case, since they would carry keys elsewhere.
func New(base string, client *http.Client) (*Client, error) {
	address, err := url.Parse(base)
	if err != nil || address.Host == "" || address.User != nil || address.RawQuery != "" || address.Fragment != "" ||
		address.Scheme != "http" && address.Scheme != "https" {
		return nil, errBase
	}
	if client == nil {
		client = &http.Client{Transport: newTransport()}
	}
	own := *client
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	own.Jar = nil
	return &Client{base: strings.TrimRight(base, "/"), http: &own}, nil
}

func newTransport() *http.Transport {
	return &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            (&net.Dialer{Timeout: 5 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		ForceAttemptHTTP2:      true,
		TLSHandshakeTimeout:    5 * time.Second,
		MaxConnsPerHost:        16,
		MaxIdleConns:           16,
		MaxIdleConnsPerHost:    8,
		IdleConnTimeout:        90 * time.Second,
		MaxResponseHeaderBytes: 64 << 10,
	}
}

// CheckKey tells whether the key can be sent in a header. The error does not quote it.
func CheckKey(key string) error {
	if key == "" {
		return errors.New("the key is missing")
	}
	for _, r := range key {
		if r <= ' ' || r > '~' {
			return errors.New("the key holds a space or a character other than ASCII")
		}
	}
	return nil
}
