package handlers_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dentalk/domain"
)

func TestCorrectionsThatBreakARule(t *testing.T) {
	w := newCorrections(t, ofTheMachine())
	long := strings.Repeat("가", domain.MaxTranslation)
	for body, fields := range map[string][]string{
		`{}`:                                                {"body"},
		`{"translations":{}}`:                               {"body"},
		`{"emotion":null}`:                                  {"body"},
		`{"translations":{"ko":"  "}}`:                      {"translations.ko"},
		`{"translations":{"ko":null}}`:                      {"translations.ko"},
		`{"translations":{"ko":1}}`:                         {"translations.ko"},
		`{"translations":{"en":"x"}}`:                       {"translations.en"}, // the message's own
		`{"translations":{"ko-KR":"x"}}`:                    {"translations.ko-KR"},
		`{"translations":{"KO":"x"}}`:                       {"translations.KO"},
		`{"translations":{"kor":"x"}}`:                      {"translations.kor"},
		`{"translations":{"qq":"x"}}`:                       {"translations.qq"},
		`{"translations":{"und":"x"}}`:                      {"translations.und"},
		`{"translations":{"":"x"}}`:                         {"translations."},
		`{"translations":{"ko":"` + long + `x"}}`:           {"translations.ko"},
		`{"emotion":{}}`:                                    {"emotion.sentiment"},
		`{"emotion":{"sentiment":"sad"}}`:                   {"emotion.sentiment"},
		`{"emotion":{"sentiment":"neutral","score":1}}`:     {"emotion.score"},
		`{"complaint":{}}`:                                  {"complaint.detected"},
		`{"complaint":{"category":"fit"}}`:                  {"complaint.detected"},
		`{"complaint":{"detected":true}}`:                   {"complaint.category"},
		`{"complaint":{"detected":true,"category":"mood"}}`: {"complaint.category"},
		`{"complaint":{"detected":false,"category":"fit"}}`: {"complaint.category"},
		`{"complaint":{"detected":"yes"}}`:                  {"complaint.detected"},
		`{"translations":{"es":"","ko":""},"emotion":{"sentiment":""},"complaint":{}}`: {"translations.es", "translations.ko", "emotion.sentiment", "complaint.detected"},
		`{"teeth":[]}`: {"teeth"},
	} {
		answer := w.call(w.api, http.MethodPatch, w.path+"/enrichment", w.token, body)
		if diff := cmp.Diff(fields, w.refused(answer, http.StatusBadRequest, "validation_failed")); diff != "" {
			t.Errorf("%.80s (-want +got):\n%s", body, diff)
		}
	}
	w.correct(`{"translations":{"ko":"` + long + `"}}`)
	if len(w.versions().Corrections) != 1 {
		t.Error("a refused correction was kept")
	}
}

func TestCorrectionsOfAMessageAreBounded(t *testing.T) {
	w := newCorrections(t, ofTheMachine())
	for range domain.MaxCorrections {
		w.correct(`{"emotion":{"sentiment":"negative"}}`)
	}
	answer := w.call(w.api, http.MethodPatch, w.path+"/enrichment", w.token, `{"emotion":{"sentiment":"neutral"}}`)
	w.refused(answer, http.StatusConflict, "too_many_corrections")
}
