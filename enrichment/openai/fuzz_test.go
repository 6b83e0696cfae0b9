package openai_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"

	"dentalk/domain"
	"dentalk/enrichment/openai"
)

// endpoint answers without a network.
type endpoint func(*http.Request) reply

func (e endpoint) RoundTrip(request *http.Request) (*http.Response, error) {
	given := e(request)
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(given.body)), Request: request}, nil
}

// FuzzAnswer looks for an answer that is taken although it breaks a rule.
func FuzzAnswer(f *testing.F) {
	f.Add(crownText, changed("", ""))
	f.Add(crownText, "<think>x</think>```json\n"+changed("-0.5", "1e999")+"```")
	f.Add("thanks", `{"translation":"감사합니다",`+judged)
	f.Add("26", `{"translation":"26",`+judged)
	f.Add("x", `{"translation":"\ud800",`+judged)
	f.Fuzz(func(t *testing.T, text, content string) {
		client, err := openai.New(openai.Config{
			Model: "m", Client: &http.Client{Transport: endpoint(func(*http.Request) reply { return says(content) })},
		})
		if err != nil {
			t.Fatal(err)
		}
		got, err := one(t, client, english("ko", text))
		if err != nil {
			if got.Text != "" || got.Analysis != nil {
				t.Errorf("a failure with an answer: %+v", got)
			}
			return
		}
		checkTaken(t, text, got)
	})
}

func checkTaken(t *testing.T, text string, got domain.Translation) {
	t.Helper()
	emotion, complaint := got.Analysis.Emotion, got.Analysis.Complaint
	switch {
	case strings.TrimSpace(got.Text) == "" || !utf8.ValidString(got.Text) || strings.Contains(got.Text, "\x00"):
		t.Errorf("the translation %q", got.Text)
	case strings.Contains(text, "⟦1⟧") != strings.Contains(got.Text, "⟦1⟧"):
		t.Errorf("a placeholder of %q is lost in %q", text, got.Text)
	case !(emotion.Score >= -1 && emotion.Score <= 1 && emotion.Confidence >= 0 && emotion.Confidence <= 1):
		t.Errorf("the emotion %+v", emotion)
	case complaint.Detected != (complaint.Category != "") || !(complaint.Confidence >= 0 && complaint.Confidence <= 1) || len(complaint.Reasons) > 5:
		t.Errorf("the complaint %+v", complaint)
	}
	for _, reason := range complaint.Reasons {
		if reason == "" || !strings.Contains(text, reason) {
			t.Errorf("the reason %q is not in the message", reason)
		}
	}
}
