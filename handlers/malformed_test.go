package handlers_test

import (
	"bufio"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"dentalk/handlers"
)

// Whatever net/http lets through is answered as a problem: odd methods, other people's hosts, paths
// that would leave a folder.
func TestOddRequestsAreProblems(t *testing.T) {
	w := newWorld(t)
	server := httptest.NewServer(w.instance())
	t.Cleanup(server.Close)
	for line, status := range map[string]int{
		"TRACE /v1/me":                              http.StatusMethodNotAllowed,
		"BREW /v1/me":                               http.StatusMethodNotAllowed,
		"get /v1/me":                                http.StatusMethodNotAllowed,
		"OPTIONS /v1/me":                            http.StatusMethodNotAllowed,
		"CONNECT elsewhere.example:443":             http.StatusNotFound,
		"CONNECT /v1/me":                            http.StatusMethodNotAllowed,
		"GET http://elsewhere.example/v1/me":        http.StatusUnauthorized,
		"GET http://elsewhere.example":              http.StatusNotFound,
		"GET /v1/../v1/me":                          http.StatusNotFound,
		"GET /v1/%2e%2e/v1/me":                      http.StatusNotFound,
		"GET //v1/me":                               http.StatusNotFound,
		"GET /v1/me/":                               http.StatusNotFound,
		"GET /v1%2Fme":                              http.StatusNotFound,
		"GET /v1/me%00":                             http.StatusNotFound,
		"GET /v1/rooms/..%2F..%2Fetc%2Fpasswd":      http.StatusUnauthorized,
		"GET /v1/rooms/%2e%2e":                      http.StatusUnauthorized,
		"GET /v1/rooms/%ff%fe":                      http.StatusUnauthorized,
		"GET /docs/../../../etc/passwd":             http.StatusNotFound,
		"GET /docs/..%2F..%2F..%2Fetc%2Fpasswd":     http.StatusNotFound,
		"GET /nothing?" + strings.Repeat("x", 8000): http.StatusNotFound,
	} {
		answer := exchange(t, server.Listener.Addr(), line+" HTTP/1.1\r\nHost: dentalk\r\nConnection: close\r\n\r\n")
		var problem handlers.Problem
		if err := json.Unmarshal(answer.body, &problem); err != nil || answer.StatusCode != status || problem.Status != status ||
			answer.Header.Get("Content-Type") != "application/problem+json" || answer.Header.Get("X-Request-Id") != problem.Instance {
			t.Errorf("%.60s: got %d %v %s", line, answer.StatusCode, answer.Header, answer.body)
		}
	}
}

type exchanged struct {
	*http.Response
	body []byte
}

// exchange sends bytes and reads the answer.
func exchange(t *testing.T, address net.Addr, text string) exchanged {
	t.Helper()
	connection, err := net.Dial(address.Network(), address.String())
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	if _, err := io.WriteString(connection, text); err != nil {
		t.Fatal(err)
	}
	answer, err := http.ReadResponse(bufio.NewReader(connection), nil)
	if err != nil {
		t.Fatalf("%.60s: %v", text, err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return exchanged{answer, body}
}
