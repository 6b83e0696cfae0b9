package papago_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dentalk/domain"
	"dentalk/enrichment/internal/rest"
	"dentalk/enrichment/internal/rest/resttest"
	"dentalk/enrichment/papago"
)

const (
	keyID  = "id-0815"
	key    = "key-4711"
	secret = "Mrs. Baker"
	path   = "/nmt/v1/translation"
)

func newTranslator(t *testing.T, server *httptest.Server, glossary string) *papago.Translator {
	t.Helper()
	translator, err := papago.New(papago.Config{
		KeyID: keyID, Key: key, URL: server.URL, Client: server.Client(), GlossaryKey: glossary,
	})
	if err != nil {
		t.Fatal(err)
	}
	return translator
}

func request(source, target string, texts ...string) domain.TranslateRequest {
	return domain.TranslateRequest{Source: source, Target: target, Texts: texts}
}

func textsOf(answers []domain.Translation) (texts []string) {
	for _, answer := range answers {
		texts = append(texts, answer.Text)
	}
	return texts
}

func answer(text string) string {
	return `{"message":{"result":{"srcLangType":"en","tarLangType":"ko","translatedText":"` + text + `"}}}`
}

func TestTranslatesEachTextByItself(t *testing.T) {
	header := map[string]string{
		"X-Ncp-Apigw-Api-Key-Id": keyID, "X-Ncp-Apigw-Api-Key": key, "Content-Type": "application/json",
	}
	server := resttest.Serve(t,
		resttest.Exchange{
			Path: path, Header: header, Answer: answer("⟦1⟧ 크라운이 늦었습니다."),
			Body: `{"source":"en","target":"ko","text":"The crown for ⟦1⟧ is late.","honorific":true,"glossaryKey":"g-1"}`,
		},
		resttest.Exchange{
			Path: path, Header: header, Answer: answer(`A & B <C> \"D\"`),
			Body: `{"source":"en","target":"ko","text":"A & B <C> \"D\"","honorific":true,"glossaryKey":"g-1"}`,
		},
	)
	answers, err := newTranslator(t, server, "g-1").Translate(t.Context(),
		request("en", "ko", "The crown for ⟦1⟧ is late.", `A & B <C> "D"`))
	if err != nil {
		t.Fatal(err)
	}
	want := []domain.Translation{{Text: "⟦1⟧ 크라운이 늦었습니다."}, {Text: `A & B <C> "D"`}}
	if diff := cmp.Diff(want, answers); diff != "" {
		t.Error(diff)
	}
}

func TestLanguagesAreNamedAsPapagoDoes(t *testing.T) {
	for _, test := range []struct{ source, target, body string }{
		{"en-GB", "ja", `{"source":"en","target":"ja","text":"a","honorific":true}`},
		{"ko-KR", "en-US", `{"source":"ko","target":"en","text":"a"}`},
		{"zh", "ko", `{"source":"zh-CN","target":"ko","text":"a","honorific":true}`},
		{"ko", "zh-Hant", `{"source":"ko","target":"zh-TW","text":"a"}`},
		{"ko", "zh-HK", `{"source":"ko","target":"zh-TW","text":"a"}`},
	} {
		server := resttest.Serve(t, resttest.Exchange{Path: path, Body: test.body, Answer: answer("b")})
		answers, err := newTranslator(t, server, "").Translate(t.Context(), request(test.source, test.target, "a"))
		if err != nil || answers[0].Text != "b" {
			t.Errorf("%s to %s: %+v, %v", test.source, test.target, answers, err)
		}
	}
}

func TestUnknownPairsHaveNoTranslation(t *testing.T) {
	quiet := newTranslator(t, resttest.Serve(t), "")
	for _, pair := range [][2]string{{"en", "fi"}, {"", "ko"}, {"und", "ko"}, {"en", "en-GB"}, {"klingon", "ko"}} {
		answers, err := quiet.Translate(t.Context(), request(pair[0], pair[1], "a"))
		if diff := cmp.Diff([]domain.Translation{{}}, answers); diff != "" || err != nil {
			t.Errorf("%v: %s %v", pair, diff, err)
		}
	}
	for _, body := range []string{
		`{"error":{"errorCode":"N2MT06","message":"There is no source-to-target translator."}}`,
		`{"errorCode":"N2MT04","errorMessage":"Unsupported target language."}`,
	} {
		told := resttest.Serve(t, resttest.Exchange{
			Path: path, Body: `{"source":"vi","target":"it","text":"a"}`, Status: 400, Answer: body,
		})
		answers, err := newTranslator(t, told, "").Translate(t.Context(), request("vi", "it", "a"))
		if diff := cmp.Diff([]domain.Translation{{}}, answers); diff != "" || err != nil {
			t.Errorf("%s %v", diff, err)
		}
	}
}

