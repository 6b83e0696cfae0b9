package enrichment_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dentalk/domain"
	"dentalk/enrichment"
	"dentalk/repository/volatilestore"
)

// cacheProbe counts the reads of a cache, and fails when it is told to.
type cacheProbe struct {
	domain.Cache
	reads  int
	broken bool
}

func (c *cacheProbe) CacheGet(ctx context.Context, keys ...string) (map[string][]byte, error) {
	c.reads++
	if c.broken {
		return nil, errOutage
	}
	return c.Cache.CacheGet(ctx, keys...)
}

func (c *cacheProbe) CacheSet(ctx context.Context, life time.Duration, values map[string][]byte) error {
	if c.broken {
		return errOutage
	}
	return c.Cache.CacheSet(ctx, life, values)
}

func newCacheProbe() *cacheProbe { return &cacheProbe{Cache: volatilestore.NewMemory(time.Now)} }

// ask translates to Korean and gives the texts of the answers.
func ask(t *testing.T, translator domain.Translator, texts ...string) []string {
	t.Helper()
	answers, err := translator.Translate(t.Context(), domain.TranslateRequest{Source: "en", Target: "ko", Texts: texts})
	if err != nil {
		t.Fatal(err)
	}
	given := make([]string, len(answers))
	for i, answer := range answers {
		given[i] = answer.Text
	}
	return given
}

func askedTexts(by *translator) (texts [][]string) {
	for _, call := range by.received() {
		texts = append(texts, call.texts)
	}
	return texts
}

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func TestCachedAsksOnlyForWhatIsMissing(t *testing.T) {
	var inner translator
	cache := newCacheProbe()
	cached := enrichment.NewCached(&inner, cache, "1", time.Hour, enrichment.NewMetrics(nil))
	same(t, "answers", ask(t, cached, "b", "d"), []string{"ko:b", "ko:d"})
	same(t, "answers", ask(t, cached, "a", "b", "c", "a", "d", "c"), []string{"ko:a", "ko:b", "ko:c", "ko:a", "ko:d", "ko:c"})
	same(t, "answers", ask(t, cached, "c", "a"), []string{"ko:c", "ko:a"})
	same(t, "asked", askedTexts(&inner), [][]string{{"b", "d"}, {"a", "c"}})
	same(t, "reads of the cache", cache.reads, 3)
	same(t, "name", cached.Name(), inner.Name())
}

func TestCachedKeepsTheAnalysisOfTheSameAnswer(t *testing.T) {
	said := &domain.Analysis{Emotion: emotion, Complaint: complaint}
	inner := translator{change: func(_ string, given *domain.Translation) { given.Analysis = said }}
	cached := enrichment.NewCached(&inner, newCacheProbe(), "1", time.Hour, enrichment.NewMetrics(nil))
	for range 2 {
		answers, err := cached.Translate(t.Context(), domain.TranslateRequest{Source: "en", Target: "ko", Texts: []string{"late"}})
		if err != nil {
			t.Fatal(err)
		}
		same(t, "answers", answers, []domain.Translation{{Text: "ko:late", Analysis: said}})
	}
	same(t, "calls", len(inner.received()), 1)
}

func TestCachedAsksAnewForWhatIsToBeFresh(t *testing.T) {
	var inner translator
	cached := enrichment.NewCached(&inner, newCacheProbe(), "1", time.Hour, enrichment.NewMetrics(nil))
	for _, fresh := range []bool{false, true, false} {
		request := domain.TranslateRequest{Source: "en", Target: "ko", Texts: []string{"late"}, Fresh: fresh}
		if _, err := cached.Translate(t.Context(), request); err != nil {
			t.Fatal(err)
		}
	}
	same(t, "calls", len(inner.received()), 2)
}

func TestCachedTellsGlossariesApart(t *testing.T) {
	var inner translator
	cached := enrichment.NewCached(&inner, newCacheProbe(), "1", time.Hour, enrichment.NewMetrics(nil))
	for _, version := range []string{"1", "2", "1"} {
		request := domain.TranslateRequest{Source: "en", Target: "ko", Texts: []string{"crown"}, Dictionary: &domain.Dictionary{Version: version}}
		if _, err := cached.Translate(t.Context(), request); err != nil {
			t.Fatal(err)
		}
	}
	same(t, "calls: a changed glossary asks anew", len(inner.received()), 2)
}

