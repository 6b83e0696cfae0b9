package test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"dentalk/handlers"
	"dentalk/test/servers"
)

// translationServer answers as LibreTranslate does, after some time, and fails on request.
type translationServer struct {
	*httptest.Server
	takes time.Duration
	// alter changes a translation before it is answered; nil leaves it.
	alter func(text string) string

	mu       sync.Mutex
	down     bool
	texts    []string // that were sent here
	requests int      // of translations
	refused  int      // of those, while down
}

func startTranslationServer(t testing.TB, takes time.Duration) *translationServer {
	t.Helper()
	s := &translationServer{takes: takes}
	routes := http.NewServeMux()
	routes.HandleFunc("GET /languages", s.languages)
	routes.HandleFunc("GET /frontend/settings", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"charLimit":-1,"keyRequired":false}`)
	})
	routes.HandleFunc("POST /translate", s.translate)
	s.Server = httptest.NewServer(routes)
	t.Cleanup(s.Close)
	return s
}

func (s *translationServer) languages(w http.ResponseWriter, _ *http.Request) {
	_, _ = io.WriteString(w, `[{"code":"en","name":"English","targets":["en","es","ko"]},`+
		`{"code":"es","name":"Spanish","targets":["en","es","ko"]},{"code":"ko","name":"Korean","targets":["en","es","ko"]}]`)
}

func (s *translationServer) translate(w http.ResponseWriter, r *http.Request) {
	var request struct {
		Q      []string `json:"q"`
		Target string   `json:"target"`
	}
	if err := json.NewDecoder(r.Body).Decode(&request); err != nil {
		http.Error(w, `{"error":"Invalid request"}`, http.StatusBadRequest)
		return
	}
	if s.count(request.Q) {
		http.Error(w, `{"error":"Server is down"}`, http.StatusInternalServerError)
		return
	}
	select {
	case <-time.After(s.takes):
	case <-r.Context().Done():
		return
	}
	answers := make([]string, len(request.Q))
	for i, text := range request.Q {
		answers[i] = in(request.Target) + " " + text
		if s.alter != nil {
			answers[i] = s.alter(answers[i])
		}
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"translatedText": answers})
}

// in is a word of the language.
func in(language string) string {
	return map[string]string{"ko": "번역문", "en": "translated", "es": "traducido"}[language]
}

func (s *translationServer) count(texts []string) (down bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests++
	s.texts = append(s.texts, texts...)
	if s.down {
		s.refused++
	}
	return s.down
}

func (s *translationServer) setDown(down bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.down = down
}

func (s *translationServer) refusals() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.refused
}

func (s *translationServer) received() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(s.texts, "\n")
}

// settings make a server translate here.
func (s *translationServer) settings() []string {
	return []string{"DENTALK_TRANSLATOR=libretranslate", "DENTALK_LIBRETRANSLATE_URL=" + s.URL}
}

// startSentimentServer answers as Google's Natural Language API does, after some time.
func startSentimentServer(t testing.TB, takes time.Duration) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-time.After(takes):
			_, _ = io.WriteString(w, `{"documentSentiment":{"magnitude":0.8,"score":-0.8},"languageCode":"en","languageSupported":true,"sentences":[]}`)
		case <-r.Context().Done():
		}
	}))
	t.Cleanup(s.Close)
	return s
}

func TestMessagesAreTranslatedForTheOthers(t *testing.T) {
	provider := startTranslationServer(t, 0)
	s := startServer(t, t.TempDir(), provider.settings()...)
	operator := s.operator(t)
	clinic, lab := s.member(t, operator, "clinic", "clinic", "en"), s.member(t, operator, "lab", "lab", "ko")
	room := operator.room("translated", clinic, lab)
	message := clinic.enriched(clinic.post(room.ID, "Please send the crown on FDI 26 in shade A2 by DHL."))
	if message.Enrichment.State != "done" || message.Enrichment.Providers["translation"] != "libretranslate" || message.Enrichment.Providers["sentiment"] != "embedded" {
		t.Errorf("%+v", message.Enrichment)
	}
	if got := message.Content.Translations["ko"]; !strings.HasPrefix(got, "번역문 ") || len(message.Content.Translations) != 1 {
		t.Errorf("translations %v", message.Content.Translations)
	}
	if teeth := message.Content.Teeth; len(teeth) != 1 || teeth[0].FDI != "26" || teeth[0].Universal != "14" || teeth[0].Ambiguous {
		t.Errorf("teeth %+v", teeth)
	}
	found := false
	for _, term := range message.Content.Terms {
		found = found || term.Source == "crown" && term.Target == "크라운" && !term.Applied
	}
	if !found {
		t.Errorf("terms %+v, want the crown, which the translation does not call 크라운", message.Content.Terms)
	}

	same := lab.enriched(lab.post(room.ID, "👍👍"))
	if same.Enrichment.State != "done" || strings.Contains(provider.received(), "👍") {
		t.Errorf("an emoji is %+v, sent: %s", same.Enrichment, provider.received())
	}
}

func TestLostTokensMarkTheTranslation(t *testing.T) {
	provider := startTranslationServer(t, 0)
	provider.alter = func(text string) string { return strings.ReplaceAll(text, "A2", "A3") }
	s := startServer(t, t.TempDir(), provider.settings()...)
	operator := s.operator(t)
	clinic, lab := s.member(t, operator, "clinic", "clinic", "en"), s.member(t, operator, "lab", "lab", "ko")
	room := operator.room("mismatch", clinic, lab)
	message := clinic.enriched(clinic.post(room.ID, "Please make it in shade A2."))
	tokens := strings.Join(message.Enrichment.Mismatches["ko"], " ")
	if message.Enrichment.State != "partial" || !strings.Contains(tokens, "A2") {
		t.Errorf("%+v, want partial with A2 listed", message.Enrichment)
	}
	if asked := strings.Count(provider.received(), "shade A2"); asked != 2 {
		t.Errorf("asked %d times, want once more", asked)
	}
	var corrected handlers.Message
	operator.must("PATCH", "/v1/rooms/"+room.ID+"/messages/"+message.ID+"/enrichment",
		`{"translations":{"ko":"A2 색조로 부탁드립니다."}}`, http.StatusOK, &corrected)
	if corrected.Enrichment.State != "done" || len(corrected.Enrichment.Mismatches) != 0 {
		t.Errorf("corrected: %+v", corrected.Enrichment)
	}
}

func TestPatientsAreMasked(t *testing.T) {
	provider := startTranslationServer(t, 0)
	s := startServer(t, t.TempDir(), append(provider.settings(), "DENTALK_MASKING=always", "DENTALK_LOG_LEVEL=debug")...)
	operator := s.operator(t)
	clinic, lab := s.member(t, operator, "clinic", "clinic", "en"), s.member(t, operator, "lab", "lab", "ko")
	room := operator.room("masked", clinic, lab)
	message := clinic.enriched(clinic.post(room.ID, "Mrs. Alvarez called from +1 415 555 0132, mail her at ana@example.com about the crown."))
	for _, secret := range []string{"Alvarez", "555", "ana@example.com"} {
		if strings.Contains(provider.received(), secret) {
			t.Errorf("%q was sent: %s", secret, provider.received())
		}
		if !strings.Contains(message.Content.Translations["ko"], secret) {
			t.Errorf("%q was not put back: %v", secret, message.Content.Translations)
		}
		if strings.Contains(s.output.String(), secret) {
			t.Errorf("%q is in the log", secret)
		}
	}
}

func TestMonthlyBudgetStopsCalls(t *testing.T) {
	provider := startTranslationServer(t, 0)
	dir := t.TempDir()
	settings := append(provider.settings(), "DENTALK_PROVIDER_BUDGET=30")
	s := startServer(t, dir, settings...)
	operator := s.operator(t)
	clinic, lab := s.member(t, operator, "clinic", "clinic", "en"), s.member(t, operator, "lab", "lab", "ko")
	room := operator.room("budget", clinic, lab)
	if m := clinic.enriched(clinic.post(room.ID, "twenty-two characters.")); m.Enrichment.State != "done" {
		t.Errorf("within the budget: %+v", m.Enrichment)
	}
	if m := clinic.enriched(clinic.post(room.ID, "and many characters more")); m.Enrichment.State != "partial" || m.Emotion == nil {
		t.Errorf("beyond it: %+v", m.Enrichment)
	}
	if !strings.Contains(s.output.String(), "monthly budget") || s.metric(t, "dentalk_provider_budget_used_ratio") == 0 {
		t.Errorf("nobody is told:\n%s", s.output)
	}
	s.stop(t)
	s = startServer(t, dir, append(provider.settings(), "DENTALK_PROVIDER_BUDGET=1000000")...)
	clinic = s.logIn(t, "clinic", userPassword)
	if m := clinic.enriched(clinic.post(room.ID, "the budget was raised")); m.Enrichment.State != "done" {
		t.Errorf("after a raise: %+v", m.Enrichment)
	}
}

// TestKeysAppearNowhere has every provider refuse its key, in an answer that quotes the whole request.
func TestKeysAppearNowhere(t *testing.T) {
	var asked atomic.Int32
	refuses := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		request, _ := httputil.DumpRequest(r, true)
		w.WriteHeader(http.StatusForbidden)
		_ = json.NewEncoder(w).Encode(map[string]any{"message": string(request), "error": map[string]any{"message": string(request)}})
	}))
	t.Cleanup(refuses.Close)
	settings := []string{
		"DENTALK_TRANSLATOR=openai,deepl,papago,google,libretranslate", "DENTALK_SENTIMENT=google", "DENTALK_LOG_LEVEL=debug",
		"DENTALK_OPENAI_MODEL=some-model", "DENTALK_PAPAGO_KEY_ID=secret-papago-id",
	}
	for _, name := range []string{"OPENAI", "DEEPL", "PAPAGO", "GOOGLE", "LIBRETRANSLATE"} {
		settings = append(settings, "DENTALK_"+name+"_KEY=secret-"+strings.ToLower(name))
	}
	for _, name := range []string{"OPENAI", "DEEPL", "PAPAGO", "GOOGLE_TRANSLATE", "GOOGLE_LANGUAGE", "LIBRETRANSLATE"} {
		settings = append(settings, "DENTALK_"+name+"_URL="+refuses.URL)
	}
	s := startServer(t, t.TempDir(), settings...)
	operator := s.operator(t)
	clinic, lab := s.member(t, operator, "clinic", "clinic", "en"), s.member(t, operator, "lab", "lab", "ko")
	room := operator.room("keys", clinic, lab)
	message := clinic.post(room.ID, "The margin of this crown is open, and nobody answers.")
	eventually(t, "all refusals", func() bool { return asked.Load() >= 6 && s.metric(t, "dentalk_provider_breaker_state") >= 12 })
	var shown json.RawMessage
	eventually(t, "the embedded verdict", func() bool {
		shown = operator.must("GET", "/v1/rooms/"+room.ID+"/messages/"+message.ID, nil, http.StatusOK, nil).body
		return strings.Contains(string(shown), `"detected":true`)
	})
	metrics := operator.must("GET", "/metrics", nil, http.StatusOK, nil).body
	for where, text := range map[string]string{"log": s.output.String(), "metrics": string(metrics), "message": string(shown)} {
		if strings.Contains(text, "secret-") {
			t.Errorf("a key is in the %s:\n%s", where, text)
		}
	}
	for _, name := range []string{"openai", "deepl", "papago", "google", "google-language", "libretranslate"} {
		if !strings.Contains(s.output.String(), "provider="+name+" ") {
			t.Errorf("the log does not tell that %s refuses:\n%s", name, s.output)
		}
	}
}

func TestSettingsOfProvidersAreNamed(t *testing.T) {
	for setting, want := range map[string]string{
		"DENTALK_TRANSLATOR=deepl":         "DENTALK_DEEPL_KEY",
		"DENTALK_TRANSLATOR=openai,papago": "DENTALK_OPENAI_MODEL",
		"DENTALK_TRANSLATOR=babelfish":     "babelfish",
		"DENTALK_SENTIMENT=google":         "DENTALK_GOOGLE_KEY",
		"DENTALK_PROVIDER_BUDGET=much":     "DENTALK_PROVIDER_BUDGET",
	} {
		output := refusedStart(t, setting)
		if !strings.Contains(output, want) {
			t.Errorf("%s: the server says %q, want it to name %s", setting, output, want)
		}
	}
}

// TestRealTranslator has a clinic that writes Spanish and an operator who reads English, with
// Apertium between them.
func TestRealTranslator(t *testing.T) {
	s := startServer(t, t.TempDir(), "DENTALK_TRANSLATOR=apertium", "DENTALK_APERTIUM_URL="+servers.Apertium(t).URL())
	operator := s.operator(t)
	clinic, reader := s.member(t, operator, "clinic", "clinic", "es"), s.member(t, operator, "reader", "lab", "en")
	room := operator.room("apertium", clinic, reader)
	message := clinic.enriched(clinic.post(room.ID, "La corona del diente 26 no ajusta."))
	translated := message.Content.Translations["en"]
	if message.Enrichment.Providers["translation"] != "apertium" || !strings.Contains(translated, "26") || !strings.Contains(translated, "crown") {
		t.Errorf("%+v %v", message.Enrichment, message.Content.Translations)
	}
}