func TestATextThatIsTooLongIsNotSent(t *testing.T) {
	longest := strings.Repeat("가", 5000)
	server := resttest.Serve(t, resttest.Exchange{
		Path: path, Body: `{"source":"ko","target":"en","text":"` + longest + `"}`, Answer: answer("ga"),
	})
	answers, err := newTranslator(t, server, "").Translate(t.Context(), request("ko", "en", longest+"나", longest))
	if err != nil {
		t.Fatal(err)
	}
	if kind := resttest.KindOf(t, answers[0].Err, "가"); kind != "permanent" {
		t.Errorf("got %s: %v", kind, answers[0].Err)
	}
	if answers[1].Text != "ga" || answers[1].Err != nil {
		t.Errorf("got %+v", answers[1])
	}
}

func TestFailuresSayWhatToDo(t *testing.T) {
	for _, test := range []struct {
		status     int
		code, want string
	}{
		{400, "100", "permanent"},
		{400, "N2MT08", "permanent"},
		{401, "200", "refused"},
		{401, "210", "refused"},
		{404, "300", "refused"},
		{413, "430", "permanent"},
		{429, "400", "refused"},
		{429, "410", "retry"},
		{429, "420", "retry"},
		{500, "900", "retry"},
		{500, "N2MT99", "retry"},
		{503, "500", "retry"},
		{504, "510", "retry"},
		{302, "", "refused"},
	} {
		server := resttest.Serve(t, resttest.Exchange{
			Path: path, Body: `{"source":"en","target":"ko","text":"Mrs. Baker","honorific":true}`, Status: test.status,
			Answer:       `{"error":{"errorCode":"` + test.code + `","message":"Mrs. Baker key-4711"}}`,
			AnswerHeader: map[string]string{"Retry-After": "3"},
		})
		answers, err := newTranslator(t, server, "").Translate(t.Context(), request("en", "ko", secret))
		if err == nil {
			err = answers[0].Err
		}
		if kind := resttest.KindOf(t, err, key, keyID, secret); kind != test.want {
			t.Errorf("%d %s: %s, want %s", test.status, test.code, kind, test.want)
		}
		var failure *domain.ProviderError
		if !errors.As(err, &failure) || failure.RetryAfter != 3*time.Second || failure.Provider != "papago" {
			t.Errorf("%d %s: %+v", test.status, test.code, failure)
		}
	}
}

func TestAFailureOfOneTextLeavesTheOthers(t *testing.T) {
	server := resttest.Serve(t,
		resttest.Exchange{Path: path, Body: `{"source":"ko","target":"en","text":"a"}`, Answer: answer("A")},
		resttest.Exchange{
			Path: path, Body: `{"source":"ko","target":"en","text":"b"}`, Status: 400,
			Answer: `{"error":{"errorCode":"N2MT07","message":"text parameter is needed"}}`,
		},
		resttest.Exchange{Path: path, Body: `{"source":"ko","target":"en","text":"c"}`, Answer: answer("C")},
	)
	answers, err := newTranslator(t, server, "").Translate(t.Context(), request("ko", "en", "a", "b", "c"))
	if diff := cmp.Diff([]string{"A", "", "C"}, textsOf(answers)); diff != "" || err != nil {
		t.Errorf("%s %v", diff, err)
	}
	if kind := resttest.KindOf(t, answers[1].Err); kind != "permanent" {
		t.Errorf("got %s", kind)
	}
}

func TestUnusableAnswersAreErrors(t *testing.T) {
	for body, want := range map[string]string{
		answer(""):                        "permanent",
		`{"message":{}}`:                  "permanent",
		`{"message":{"result":"` + secret: "retry",
		"<html>" + secret:                 "retry",
		`{"message":"` + secret + `"}`:    "retry",
		`"` + strings.Repeat("a", 2<<20):  "retry",
	} {
		server := resttest.Serve(t, resttest.Exchange{
			Path: path, Body: `{"source":"ko","target":"en","text":"Mrs. Baker"}`, Answer: body,
		})
		answers, err := newTranslator(t, server, "").Translate(t.Context(), request("ko", "en", secret))
		if err == nil {
			err = answers[0].Err
		}
		if kind := resttest.KindOf(t, err, secret); kind != want || !errors.Is(err, rest.ErrAnswer) {
			t.Errorf("%.40s: %s: %v", body, kind, err)
		}
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
	_, err := newTranslator(t, server, "").Translate(ctx, request("ko", "en", secret))
	if kind := resttest.KindOf(t, err, secret, key); kind != "retry" || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %s: %v", kind, err)
	}
}

func TestConfigIsChecked(t *testing.T) {
	for _, config := range []papago.Config{
		{}, {KeyID: keyID}, {Key: key}, {KeyID: keyID, Key: key + "\n"}, {KeyID: keyID, Key: key, URL: "papago"},
	} {
		if _, err := papago.New(config); err == nil || strings.Contains(err.Error(), key) {
			t.Errorf("%+v: %v", config, err)
		}
	}
	translator, err := papago.New(papago.Config{KeyID: keyID, Key: key})
	if err != nil || translator.Name() != "papago" {
		t.Errorf("got %v", err)
	}
}
