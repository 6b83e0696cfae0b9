package test

import (
	"net/http"
	"os"
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

// checkMetricsDescribed looks for each metric of the instance in docs/metrics.md.
func checkMetricsDescribed(t *testing.T, s *server) {
	t.Helper()
	described, err := os.ReadFile("../docs/metrics.md")
	if err != nil {
		t.Fatal(err)
	}
	text := string(s.anonymous(t).must("GET", "/metrics", nil, http.StatusOK, nil).body)
	found := 0
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		if len(words) < 4 || words[1] != "TYPE" || !strings.HasPrefix(words[2], "dentalk_") {
			continue
		}
		found++
		if !strings.Contains(string(described), words[2]) {
			t.Errorf("docs/metrics.md does not describe %s", words[2])
		}
	}
	if found == 0 {
		t.Error("the instance tells no metric of ours")
	}
}
