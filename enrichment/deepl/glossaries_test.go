package deepl_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"dentalk/domain"
	"dentalk/enrichment/deepl"
	"dentalk/enrichment/internal/rest/resttest"
)

const glossariesPath = "/v3/glossaries"

func dictionary(version string, entries ...string) *domain.Dictionary {
	d := &domain.Dictionary{Version: version}
	for i := 0; i < len(entries); i += 2 {
		d.Entries = append(d.Entries, domain.DictionaryEntry{Source: entries[i], Target: entries[i+1]})
	}
	return d
}

// ask translates "a" with the dictionary and fails the test when there is no translation.
func ask(t *testing.T, translator *deepl.Translator, d *domain.Dictionary) {
	t.Helper()
	asked := request("en-US", "ko", "a")
	asked.Dictionary = d
	answers, err := translator.Translate(t.Context(), asked)
	if err != nil || answers[0].Text != "A" || answers[0].Err != nil {
		t.Errorf("got %+v, %v", answers, err)
	}
}

// translation is the request of ask, with the glossary of that id.
func translation(id string) resttest.Exchange {
	more := ""
	if id != "" {
		more = `,"glossary_id":"` + id + `"`
	}
	return resttest.Exchange{Path: path, Body: body(more, "a"), Answer: answer("A")}
}

func listed(names ...string) resttest.Exchange {
	var rows []string
	for i, name := range names {
		rows = append(rows, fmt.Sprintf(`{"glossary_id":"g-%d","name":"%s","dictionaries":[{"source_lang":"EN","target_lang":"KO",`+
			`"entry_count":1}],"creation_time":"2026-08-03T14:16:18.329Z"}`, i, name))
	}
	return resttest.Exchange{
		Method: http.MethodGet, Path: glossariesPath, Header: map[string]string{"Authorization": "DeepL-Auth-Key key-4711"},
		Answer: `{"glossaries":[` + strings.Join(rows, ",") + `]}`,
	}
}

func created(version, entries string) resttest.Exchange {
	return resttest.Exchange{
		Path: glossariesPath, Header: map[string]string{"Authorization": "DeepL-Auth-Key key-4711", "Content-Type": "application/json"},
		Body: `{"name":"dentalk en-ko ` + version + `","dictionaries":[{"source_lang":"en","target_lang":"ko","entries":"` + entries +
			`","entries_format":"tsv"}]}`,
		Status: http.StatusCreated,
		Answer: `{"glossary_id":"g-new","name":"dentalk en-ko ` + version + `","dictionaries":[{"source_lang":"en","target_lang":"ko",` +
			`"entry_count":1}],"creation_time":"2026-08-03T14:16:18.329Z"}`,
	}
}

func replaced(id, version, entries string) []resttest.Exchange {
	return []resttest.Exchange{
		{
			Method: http.MethodPut, Path: glossariesPath + "/" + id + "/dictionaries",
			Body:   `{"source_lang":"en","target_lang":"ko","entries":"` + entries + `","entries_format":"tsv"}`,
			Answer: `{"source_lang":"EN","target_lang":"KO","entry_count":1}`,
		},
		{
			Method: http.MethodPatch, Path: glossariesPath + "/" + id, Body: `{"name":"dentalk en-ko ` + version + `"}`,
			Answer: `{"glossary_id":"` + id + `","name":"dentalk en-ko ` + version + `","dictionaries":[]}`,
		},
	}
}

func TestAGlossaryIsMadeOnceAndReused(t *testing.T) {
	translator := newTranslator(t, resttest.Serve(t,
		listed("Another's", "dentalk ko-en 7"), created("7", `crown\t크라운`), translation("g-new"), translation("g-new"), translation(""),
	))
	ask(t, translator, dictionary("7", "crown", "크라운"))
	ask(t, translator, dictionary("7", "crown", "크라운"))
	ask(t, translator, nil)
}

func TestVariantsOfALanguageShareAGlossary(t *testing.T) {
	made := resttest.Exchange{
		Path: glossariesPath, Status: http.StatusCreated, Answer: `{"glossary_id":"g-new","name":"dentalk ko-en 7"}`,
		Body: `{"name":"dentalk ko-en 7","dictionaries":[{"source_lang":"ko","target_lang":"en","entries":"크라운\tcrown","entries_format":"tsv"}]}`,
	}
	exchanges := []resttest.Exchange{listed(), made}
	for _, variant := range []string{"EN-US", "EN-GB"} {
		exchanges = append(exchanges, resttest.Exchange{
			Path: path, Answer: answer("A"), Body: `{"text":["a"],"source_lang":"KO","target_lang":"` + variant +
				`","glossary_id":"g-new","show_billed_characters":true,"formality":"prefer_more"}`,
		})
	}
	translator := newTranslator(t, resttest.Serve(t, exchanges...))
	for _, target := range []string{"en", "en-GB"} {
		asked := request("ko", target, "a")
		asked.Dictionary = dictionary("7", "크라운", "crown")
		if answers, err := translator.Translate(t.Context(), asked); err != nil || answers[0].Text != "A" {
			t.Errorf("%s: %+v, %v", target, answers, err)
		}
	}
}

