package test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
)

// metric gives the sum of a metric over its labels.
func (s *server) metric(t testing.TB, name string) (sum float64) {
	t.Helper()
	text := string(s.anonymous(t).must("GET", "/metrics", nil, http.StatusOK, nil).body)
	found := false
	for line := range strings.Lines(text) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		if plain, _, _ := strings.Cut(key, "{"); plain != name {
			continue
		}
		number, err := strconv.ParseFloat(value, 64)
		if err != nil {
			t.Fatalf("metric %s: %v", line, err)
		}
		sum, found = sum+number, true
	}
	if !found {
		t.Fatalf("there is no metric %s in\n%s", name, text)
	}
	return sum
}
