package deepl_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dentalk/domain"
	"dentalk/enrichment/deepl"
	"dentalk/enrichment/internal/rest"
	"dentalk/enrichment/internal/rest/resttest"
)

const (
	key    = "key-4711"
	secret = "Mrs. Baker"
	path   = "/v2/translate"
)

func newTranslator(t *testing.T, server *httptest.Server, adapt ...func(*deepl.Config)) *deepl.Translator {
	t.Helper()
	config := deepl.Config{Key: key, URL: server.URL, Client: server.Client()}
	for _, one := range adapt {
		one(&config)
	}
	translator, err := deepl.New(config)
	if err != nil {
		t.Fatal(err)
	}
	return translator
}

func request(source, target string, texts ...string) domain.TranslateRequest {
	return domain.TranslateRequest{Source: source, Target: target, Texts: texts}
}

// body is the request for plain texts of English into Korean; more begins with a comma.
func body(more string, texts ...string) string {
	return `{"text":["` + strings.Join(texts, `","`) + `"],"source_lang":"EN","target_lang":"KO"` + more +
		`,"show_billed_characters":true,"formality":"prefer_more"}`
}

func answer(texts ...string) string {
	var rows []string
	for _, text := range texts {
		rows = append(rows, `{"detected_source_language":"EN","text":"`+text+`","billed_characters":7}`)
	}
	return `{"translations":[` + strings.Join(rows, ",") + `]}`
}

func TestTranslatesABatch(t *testing.T) {
	server := resttest.Serve(t, resttest.Exchange{
		Path:   path,
		Header: map[string]string{"Authorization": "DeepL-Auth-Key key-4711", "Content-Type": "application/json"},
		Body: `{"text":["Is A2 <A3 & fine?","Thanks"],"source_lang":"EN","target_lang":"KO","show_billed_characters":true,` +
			`"model_type":"quality_optimized","formality":"prefer_more"}`,
		Answer: `{"translations":[{"detected_source_language":"EN","text":"A2 <A3 & 괜찮습니까?","billed_characters":17,` +
			`"model_type_used":"quality_optimized"},{"detected_source_language":"EN","text":"감사합니다","billed_characters":6}]}`,
	})
	billed := 0
	translator := newTranslator(t, server, func(config *deepl.Config) {
		config.ModelType = "quality_optimized"
		config.Billed = func(characters int) { billed += characters }
	})
	answers, err := translator.Translate(t.Context(), request("en", "ko", "Is A2 <A3 & fine?", "Thanks"))
	want := []domain.Translation{{Text: "A2 <A3 & 괜찮습니까?"}, {Text: "감사합니다"}}
	if diff := cmp.Diff(want, answers); diff != "" || err != nil || billed != 23 {
		t.Errorf("%s %v, %d billed", diff, err, billed)
	}
}

func TestPlaceholdersAreSentAsIgnoredXML(t *testing.T) {
	inXML := `{"text":["%s"],"source_lang":"EN","target_lang":"KO","show_billed_characters":true,"formality":"prefer_more",` +
		`"tag_handling":"xml","ignore_tags":["x"]}`
	server := resttest.Serve(t,
		resttest.Exchange{Path: path, Body: body("", "A & B", "&amp;"), Answer: answer("A & 나", "&amp;")},
		resttest.Exchange{
			Path: path, Body: fmt.Sprintf(inXML, "<x>⟦1⟧</x> &lt;A&amp;B&gt; &amp;lt; of <x>⟦12⟧</x> ⟦a⟧"),
			Answer: answer("<x>⟦12⟧</x>의 <x>⟦1⟧</x> &lt;A&amp;B&gt; &amp;lt; &quot;&apos; ⟦a⟧"),
		},
	)
	answers, err := newTranslator(t, server).Translate(t.Context(),
		request("en", "ko", "A & B", "⟦1⟧ <A&B> &lt; of ⟦12⟧ ⟦a⟧", "&amp;"))
	want := []domain.Translation{{Text: "A & 나"}, {Text: `⟦12⟧의 ⟦1⟧ <A&B> &lt; "' ⟦a⟧`}, {Text: "&amp;"}}
	if diff := cmp.Diff(want, answers); diff != "" || err != nil {
		t.Errorf("%s %v", diff, err)
	}
}