func TestAGlossaryIsFoundAgainAfterARestart(t *testing.T) {
	ask(t, newTranslator(t, resttest.Serve(t, listed("dentalk en-ko 6", "dentalk en-ko 7"), translation("g-1"))),
		dictionary("7", "crown", "크라운"))
}

func TestAChangedDictionaryReplacesTheGlossary(t *testing.T) {
	exchanges := []resttest.Exchange{listed(), created("7", `crown\t크라운`), translation("g-new"), translation("g-new")}
	exchanges = append(exchanges, replaced("g-new", "8", `crown\t금관`)...)
	translator := newTranslator(t, resttest.Serve(t, exchanges...))
	ask(t, translator, dictionary("7", "crown", "크라운"))
	ask(t, translator, dictionary("8", "crown", "금관"))
}

func TestAnOldGlossaryIsReplacedAfterARestart(t *testing.T) {
	exchanges := append(replaced("g-0", "8", `crown\t금관`), listed("dentalk en-ko 7"), translation("g-0"))
	ask(t, newTranslator(t, resttest.Serve(t, exchanges...)), dictionary("8", "crown", "금관"))
}

func TestTranslationsAtOnceMakeOneGlossary(t *testing.T) {
	exchanges := []resttest.Exchange{listed(), created("7", `crown\t크라운`)}
	for range 8 {
		exchanges = append(exchanges, translation("g-new"))
	}
	translator := newTranslator(t, resttest.Serve(t, exchanges...))
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() { ask(t, translator, dictionary("7", "crown", "크라운")) })
	}
	group.Wait()
}

func TestTroubleWithAGlossaryStopsNoTranslation(t *testing.T) {
	failed := listed()
	failed.Status = 456
	failed.Answer = `{"message":"Quota exceeded","detail":"key-4711 크라운"}`
	refused := created("7", `crown\t크라운`)
	refused.Status = 400
	noID := created("7", `crown\t크라운`)
	noID.Answer = `{}`
	for name, exchanges := range map[string][]resttest.Exchange{
		"list":   {failed},
		"create": {listed(), refused},
		"no id":  {listed(), noID},
		"replace": {listed("dentalk en-ko 6"), {
			Method: http.MethodPut, Path: glossariesPath + "/g-0/dictionaries", Status: 503,
			Body: `{"source_lang":"en","target_lang":"ko","entries":"crown\t크라운","entries_format":"tsv"}`,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			var log bytes.Buffer
			now := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
			// The second try comes a minute after the first, not before.
			exchanges = append(exchanges, translation(""), translation(""), translation("g-new"), listed(), created("7", `crown\t크라운`))
			translator := newTranslator(t, resttest.Serve(t, exchanges...), func(config *deepl.Config) {
				config.Now = func() time.Time { return now }
				config.Log = slog.New(slog.NewTextHandler(&log, nil))
			})
			ask(t, translator, dictionary("7", "crown", "크라운"))
			now = now.Add(59 * time.Second)
			ask(t, translator, dictionary("7", "crown", "크라운"))
			now = now.Add(time.Second)
			ask(t, translator, dictionary("7", "crown", "크라운"))
			if strings.Count(log.String(), "without the glossary") != 1 || strings.Contains(log.String(), key) ||
				strings.Contains(log.String(), "크라운") {
				t.Errorf("the log says %s", log.String())
			}
		})
	}
}

func TestAGlossaryThatIsGoneIsDoneWithout(t *testing.T) {
	gone := translation("g-0")
	gone.Status, gone.Answer = http.StatusNotFound, `{"message":"Glossary not found"}`
	now := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	translator := newTranslator(t, resttest.Serve(t,
		listed("dentalk en-ko 7"), gone, translation(""), translation(""), listed(), created("7", `crown\t크라운`), translation("g-new"),
	), func(config *deepl.Config) { config.Now = func() time.Time { return now } })
	ask(t, translator, dictionary("7", "crown", "크라운"))
	ask(t, translator, dictionary("7", "crown", "크라운"))
	now = now.Add(time.Minute)
	ask(t, translator, dictionary("7", "crown", "크라운"))
}

func TestTermsThatDeepLRefusesAreLeftOut(t *testing.T) {
	ask(t, newTranslator(t, resttest.Serve(t, listed(), created("7", `crown\t크라운\nabutment\t어버트먼트`), translation("g-new"))),
		dictionary("7",
			"crown", "크라운", "crown", "금관", // one translation for a term
			strings.Repeat("a", 1025), "너무 길다", "b", strings.Repeat("가", 342),
			"", "없다", "none", " ", "a\tb", "탭", "c", "줄\n바꿈",
			" abutment ", "어버트먼트",
		))
	ask(t, newTranslator(t, resttest.Serve(t, translation(""))), dictionary("7", "", "없다"))
}

func TestAGlossaryIsNotGivenUpForACallerThatLeft(t *testing.T) {
	translator := newTranslator(t, resttest.Serve(t, listed(), created("7", `crown\t크라운`), translation("g-new")))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	left := request("en", "ko", "a")
	left.Dictionary = dictionary("7", "crown", "크라운")
	if _, err := translator.Translate(ctx, left); err == nil {
		t.Error("there was an answer")
	}
	ask(t, translator, dictionary("7", "crown", "크라운"))
}
