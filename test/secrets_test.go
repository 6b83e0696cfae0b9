package test

import (
	"regexp"
	"strings"
	"sync"
	"testing"
)

// secrets are what must never be in a log: every password, token, key and ticket that the tests have
// used, by the address of the server. It is safe for concurrent use.
type secrets struct {
	mu    sync.Mutex
	known map[string]map[string]bool
}

var used = &secrets{known: map[string]map[string]bool{}}

// secretFields are the fields of requests and answers whose values are secrets.
var secretFields = regexp.MustCompile(`"(?:password|currentPassword|newPassword|accessToken|refreshToken|secret|ticket|token)"\s*:\s*"((?:[^"\\]|\\.)+)"`)

// shortestSecret leaves out what would be found by chance, such as the wrong passwords of a test.
const shortestSecret = 8

// read notes the secrets in a body.
func (s *secrets) read(url string, body []byte) {
	for _, match := range secretFields.FindAllSubmatch(body, -1) {
		s.add(url, string(match[1]))
	}
}

func (s *secrets) add(url string, values ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.known[url] == nil {
		s.known[url] = map[string]bool{}
	}
	for _, value := range values {
		if len(value) >= shortestSecret {
			s.known[url][value] = true
		}
	}
}

// checkNotIn fails the test when a secret of the server is in what it has logged at debug level.
func (s *secrets) checkNotIn(t testing.TB, url, log string) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	for value := range s.known[url] {
		if at := strings.Index(log, value); at >= 0 {
			t.Errorf("the log of %s holds the secret %.12s…: %.300s", url, value, log[max(0, at-150):])
		}
	}
}

// TestSecretsAreLookedFor shows that the search which runs at the end of every server of the suite
// finds what it is to find.
func TestSecretsAreLookedFor(t *testing.T) {
	s := startServer(t, t.TempDir())
	operator := s.operator(t)
	used.mu.Lock()
	defer used.mu.Unlock()
	for what, value := range map[string]string{"password": operatorPassword, "access token": operator.token} {
		if !used.known[s.url][value] {
			t.Errorf("the %s that was used is not looked for", what)
		}
	}
	if log := s.output.String(); !strings.Contains(log, "/v1/auth/login") {
		t.Errorf("the log is not at debug level: %s", log)
	}
}
