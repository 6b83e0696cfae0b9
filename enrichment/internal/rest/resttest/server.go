// Package resttest stands in for the servers of providers in tests.
package resttest

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"dentalk/domain"
)

// Exchange is one request as it must arrive, byte for byte, and the answer to it.
type Exchange struct {
	Method string            // POST
	Path   string            // with the query
	Header map[string]string // those that must be there; others may be, too
	Body   string

	Status       int // 200
	AnswerHeader map[string]string
	Answer       string
}

// Serve starts a server that expects each exchange once, in any order, until the test ends.
func Serve(t *testing.T, exchanges ...Exchange) *httptest.Server {
	t.Helper()
	s := &script{t: t, left: exchanges}
	server := httptest.NewServer(s)
	t.Cleanup(func() {
		server.Close()
		for _, missing := range s.left {
			t.Errorf("nobody asked %s %s %s", missing.Method, missing.Path, missing.Body)
		}
	})
	return server
}

type script struct {
	t    *testing.T
	mu   sync.Mutex
	left []Exchange
}

func (s *script) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		s.t.Errorf("read the request: %v", err)
	}
	exchange, found := s.take(r, string(body))
	if !found {
		s.t.Errorf("nobody expects %s %s %s with %v", r.Method, r.URL, body, r.Header)
		w.WriteHeader(http.StatusTeapot)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	for key, value := range exchange.AnswerHeader {
		w.Header().Set(key, value)
	}
	if exchange.Status != 0 {
		w.WriteHeader(exchange.Status)
	}
	_, _ = io.WriteString(w, exchange.Answer)
}

// take gives the first exchange that fits, which is then used up.
func (s *script) take(r *http.Request, body string) (Exchange, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, one := range s.left {
		if one.fits(r, body) {
			s.left = append(s.left[:i:i], s.left[i+1:]...)
			return one, true
		}
	}
	return Exchange{}, false
}

func (e Exchange) fits(r *http.Request, body string) bool {
	method := e.Method
	if method == "" {
		method = http.MethodPost
	}
	for key, value := range e.Header {
		if r.Header.Get(key) != value {
			return false
		}
	}
	return r.Method == method && r.URL.RequestURI() == e.Path && body == e.Body
}

// KindOf tells what a provider's error says of itself: "permanent", "refused" or "retry", and "none"
// without one. It fails the test when the error says too much: any of the secrets.
func KindOf(t *testing.T, err error, secrets ...string) string {
	t.Helper()
	if err == nil {
		return "none"
	}
	for _, secret := range secrets {
		if strings.Contains(err.Error(), secret) {
			t.Errorf("the error quotes %q: %v", secret, err)
		}
	}
	var failure *domain.ProviderError
	switch {
	case !errors.As(err, &failure):
		return "not a provider's error: " + err.Error()
	case failure.Permanent:
		return "permanent"
	case failure.Refused:
		return "refused"
	}
	return "retry"
}
