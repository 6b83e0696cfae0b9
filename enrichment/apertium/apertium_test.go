package apertium_test

import (
	"io"
	"net/http"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dentalk/domain"
	"dentalk/enrichment/apertium"
)

func TestRequestIsAFormAndPairsAreListedOnce(t *testing.T) {
	fake := &server{status: http.StatusOK, body: late}
	translator := start(t, fake)
	for range 2 {
		answers, err := translator.Translate(t.Context(), english("The crown & bridge are late."))
		if diff := cmp.Diff([]domain.Translation{{Text: "La corona es tarde."}}, answers); diff != "" || err != nil {
			t.Fatal(diff, err)
		}
	}
	one := "POST /translate application/x-www-form-urlencoded " +
		"format=txt&langpair=eng%7Cspa&markUnknown=no&q=The+crown+%26+bridge+are+late."
	if diff := cmp.Diff([]string{"GET /listPairs", one, one}, fake.asked()); diff != "" {
		t.Error(diff)
	}
}

func TestUnknownPairHasNoTranslation(t *testing.T) {
	fake := &server{status: http.StatusBadRequest,
		body: `{"status": "error", "code": 400, "message": "Bad Request", "explanation": "That pair is not installed"}`}
	translator := start(t, fake)
	for _, target := range []string{"ko", "es", "", "no language"} {
		request := english("The crown is late.")
		request.Target = target
		answers, err := translator.Translate(t.Context(), request)
		if diff := cmp.Diff(make([]domain.Translation, 1), answers); diff != "" || err != nil {
			t.Errorf("%s: %s, %v", target, diff, err)
		}
	}
	if asked := fake.asked(); len(asked) != 2 {
		t.Errorf("asked %q", asked)
	}
}

func TestTwoRequestsAtOnceAtMost(t *testing.T) {
	var mu sync.Mutex
	var now, most int
	translator := start(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/listPairs" {
			_, _ = io.WriteString(w, pairs)
			return
		}
		mu.Lock()
		now++
		most = max(most, now)
		mu.Unlock()
		defer func() {
			mu.Lock()
			now--
			mu.Unlock()
		}()
		_, _ = io.WriteString(w, late)
	}))
	texts := slices.Repeat([]string{"The crown is late."}, 20)
	answers, err := translator.Translate(t.Context(), english(texts...))
	if err != nil || len(answers) != len(texts) {
		t.Fatalf("got %d, %v", len(answers), err)
	}
	if most > 2 {
		t.Errorf("%d requests at once", most)
	}
}

func TestAddressIsChecked(t *testing.T) {
	if _, err := apertium.New(apertium.Config{URL: "localhost:2737"}); err == nil {
		t.Error("an address without http was taken")
	}
}
