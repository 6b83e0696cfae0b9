package apertium_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"dentalk/domain"
	"dentalk/enrichment/apertium"
)

const (
	pairs = `{"responseData": [{"sourceLanguage": "spa", "targetLanguage": "eng"}, {"sourceLanguage": "eng", "targetLanguage": "spa"}], "responseDetails": null, "responseStatus": 200}`
	late  = `{"responseData": {"translatedText": "La corona es tarde."}, "responseDetails": null, "responseStatus": 200}`
)

// newTranslator makes one with connections that end with the test.
func newTranslator(t *testing.T, config apertium.Config) *apertium.Translator {
	t.Helper()
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	config.Client = &http.Client{Transport: transport}
	translator, err := apertium.New(config)
	if err != nil {
		t.Fatal(err)
	}
	return translator
}

// server lists the pairs and answers translations with a status and a body; it keeps what it was asked.
type server struct {
	status int
	body   string
	header http.Header

	mu       sync.Mutex
	requests []string
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	s.mu.Lock()
	s.requests = append(s.requests, strings.TrimSpace(r.Method+" "+r.URL.Path+" "+r.Header.Get("Content-Type")+" "+string(body)))
	s.mu.Unlock()
	if r.URL.Path == "/listPairs" {
		_, _ = io.WriteString(w, pairs)
		return
	}
	for key, values := range s.header {
		w.Header()[key] = values
	}
	w.WriteHeader(s.status)
	_, _ = io.WriteString(w, s.body)
}

func (s *server) asked() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.requests)
}

func start(t *testing.T, handler http.Handler) *apertium.Translator {
	t.Helper()
	listening := httptest.NewServer(handler)
	t.Cleanup(listening.Close)
	return newTranslator(t, apertium.Config{URL: listening.URL})
}

func english(texts ...string) domain.TranslateRequest {
	return domain.TranslateRequest{Source: "en", Target: "es", Texts: texts}
}
