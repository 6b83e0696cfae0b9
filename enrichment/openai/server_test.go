package openai_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"dentalk/domain"
	"dentalk/enrichment/openai"
)

const key = "key-4711"

// reply is an answer with a status, 200 when it has none.
type reply struct {
	status int
	body   string
	header http.Header
}

// says is the answer of an endpoint whose model writes the content.
func says(content string) reply {
	quoted, _ := json.Marshal(content)
	return reply{body: `{"id":"chatcmpl-1","object":"chat.completion","created":1795000000,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":` +
		string(quoted) + `,"refusal":null},"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":900,"completion_tokens":60,"total_tokens":960}}`}
}

// judged is the judgement without a complaint, as fields of an object.
const judged = `"complaint_reasons":[],"complaint":false,"complaint_category":"none","complaint_confidence":0.9,"sentiment":"neutral","score":0,"confidence":0.8}`

// translates is the answer with a translation.
func translates(translation string) reply {
	quoted, _ := json.Marshal(translation)
	return says(`{"translation":` + string(quoted) + `,` + judged)
}

// server answers in turn, the last reply again and again; it keeps what it was asked.
type server struct {
	replies []reply

	mu       sync.Mutex
	requests []*http.Request
	bodies   []string
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
	s.requests, s.bodies = append(s.requests, r), append(s.bodies, body)
	given := s.replies[0]
	if len(s.replies) > 1 {
		s.replies = s.replies[1:]
	}
	return given
}

func newServer(replies ...reply) *server { return &server{replies: replies} }

func start(t *testing.T, handler http.Handler) *openai.Client {
	t.Helper()
	listening := httptest.NewServer(handler)
	t.Cleanup(listening.Close)
	client, err := openai.New(openai.Config{URL: listening.URL + "/v1", Key: key, Model: "m", Client: listening.Client(), MaxTokens: 1200})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// asked is a request as the endpoint reads it.
type asked struct {
	Model               string
	Temperature         *float64
	MaxTokens           int `json:"max_tokens"`
	MaxCompletionTokens int `json:"max_completion_tokens"`
	Messages            []struct{ Role, Content string }
	ResponseFormat      *struct{ Type string } `json:"response_format"`
}

func (s *server) asked(t *testing.T, place int) asked {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	var request asked
	if place >= len(s.bodies) {
		t.Fatalf("%d requests", len(s.bodies))
	}
	if err := json.Unmarshal([]byte(s.bodies[place]), &request); err != nil {
		t.Fatal(err)
	}
	return request
}

func (s *server) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.bodies)
}

func english(target string, texts ...string) domain.TranslateRequest {
	return domain.TranslateRequest{Source: "en", Target: target, Texts: texts}
}

// one translates a single text and gives its error, too.
func one(t *testing.T, client *openai.Client, request domain.TranslateRequest) (domain.Translation, error) {
	t.Helper()
	answers, err := client.Translate(t.Context(), request)
	if err != nil {
		return domain.Translation{}, err
	}
	if len(answers) != 1 {
		t.Fatalf("got %+v", answers)
	}
	return answers[0], answers[0].Err
}

func expectFailure(t *testing.T, err error, want domain.ProviderError) {
	t.Helper()
	var got *domain.ProviderError
	if !errors.As(err, &got) {
		t.Fatalf("got %v", err)
	}
	if got.Permanent != want.Permanent || got.Refused != want.Refused || got.RetryAfter != want.RetryAfter {
		t.Errorf("got %+v (%v), want %+v", got, err, want)
	}
	for _, secret := range []string{key, "Baker", "베이커", "http://"} {
		if strings.Contains(err.Error(), secret) {
			t.Errorf("the error quotes: %v", err)
		}
	}
}
