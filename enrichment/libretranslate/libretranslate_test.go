package libretranslate_test

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dentalk/domain"
	"dentalk/enrichment/libretranslate"
)

func TestTextsGoInOneRequest(t *testing.T) {
	fake := newServer(reply{body: `{"translatedText":["늦습니다","감사합니다"]}`})
	translator := start(t, fake)
	for range 2 {
		answers, err := translator.Translate(t.Context(), into("ko-KR", `it's "late" <b>`, "thanks"))
		if diff := cmp.Diff(translations("늦습니다", "감사합니다"), answers); diff != "" || err != nil {
			t.Fatal(diff, err)
		}
	}
	one := `POST /base/translate application/json {"q":["it's \"late\" <b>","thanks"],"source":"en","target":"ko","format":"text","api_key":"key-4711"}`
	if diff := cmp.Diff([]string{"GET /base/languages", "GET /base/frontend/settings", one, one}, fake.requests); diff != "" {
		t.Error(diff)
	}
}

func TestCodesOfLanguages(t *testing.T) {
	for target, want := range map[string]string{
		"zh": "zh-Hans", "zh-CN": "zh-Hans", "zh-TW": "zh-Hant", "pt-BR": "pt-BR", "pt-PT": "pt", "es-MX": "es", "ko": "ko",
		"en": "", "de": "", "": "", "no language": "",
	} {
		fake := newServer(reply{body: `{"translatedText":["A2"]}`})
		answers, err := start(t, fake).Translate(t.Context(), into(target, "A2"))
		if err != nil || len(answers) != 1 || answers[0].Err != nil {
			t.Fatalf("%s: got %+v, %v", target, answers, err)
		}
		asked := strings.Join(fake.asked(), "")
		if want == "" && asked != "" || want != "" && !strings.Contains(asked, `"target":"`+want+`"`) {
			t.Errorf("%s: asked %s", target, asked)
		}
		if want == "" && answers[0].Text != "" {
			t.Errorf("%s: got %q", target, answers[0].Text)
		}
	}
}

func TestOlderServersCallChineseOtherwise(t *testing.T) {
	fake := newServer(reply{body: `{"translatedText":["A2"]}`})
	fake.languages.body = `[{"code":"en","name":"English","targets":["zh","zt"]}]`
	translator := start(t, fake)
	for _, target := range []string{"zh", "zh-Hant"} {
		if _, err := translator.Translate(t.Context(), into(target, "A2")); err != nil {
			t.Fatal(err)
		}
	}
	if asked := strings.Join(fake.asked(), ""); !strings.Contains(asked, `"target":"zh"`) || !strings.Contains(asked, `"target":"zt"`) {
		t.Errorf("asked %s", asked)
	}
}

func TestRequestsKeepToTheCharacterLimit(t *testing.T) {
	fake := newServer(reply{body: `{"translatedText":["많이 늦습니다","아주 늦습니다"]}`}, reply{body: `{"translatedText":["조금 늦습니다"]}`})
	text := strings.Repeat("late ", 5) // 25 characters
	answers, err := start(t, fake).Translate(t.Context(), into("ko", text, text, strings.Repeat("가", 61), text))
	if err != nil {
		t.Fatal(err)
	}
	if got := fake.asked(); len(got) != 2 {
		t.Errorf("asked %q", got)
	}
	var failure *domain.ProviderError
	if !errors.As(answers[2].Err, &failure) || !failure.Permanent || answers[0].Text != "많이 늦습니다" || answers[1].Text != "아주 늦습니다" || answers[3].Text != "조금 늦습니다" {
		t.Errorf("got %+v", answers)
	}
}

func TestTwentyTextsInARequest(t *testing.T) {
	twenty := `{"translatedText":[` + strings.TrimSuffix(strings.Repeat(`"네",`, 20), ",") + `]}`
	for name, given := range map[string]reply{
		"no endpoint of settings": {status: http.StatusNotFound}, "no limit": {body: `{"charLimit":-1}`},
	} {
		t.Run(name, func(t *testing.T) {
			fake := newServer(reply{body: twenty}, reply{body: `{"translatedText":["네"]}`})
			fake.settings = given
			answers, err := start(t, fake).Translate(t.Context(), into("ko", slices.Repeat([]string{"yes"}, 21)...))
			if err != nil || answers[20].Text != "네" || len(fake.asked()) != 2 {
				t.Errorf("got %+v, %v", answers, err)
			}
		})
	}
}

func TestBatchThatIsRefusedIsSentOneByOne(t *testing.T) {
	tooMany := reply{status: 400, body: `{"error":"Invalid request: request (2) exceeds text limit (1)"}`}
	fake := newServer(tooMany, reply{body: `{"translatedText":["하나"]}`}, tooMany)
	answers, err := start(t, fake).Translate(t.Context(), into("ko", "one", "two"))
	if err != nil || answers[0].Text != "하나" || answers[1].Err == nil {
		t.Errorf("got %+v, %v", answers, err)
	}
}

func TestAddressIsChecked(t *testing.T) {
	if _, err := libretranslate.New(libretranslate.Config{URL: "localhost:5000", Key: key}); err == nil || strings.Contains(err.Error(), key) {
		t.Errorf("got %v", err)
	}
}
