package openai_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dentalk/domain"
	"dentalk/enrichment/openai"
)

func TestTranslationComesWithAJudgementOfTheOriginal(t *testing.T) {
	client := start(t, newServer(says(`{"translation":"26번 크라운이 세 번째 재제작입니다.","complaint_reasons":["third remake","never said"," third remake "],`+
		`"complaint":true,"complaint_category":"other","complaint_confidence":0.95,"sentiment":"negative","score":-0.7,"confidence":0.9}`)))
	got, err := client.Translate(t.Context(), english("ko", "This is the third remake of crown 26."))
	want := []domain.Translation{{
		Text: "26번 크라운이 세 번째 재제작입니다.",
		Analysis: &domain.Analysis{
			Emotion:   domain.Emotion{Sentiment: domain.SentimentNegative, Score: -0.7, Confidence: 0.9},
			Complaint: domain.Complaint{Detected: true, Category: domain.CategoryOther, Confidence: 0.95, Reasons: []string{"third remake"}},
		},
	}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
}

func TestRequest(t *testing.T) {
	fake := newServer(translates("네, \"A2\"입니다."))
	request := english("ko", `Yes, "A2" <b>`)
	request.Terms = [][]domain.Term{{{Source: "crown", Target: "크라운", Category: "product"}, {Source: "untranslated"}}}
	if _, err := one(t, start(t, fake), request); err != nil {
		t.Fatal(err)
	}
	got := fake.requests[0]
	if diff := cmp.Diff([]string{"POST", "/v1/chat/completions", "Bearer " + key, "application/json"},
		[]string{got.Method, got.URL.Path, got.Header.Get("Authorization"), got.Header.Get("Content-Type")}); diff != "" {
		t.Error(diff)
	}
	before, rest, _ := strings.Cut(fake.bodies[0], `{"role":"system","content":"`)
	_, after, _ := strings.Cut(rest, `"},{"role":"user"`)
	if diff := cmp.Diff(`{"model":"m","temperature":0,"max_tokens":1200,"messages":[`, before); diff != "" {
		t.Error(diff)
	}
	want := `,"content":"{\"source_language\":\"en\",\"target_language\":\"ko\",\"glossary\":[{\"source\":\"crown\",\"target\":\"크라운\"}],\"message\":\"Yes, \\\"A2\\\" <b>\"}"}],` +
		`"response_format":{"type":"json_schema","json_schema":{"name":"enrichment","strict":true,"schema":{"type":"object","additionalProperties":false,` +
		`"required":["translation","complaint_reasons","complaint","complaint_category","complaint_confidence","sentiment","score","confidence"],` +
		`"properties":{"translation":{"type":"string"},"complaint_reasons":{"type":"array","items":{"type":"string"}},"complaint":{"type":"boolean"},` +
		`"complaint_category":{"type":"string","enum":["none","fit","shade","delay","communication","damage","wrong_item","cost","other"]},` +
		`"complaint_confidence":{"type":"number"},"sentiment":{"type":"string","enum":["positive","neutral","negative"]},"score":{"type":"number"},"confidence":{"type":"number"}}}}}}`
	if diff := cmp.Diff(want, after); diff != "" {
		t.Error(diff)
	}
}

func TestEachTextIsARequestAndAnswersKeepTheirOrder(t *testing.T) {
	client := start(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		given := translates("하나입니다")
		if strings.Contains(string(body), "second") {
			given = translates("둘입니다")
		}
		_, _ = io.WriteString(w, given.body)
	}))
	answers, err := client.Translate(t.Context(), english("ko", "the first", "the second", "the first"))
	if err != nil || len(answers) != 3 || answers[0].Text != "하나입니다" || answers[1].Text != "둘입니다" || answers[2].Text != "하나입니다" {
		t.Errorf("got %+v, %v", answers, err)
	}
}

func TestTextThatFailsLeavesTheOthers(t *testing.T) {
	client := start(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if strings.Contains(string(body), "second") {
			w.WriteHeader(http.StatusBadRequest)
			_, _ = io.WriteString(w, `{"error":{"message":"Invalid prompt","type":"invalid_request_error","param":null,"code":"invalid_prompt"}}`)
			return
		}
		_, _ = io.WriteString(w, translates("하나입니다").body)
	}))
	answers, err := client.Translate(t.Context(), english("ko", "the first", "the second"))
	if err != nil || answers[0].Text != "하나입니다" || answers[0].Err != nil {
		t.Fatalf("got %+v, %v", answers, err)
	}
	expectFailure(t, answers[1].Err, domain.ProviderError{Permanent: true})
}

func TestTranslateEndsWithItsContext(t *testing.T) {
	client := start(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		<-r.Context().Done()
	}))
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	_, err := client.Translate(ctx, english("ko", "late", "later"))
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	expectFailure(t, err, domain.ProviderError{})
}

func TestConfigurationIsChecked(t *testing.T) {
	for name, config := range map[string]openai.Config{
		"no model":         {Key: key},
		"a key with lines": {Key: key + "\n", Model: "m"},
		"no address":       {URL: "localhost:11434", Key: key, Model: "m"},
	} {
		if _, err := openai.New(config); err == nil || strings.Contains(err.Error(), key) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	client, err := openai.New(openai.Config{Model: "m"})
	if err != nil || client.Name() != "openai" || client.Version() != "m/"+openai.PromptVersion {
		t.Errorf("got %+v, %v", client, err)
	}
}
