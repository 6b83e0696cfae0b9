package openai_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dentalk/domain"
)

const (
	crownText = "The crown for ⟦1⟧, tooth 26, shade A2, is late. See upper_jaw.stl."
	crown     = "⟦1⟧ 환자분의 26번 크라운(A2)이 늦어지고 있습니다. upper_jaw.stl을 확인해 주세요."
)

func TestAnswersWithSomethingAroundAreTaken(t *testing.T) {
	object := `{"translation":"` + crown + `",` + judged
	for name, content := range map[string]string{
		"plain":                      object,
		"spaces":                     "\n " + object + "\n",
		"thoughts":                   "<think>\nThe user {wants} a translation.\n</think>\n\n" + object,
		"thoughts without beginning": "They want {\"a\":1}.\n</think>\n" + object,
		"a code block":               "```json\n" + object + "\n```",
		"thoughts and a code block":  "<think></think>```\n" + object + "```",
	} {
		t.Run(name, func(t *testing.T) {
			if got, err := one(t, start(t, newServer(says(content))), english("ko", crownText)); err != nil || got.Text != crown {
				t.Errorf("got %+v, %v", got, err)
			}
		})
	}
}

// changed is a valid answer with one piece replaced.
func changed(old, replacement string) string {
	valid := `{"translation":"` + crown + `","complaint_reasons":["is late"],"complaint":true,"complaint_category":"delay","complaint_confidence":0.9,` +
		`"sentiment":"negative","score":-0.5,"confidence":0.8}`
	return strings.Replace(valid, old, replacement, 1)
}

func TestAnswersThatAreNotTaken(t *testing.T) {
	for name, content := range map[string]string{
		"nothing":                    "",
		"null":                       "null",
		"a text":                     "늦어지고 있습니다.",
		"an array":                   "[" + changed("", "") + "]",
		"two objects":                changed("", "") + changed("", ""),
		"cut":                        changed("", "")[:100],
		"an unknown field":           changed(`{`, `{"note":"x",`),
		"a field twice":              changed(`{`, `{"score":0,`),
		"a field in capitals":        changed(`"score"`, `"Score"`),
		"no translation":             changed(`"translation":"`+crown+`",`, ``),
		"a translation of null":      changed(`"`+crown+`"`, `null`),
		"a translation of numbers":   changed(`"`+crown+`"`, `26`),
		"no reasons":                 changed(`"complaint_reasons":["is late"],`, ``),
		"reasons of null":            changed(`["is late"]`, `null`),
		"one reason":                 changed(`["is late"]`, `"is late"`),
		"no complaint":               changed(`"complaint":true,`, ``),
		"a complaint in quotes":      changed(`true`, `"true"`),
		"no category":                changed(`"complaint_category":"delay",`, ``),
		"an unknown category":        changed(`"delay"`, `"lateness"`),
		"an empty category":          changed(`"delay"`, `""`),
		"a complaint without cause":  changed(`"delay"`, `"none"`),
		"a cause without complaint":  changed(`true`, `false`),
		"no complaint's confidence":  changed(`"complaint_confidence":0.9,`, ``),
		"complaint's confidence > 1": changed(`0.9`, `90`),
		"an unknown sentiment":       changed(`"negative"`, `"angry"`),
		"no score":                   changed(`"score":-0.5,`, ``),
		"a score below -1":           changed(`-0.5`, `-1.01`),
		"a score that contradicts":   changed(`-0.5`, `0.5`),
		"a confidence below 0":       changed(`0.8`, `-0.1`),
		"no confidence":              changed(`,"confidence":0.8`, ``),
		"an empty translation":       changed(crown, ` `),
		"the text as it is":          changed(crown, crownText),
		"another script":             changed(crown, "La corona de ⟦1⟧, diente 26, color A2, llega tarde. upper_jaw.stl."),
		"too short":                  changed(crown, "⟦1⟧ 늦음"),
		"too long":                   changed(crown, crown+strings.Repeat("늦어지고 있습니다. ", 40)),
		"a placeholder lost":         changed(`⟦1⟧ 환자분`, `환자분`),
		"a placeholder invented":     changed(`환자분`, `⟦2⟧ 환자분`),
		"a control character":        changed(`환자분`, `환자분\u0000`),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := one(t, start(t, newServer(says(content))), english("ko", crownText))
			expectFailure(t, err, domain.ProviderError{Permanent: true})
		})
	}
	if got, err := one(t, start(t, newServer(says(changed("", "")))), english("ko", crownText)); err != nil || got.Text != crown {
		t.Errorf("the answer that the others differ from: %+v, %v", got, err)
	}
}

func TestNamesAndNumbersMayStay(t *testing.T) {
	if got, err := one(t, start(t, newServer(translates("VITA A2, 35 Ncm"))), english("ko", "VITA A2, 35 Ncm")); err != nil || got.Text == "" {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestReasonsAreWordsOfTheMessageAndFiveAtMost(t *testing.T) {
	text := "늦었고, 깨졌고, 색이 다르고, 안 맞고, 비싸고, 답이 없습니다."
	client := start(t, newServer(says(`{"complaint_reasons":["늦었고","늦었고",""," 깨졌고","late","색이 다르고","안 맞고","비싸고","답이 없습니다"],`+
		`"complaint":true,"complaint_category":"other","complaint_confidence":1,"sentiment":"negative","score":-1,"confidence":1}`)))
	got, err := client.Analyse(t.Context(), []domain.AnalyseText{{Text: text, Language: "ko"}})
	want := []domain.Analysis{{
		Emotion: domain.Emotion{Sentiment: domain.SentimentNegative, Score: -1, Confidence: 1},
		Complaint: domain.Complaint{Detected: true, Category: domain.CategoryOther, Confidence: 1,
			Reasons: []string{"늦었고", "깨졌고", "색이 다르고", "안 맞고", "비싸고"}},
	}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
}
