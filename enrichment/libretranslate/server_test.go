package libretranslate_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"dentalk/domain"
	"dentalk/enrichment/libretranslate"
)

const (
	languages = `[{"code":"en","name":"English","targets":["en","es","ko","pt","pt-BR","zh-Hans","zh-Hant"]},{"code":"ko","name":"Korean","targets":["en","ko"]}]`
	settings  = `{"apiKeys":true,"charLimit":60,"filesTranslation":true,"frontendTimeout":500,"keyRequired":true,"language":{"source":{"code":"auto","name":"Auto Detect"},"target":{"code":"es","name":"Spanish"}},"suggestions":false,"supportedFilesFormat":[".txt"]}`
	key       = "key-4711"
)

// reply is an answer with a status, 200 when it has none.
type reply struct {
	status int
	body   string
	header http.Header
}

// server answers translations in turn, the last one again and again; it keeps what it was asked.
type server struct {
	languages, settings reply
	translations        []reply

	mu       sync.Mutex
	requests []string
}

func newServer(translations ...reply) *server {
	return &server{languages: reply{body: languages}, settings: reply{body: settings}, translations: translations}
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	given := s.next(r, string(body))
	for key, values := range given.header {
		w.Header()[key] = values
	}
	if given.status != 0 {
		w.WriteHeader(given.status)
	}
	_, _ = io.WriteString(w, given.body)
}

func (s *server) next(r *http.Request, body string) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = append(s.requests, strings.TrimSpace(r.Method+" "+r.URL.Path+" "+r.Header.Get("Content-Type")+" "+body))
	switch r.URL.Path {
	case "/base/languages":
		return s.languages
	case "/base/frontend/settings":
		return s.settings
	}
	given := s.translations[0]
	if len(s.translations) > 1 {
		s.translations = s.translations[1:]
	}
	return given
}

// asked gives the requests for translations.
func (s *server) asked() (bodies []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, request := range s.requests {
		if body, found := strings.CutPrefix(request, "POST /base/translate application/json "); found {
			bodies = append(bodies, body)
		}
	}
	return bodies
}

func start(t *testing.T, handler http.Handler) *libretranslate.Translator {
	t.Helper()
	listening := httptest.NewServer(handler)
	t.Cleanup(listening.Close)
	translator, err := libretranslate.New(libretranslate.Config{Key: key, URL: listening.URL + "/base", Client: listening.Client(), AtOnce: 1})
	if err != nil {
		t.Fatal(err)
	}
	return translator
}

func into(target string, texts ...string) domain.TranslateRequest {
	return domain.TranslateRequest{Source: "en", Target: target, Texts: texts}
}

func translations(texts ...string) []domain.Translation {
	answers := make([]domain.Translation, len(texts))
	for i, text := range texts {
		answers[i].Text = text
	}
	return answers
}
