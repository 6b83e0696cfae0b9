package test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

func TestPagesOfListedOriginsFollowStreams(t *testing.T) {
	const listed, other = "https://chat.example.com", "https://evil.example"
	s := startServer(t, t.TempDir(), "DENTALK_ALLOWED_ORIGINS="+listed)
	operator := s.operator(t)
	room := operator.room("origins")
	for origin, want := range map[string]string{listed: listed, other: ""} {
		for _, path := range []string{"/v1/stream", "/v1/rooms/" + room.ID + "/stream", "/v1/events?wait=0", "/v1/rooms"} {
			status, header := s.unchecked(t, http.MethodGet, path, "", "Origin", origin, "Authorization", "Bearer "+operator.token)
			if got := header.Get("Access-Control-Allow-Origin"); status != http.StatusOK || got != want || !slices.Contains(header.Values("Vary"), "Origin") {
				t.Errorf("%s from %s: got %d, %v", path, origin, status, header)
			}
		}
		status, header := s.unchecked(t, http.MethodOptions, "/v1/stream", "",
			"Origin", origin, "Access-Control-Request-Method", "GET", "Access-Control-Request-Headers", "authorization,last-event-id")
		if got := header.Get("Access-Control-Allow-Origin"); status != http.StatusNoContent || got != want || header.Get("X-Request-Id") == "" {
			t.Errorf("a preflight from %s: got %d, %v", origin, status, header)
		}
	}
	if said := refusedStart(t, "DENTALK_ALLOWED_ORIGINS=*"); !strings.Contains(said, "DENTALK_ALLOWED_ORIGINS: ") || strings.Count(said, "\n") != 1 {
		t.Errorf("all origins: the server says %q", said)
	}
}

// unchecked sends a request that is not held against the description, and gives the beginning of the
// answer. Headers are pairs of name and value.
func (s *server) unchecked(t testing.TB, method, path, body string, headers ...string) (int, http.Header) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, s.url+path, strings.NewReader(body))
	if err != nil {
		t.Error(err)
		return 0, nil
	}
	request.Close = true
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Error(err)
		return 0, nil
	}
	if err := response.Body.Close(); err != nil {
		t.Error(err)
	}
	return response.StatusCode, response.Header
}