func TestCachedTellsApartWhatAnswersDependOn(t *testing.T) {
	var inner translator
	cache := newCacheProbe()
	for _, one := range []struct{ version, source, target, text string }{
		{"1", "en", "ko", "text"}, {"2", "en", "ko", "text"}, {"1", "es", "ko", "text"}, {"1", "en", "es", "text"},
		{"1", "en", "ko", "texts"}, {"1", "enk", "o", "text"}, {"1e", "n", "ko", "text"},
	} {
		request := domain.TranslateRequest{Source: one.source, Target: one.target, Texts: []string{one.text}}
		if _, err := enrichment.NewCached(&inner, cache, one.version, time.Hour, enrichment.NewMetrics(nil)).Translate(t.Context(), request); err != nil {
			t.Fatal(err)
		}
	}
	same(t, "calls", len(inner.received()), 7)
}

func TestCachedNeverKeepsErrors(t *testing.T) {
	failed := true
	inner := translator{change: func(text string, given *domain.Translation) {
		if failed && text == "bad" {
			given.Err = errOutage
		}
		if failed && text == "broken" {
			given.Text = "\xff"
		}
	}}
	inner.behaviour = failing(1, errOutage)
	cached := enrichment.NewCached(&inner, newCacheProbe(), "1", time.Hour, enrichment.NewMetrics(nil))
	if _, err := cached.Translate(t.Context(), domain.TranslateRequest{Texts: []string{"good"}}); !errors.Is(err, errOutage) {
		t.Fatalf("got error %v, want that of the inner one", err)
	}
	answers, err := cached.Translate(t.Context(), domain.TranslateRequest{Target: "ko", Texts: []string{"good", "bad", "broken"}})
	if err != nil || !errors.Is(answers[1].Err, errOutage) || answers[0].Text != "ko:good" {
		t.Fatalf("got %v, error %v", answers, err)
	}
	failed = false
	answers, err = cached.Translate(t.Context(), domain.TranslateRequest{Target: "ko", Texts: []string{"good", "bad", "broken"}})
	if err != nil {
		t.Fatal(err)
	}
	same(t, "answers", answers, []domain.Translation{{Text: "ko:good"}, {Text: "ko:bad"}, {Text: "ko:broken"}})
	same(t, "asked", askedTexts(&inner), [][]string{{"good"}, {"good", "bad", "broken"}, {"bad", "broken"}})
}

func TestCachedGoesOnWithoutACache(t *testing.T) {
	var inner translator
	cache := newCacheProbe()
	cache.broken = true
	cached := enrichment.NewCached(&inner, cache, "1", time.Hour, enrichment.NewMetrics(nil))
	for range 2 {
		same(t, "answers", ask(t, cached, "a", "b"), []string{"ko:a", "ko:b"})
	}
	same(t, "calls", len(inner.received()), 2)
}

func TestCachedIgnoresValuesThatItCannotRead(t *testing.T) {
	var inner translator
	cache := newCacheProbe()
	cache.Cache = garbage{cache.Cache}
	cached := enrichment.NewCached(&inner, cache, "1", time.Hour, enrichment.NewMetrics(nil))
	same(t, "answers", ask(t, cached, "a"), []string{"ko:a"})
}

// garbage has something that is no JSON for each key.
type garbage struct{ domain.Cache }

func (garbage) CacheGet(_ context.Context, keys ...string) (map[string][]byte, error) {
	found := make(map[string][]byte)
	for _, key := range keys {
		found[key] = []byte("{")
	}
	return found, nil
}

// tooFew gives one answer too few.
type tooFew struct{ translator }

func (s *tooFew) Translate(ctx context.Context, request domain.TranslateRequest) ([]domain.Translation, error) {
	answers, err := s.translator.Translate(ctx, request)
	return answers[1:], err
}

func TestCachedRefusesTooFewAnswers(t *testing.T) {
	cached := enrichment.NewCached(&tooFew{}, newCacheProbe(), "1", time.Hour, enrichment.NewMetrics(nil))
	if _, err := cached.Translate(t.Context(), domain.TranslateRequest{Texts: []string{"a", "b"}}); err == nil {
		t.Error("an answer too few is no error")
	}
}