func TestAFailureOfTheXMLLeavesThePlainTexts(t *testing.T) {
	server := resttest.Serve(t,
		resttest.Exchange{Path: path, Body: body("", "a"), Answer: answer("A")},
		resttest.Exchange{
			Path: path, Status: 503, Body: `{"text":["<x>⟦1⟧</x>"],"source_lang":"EN","target_lang":"KO",` +
				`"show_billed_characters":true,"formality":"prefer_more","tag_handling":"xml","ignore_tags":["x"]}`,
		},
	)
	answers, err := newTranslator(t, server).Translate(t.Context(), request("en", "ko", "⟦1⟧", "a"))
	if err != nil || answers[1].Text != "A" || answers[1].Err != nil || resttest.KindOf(t, answers[0].Err) != "retry" {
		t.Errorf("got %+v, %v", answers, err)
	}
}

func TestRequestsKeepToTheLimits(t *testing.T) {
	t.Run("50 texts", func(t *testing.T) {
		var texts, translated []string
		for i := range 70 {
			texts, translated = append(texts, fmt.Sprint("t", i)), append(translated, fmt.Sprint("T", i))
		}
		server := resttest.Serve(t,
			resttest.Exchange{Path: path, Body: body("", texts[:50]...), Answer: answer(translated[:50]...)},
			resttest.Exchange{Path: path, Body: body("", texts[50:]...), Answer: answer(translated[50:]...)},
		)
		answers, err := newTranslator(t, server).Translate(t.Context(), request("en", "ko", texts...))
		if err != nil {
			t.Fatal(err)
		}
		for i, given := range answers {
			if given.Text != translated[i] || given.Err != nil {
				t.Errorf("text %d: %+v", i, given)
			}
		}
	})
	t.Run("128 KiB", func(t *testing.T) {
		// Two thirds of a request in bytes, by letters of three bytes and by escapes of two.
		letters, quotes := strings.Repeat("가", 28<<10), strings.Repeat(`"`, 42<<10)
		server := resttest.Serve(t,
			resttest.Exchange{Path: path, Body: body("", letters), Answer: answer("a")},
			resttest.Exchange{Path: path, Body: body("", strings.Repeat(`\"`, 42<<10)), Answer: answer("b")},
		)
		tooLong := strings.Repeat("가", 44<<10)
		answers, err := newTranslator(t, server).Translate(t.Context(), request("en", "ko", letters, quotes, tooLong))
		if err != nil || answers[0].Text != "a" || answers[1].Text != "b" {
			t.Errorf("got %q, %q, %v", answers[0].Text, answers[1].Text, err)
		}
		if kind := resttest.KindOf(t, answers[2].Err, "가"); kind != "permanent" {
			t.Errorf("got %s", kind)
		}
	})
}

func TestLanguagesAreNamedAsDeepLDoes(t *testing.T) {
	for _, test := range []struct{ source, target, want string }{
		{"ko", "en", `"source_lang":"KO","target_lang":"EN-US"`},
		{"ko-KR", "en-GB", `"source_lang":"KO","target_lang":"EN-GB"`},
		{"en-US", "zh", `"source_lang":"EN","target_lang":"ZH-HANS"`},
		{"zh-TW", "ja", `"source_lang":"ZH","target_lang":"JA"`},
		{"en", "zh-TW", `"source_lang":"EN","target_lang":"ZH-HANT"`},
		{"en", "pt", `"source_lang":"EN","target_lang":"PT-BR"`},
		{"pt-PT", "es-MX", `"source_lang":"PT","target_lang":"ES"`},
		{"es", "pt-PT", `"source_lang":"ES","target_lang":"PT-PT"`},
		{"no", "ko", `"source_lang":"NB","target_lang":"KO"`},
	} {
		server := resttest.Serve(t, resttest.Exchange{
			Path: path, Body: `{"text":["a"],` + test.want + `,"show_billed_characters":true,"formality":"prefer_more"}`,
			Answer: answer("b"),
		})
		if answers, err := newTranslator(t, server).Translate(t.Context(), request(test.source, test.target, "a")); err != nil ||
			answers[0].Text != "b" {
			t.Errorf("%s to %s: %+v, %v", test.source, test.target, answers, err)
		}
	}
}

func TestUnknownPairsHaveNoTranslation(t *testing.T) {
	quiet := newTranslator(t, resttest.Serve(t))
	for _, pair := range [][2]string{{"en", "tlh"}, {"", "ko"}, {"und", "ko"}, {"en", "en-GB"}, {"no language", "ko"}} {
		answers, err := quiet.Translate(t.Context(), request(pair[0], pair[1], "a"))
		if diff := cmp.Diff([]domain.Translation{{}}, answers); diff != "" || err != nil {
			t.Errorf("%v: %s %v", pair, diff, err)
		}
	}
}

