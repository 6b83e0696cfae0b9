package domain_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dentalk/domain"
)

func korean(term, translation string) domain.GlossaryTerm {
	return domain.GlossaryTerm{Term: term, Translations: map[string]string{"ko": translation}}
}

func TestTermIsPutIntoCanonicalSpelling(t *testing.T) {
	given := domain.GlossaryTerm{
		Term: " crown ", Translations: map[string]string{"es": "corono\u0301n"}, Category: " restoration",
		Synonyms: map[string][]string{"en": {"cap", "Cap ", "CROWN"}, "es": {}},
	}
	want := domain.GlossaryTerm{
		Term: "crown", Translations: map[string]string{"es": "coronón"}, Category: "restoration",
		Synonyms: map[string][]string{"en": {"cap"}},
	}
	got, err := given.Check()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestInvalidTermNamesTheField(t *testing.T) {
	many := func(n int, what string) (list []string) {
		for i := range n {
			list = append(list, fmt.Sprintf("%s %d", what, i))
		}
		return list
	}
	tests := []struct {
		name, field, code string
		change            func(*domain.GlossaryTerm)
	}{
		{"no term", "term", "required", func(g *domain.GlossaryTerm) { g.Term = "  " }},
		{"a long term", "term", "too_long", func(g *domain.GlossaryTerm) { g.Term = strings.Repeat("가", 201) }},
		{"a tab", "term", "invalid", func(g *domain.GlossaryTerm) { g.Term = "cr\town" }},
		{"a bar", "translations.ko", "invalid", func(g *domain.GlossaryTerm) { g.Translations["ko"] = "크라운|관" }},
		{"a formula", "term", "invalid", func(g *domain.GlossaryTerm) { g.Term = "@crown" }},
		{"an empty translation", "translations.ko", "required", func(g *domain.GlossaryTerm) { g.Translations["ko"] = "" }},
		{"no translation", "translations", "required", func(g *domain.GlossaryTerm) { g.Translations = nil }},
		{"English as a translation", "translations.en", "invalid", func(g *domain.GlossaryTerm) { g.Translations["en"] = "crown" }},
		{"a region", "translations.es-MX", "invalid", func(g *domain.GlossaryTerm) { g.Translations["es-MX"] = "corona" }},
		{"no language", "translations.", "invalid", func(g *domain.GlossaryTerm) { g.Translations[""] = "corona" }},
		{"a longer code than needed", "translations.kor", "invalid", func(g *domain.GlossaryTerm) { g.Translations["kor"] = "관" }},
		{"a synonym", "synonyms.en[2]", "invalid", func(g *domain.GlossaryTerm) { g.Synonyms["en"] = []string{"a", "b", "c\nd"} }},
		{"many synonyms", "synonyms.ko", "too_many", func(g *domain.GlossaryTerm) { g.Synonyms["ko"] = many(51, "관") }},
		{"synonyms alone", "synonyms.es", "no_translation", func(g *domain.GlossaryTerm) { g.Synonyms["es"] = []string{"funda"} }},
		{"a long category", "category", "too_long", func(g *domain.GlossaryTerm) { g.Category = strings.Repeat("x", 101) }},
	}
	for _, test := range tests {
		term := korean("crown", "크라운")
		term.Synonyms = map[string][]string{}
		test.change(&term)
		_, err := term.Check()
		var invalid *domain.Error
		if !errors.As(err, &invalid) || len(invalid.Fields) != 1 {
			t.Errorf("%s: error %v, want one field", test.name, err)
			continue
		}
		if got := invalid.Fields[0]; got.Field != test.field || got.Code != test.code {
			t.Errorf("%s: %+v, want field %s with code %s", test.name, got, test.field, test.code)
		}
	}
}