func TestFailuresSayWhatToDo(t *testing.T) {
	for status, want := range map[int]string{
		400: "permanent", 413: "permanent", 414: "permanent",
		401: "refused", 403: "refused", 404: "refused", 456: "refused", 307: "refused",
		429: "retry", 529: "retry", 500: "retry", 503: "retry", 504: "retry",
	} {
		server := resttest.Serve(t, resttest.Exchange{
			Path: path, Body: body("", secret), Status: status, Answer: `{"message":"Mrs. Baker","detail":"key-4711"}`,
			AnswerHeader: map[string]string{"Retry-After": "5"},
		})
		answers, err := newTranslator(t, server).Translate(t.Context(), request("en", "ko", secret))
		if err == nil {
			err = answers[0].Err
		}
		if kind := resttest.KindOf(t, err, key, secret); kind != want {
			t.Errorf("%d: %s, want %s", status, kind, want)
		}
		var failure *domain.ProviderError
		if !errors.As(err, &failure) || failure.Provider != "deepl" || failure.RetryAfter != 5*time.Second {
			t.Errorf("%d: got %+v", status, failure)
		}
	}
}

func TestOneBadTextDoesNotSpoilTheOthers(t *testing.T) {
	server := resttest.Serve(t,
		resttest.Exchange{Path: path, Body: body("", "a", "bad"), Status: 400, Answer: `{"message":"Bad request"}`},
		resttest.Exchange{Path: path, Body: body("", "a"), Answer: answer("A")},
		resttest.Exchange{Path: path, Body: body("", "bad"), Status: 400, Answer: `{"message":"Bad request"}`},
	)
	answers, err := newTranslator(t, server).Translate(t.Context(), request("en", "ko", "a", "bad"))
	if err != nil || answers[0].Text != "A" || answers[0].Err != nil {
		t.Errorf("got %+v, %v", answers, err)
	}
	if kind := resttest.KindOf(t, answers[1].Err); kind != "permanent" {
		t.Errorf("got %s", kind)
	}
}

func TestUnusableAnswersAreErrors(t *testing.T) {
	for _, given := range []string{
		answer("a"), answer("a", "b", "c"), `{}`, `{"translations":"` + secret, answer(strings.Repeat("a", 1<<20)),
	} {
		server := resttest.Serve(t, resttest.Exchange{Path: path, Body: body("", "x", secret), Answer: given})
		_, err := newTranslator(t, server).Translate(t.Context(), request("en", "ko", "x", secret))
		if kind := resttest.KindOf(t, err, secret); kind != "retry" || !errors.Is(err, rest.ErrAnswer) {
			t.Errorf("%.40s: %s: %v", given, kind, err)
		}
	}
	server := resttest.Serve(t, resttest.Exchange{Path: path, Body: body("", "x", "y"), Answer: answer(" ", "Y")})
	answers, err := newTranslator(t, server).Translate(t.Context(), request("en", "ko", "x", "y"))
	if err != nil || answers[1].Text != "Y" || resttest.KindOf(t, answers[0].Err) != "permanent" {
		t.Errorf("got %+v, %v", answers, err)
	}
}

func TestTranslateEndsWithItsContext(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // only then does the server watch the connection
		<-r.Context().Done()
	}))
	defer server.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	_, err := newTranslator(t, server).Translate(ctx, request("en", "ko", secret))
	if kind := resttest.KindOf(t, err, secret, key); kind != "retry" || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %s: %v", kind, err)
	}
}

// hosts remembers where requests want to go and lets none of them.
type hosts struct{ asked []string }

func (h *hosts) RoundTrip(r *http.Request) (*http.Response, error) {
	h.asked = append(h.asked, r.URL.Scheme+"://"+r.URL.Host)
	return nil, errors.New("no network")
}

func TestFreeKeysHaveAnAddressOfTheirOwn(t *testing.T) {
	asked := &hosts{}
	for _, key := range []string{"key-4711", "key-4711:fx"} {
		translator, err := deepl.New(deepl.Config{Key: key, Client: &http.Client{Transport: asked}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := translator.Translate(t.Context(), request("en", "ko", "a")); err == nil {
			t.Error("there was an answer")
		}
	}
	if diff := cmp.Diff([]string{"https://api.deepl.com", "https://api-free.deepl.com"}, asked.asked); diff != "" {
		t.Error(diff)
	}
}

func TestConfigIsChecked(t *testing.T) {
	for _, config := range []deepl.Config{
		{}, {Key: key + "\n"}, {Key: key, URL: "https://a/?key=" + key}, {Key: key, ModelType: "best"},
	} {
		if _, err := deepl.New(config); err == nil || strings.Contains(err.Error(), key) {
			t.Errorf("%+v: %v", config, err)
		}
	}
	translator, err := deepl.New(deepl.Config{Key: key})
	if err != nil || translator.Name() != "deepl" {
		t.Errorf("got %v", err)
	}
}
