package handlers_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dentalk/domain"
	"dentalk/handlers"
)

// glossary is a world with two embedded terms and an operator.
type glossary struct {
	*world
	api   *handlers.API
	token string
}

func newGlossary(t *testing.T) glossary {
	t.Helper()
	w := newWorld(t)
	api := w.instance(func(c *handlers.Config) {
		c.Glossary.Base = []domain.GlossaryTerm{
			{Term: "bridge", Translations: map[string]string{"ko": "브릿지", "es": "puente"}, Category: "restoration"},
			{Term: "shade", Translations: map[string]string{"ko": "쉐이드"}, Synonyms: map[string][]string{"en": {"colour"}}, Category: "color"},
		}
	})
	w.user("operator", domain.RoleOperator, "")
	return glossary{world: w, api: api, token: w.token(api, "operator")}
}

func (g glossary) ask(method, path, body string) *httptest.ResponseRecorder {
	g.Helper()
	return g.call(g.api, method, "/v1/ops/glossary"+path, g.token, body)
}

func (g glossary) list(query string) (page handlers.GlossaryPage) {
	g.Helper()
	g.decode(g.ask(http.MethodGet, query, ""), http.StatusOK, &page)
	return page
}

// terms lists what a query finds.
func (g glossary) terms(query string) []string {
	g.Helper()
	terms := []string{}
	for _, term := range g.list(query).Items {
		terms = append(terms, term.Term)
	}
	return terms
}

func TestAnOperatorKeepsTerms(t *testing.T) {
	g := newGlossary(t)
	path := "/v1/ops/glossary/occlusal%20contact"
	body := `{"translations":{"ko":"교합 접촉","es":"contacto oclusal"},"synonyms":{"en":["bite contact"]},"category":"fit_occlusion"}`
	want := handlers.GlossaryTerm{
		Term: "occlusal contact", Translations: map[string]string{"ko": "교합 접촉", "es": "contacto oclusal"},
		Synonyms: map[string][]string{"en": {"bite contact"}}, Category: "fit_occlusion",
	}
	var got handlers.GlossaryTerm
	answer := g.call(g.api, http.MethodPut, path, g.token, body)
	if g.decode(answer, http.StatusCreated, &got); !cmp.Equal(got, want) || answer.Header().Get("Location") != path {
		t.Errorf("made: %+v at %s", got, answer.Header().Get("Location"))
	}
	if g.decode(g.call(g.api, http.MethodPut, path, g.token, body), http.StatusOK, &got); !cmp.Equal(got, want) {
		t.Errorf("the same again: %+v", got)
	}
	if version := g.list("").Version; version != 1 {
		t.Errorf("the same again makes version %d", version)
	}
	if g.decode(g.ask(http.MethodGet, "/OCCLUSAL%20contact", ""), http.StatusOK, &got); !cmp.Equal(got, want) {
		t.Errorf("read in another case: %+v", got)
	}
	var replaced handlers.GlossaryTerm
	g.decode(g.ask(http.MethodPut, "/bridge", `{"translations":{"ko":"브리지"}}`), http.StatusOK, &replaced)
	if diff := cmp.Diff(handlers.GlossaryTerm{Term: "bridge", Translations: map[string]string{"ko": "브리지"}, Synonyms: map[string][]string{}}, replaced); diff != "" {
		t.Errorf("an embedded term replaced (-want +got):\n%s", diff)
	}
	if answer := g.ask(http.MethodDelete, "/shade", ""); answer.Code != http.StatusNoContent || answer.Body.Len() != 0 {
		t.Errorf("removed: %d %s", answer.Code, answer.Body)
	}
	for _, method := range []string{http.MethodGet, http.MethodDelete} {
		g.refused(g.ask(method, "/shade", ""), http.StatusNotFound, "term_not_found")
	}
	if diff := cmp.Diff([]string{"bridge", "occlusal contact"}, g.terms("")); diff != "" {
		t.Errorf("the list (-want +got):\n%s", diff)
	}
}

func TestTermsWithSignsThatPathsKnow(t *testing.T) {
	g := newGlossary(t)
	for _, term := range []string{"inlay/onlay", "CAD+CAM", "CAD+CAM/CNC", "50 % glaze", "what?", "no. #3", "é"} {
		path := "/" + url.PathEscape(term)
		var got handlers.GlossaryTerm
		answer := g.ask(http.MethodPut, path, `{"translations":{"ko":"`+term+` ko"}}`)
		if g.decode(answer, http.StatusCreated, &got); got.Term != term || answer.Header().Get("Location") != "/v1/ops/glossary"+path {
			t.Errorf("%s became %s at %s", term, got.Term, answer.Header().Get("Location"))
		}
		g.decode(g.ask(http.MethodGet, path, ""), http.StatusOK, &got)
		if answer := g.ask(http.MethodDelete, path, ""); answer.Code != http.StatusNoContent {
			t.Errorf("%s is not removed: %d", term, answer.Code)
		}
	}
}

func TestTheGlossaryIsSearchedAndPaged(t *testing.T) {
	g := newGlossary(t)
	for _, term := range []string{"Abutment", "exporter", "version", "v", "import"} {
		g.decode(g.ask(http.MethodPut, "/"+term, `{"translations":{"ko":"`+term+` ko"},"category":"x"}`), http.StatusCreated, new(any))
		g.decode(g.ask(http.MethodGet, "/"+term, ""), http.StatusOK, new(any)) // routes beside import, export and versions
	}
	for query, want := range map[string][]string{
		"":                      {"Abutment", "bridge", "exporter", "import", "shade", "v", "version"},
		"?q=puen":               {"bridge"},
		"?q=COLOUR":             {"shade"},
		"?q=ver&category=x":     {"version"},
		"?category=restoration": {"bridge"},
		"?category=nothing":     {},
		"?q=nothing&category=x": {},
		"?limit=200&cursor=&q=": {"Abutment", "bridge", "exporter", "import", "shade", "v", "version"},
		"?q=%EC%89%90%EC%9D%B4": {"shade"},
	} {
		if diff := cmp.Diff(want, g.terms(query)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", query, diff)
		}
	}
	all := []string{}
	query := "?limit=2"
	for pages := 0; query != ""; pages++ {
		if pages > 4 {
			t.Fatal("the list does not end")
		}
		page := g.list(query)
		for _, term := range page.Items {
			all = append(all, term.Term)
		}
		query = ""
		if page.Next != nil {
			query = "?limit=2&cursor=" + url.QueryEscape(*page.Next)
		}
	}
	if diff := cmp.Diff(g.terms(""), all); diff != "" {
		t.Errorf("pages (-whole +pages):\n%s", diff)
	}
}

func TestTermsThatBreakARule(t *testing.T) {
	g := newGlossary(t)
	for _, test := range []struct {
		path, body string
		field      string
	}{
		{"/x", `{}`, "translations"},
		{"/x", `{"translations":{"ko":""}}`, "translations.ko"},
		{"/x", `{"translations":{"en":"x"}}`, "translations.en"},
		{"/x", `{"translations":{"ko":"x"},"synonyms":{"ko":["a","b|c"]}}`, "synonyms.ko[1]"},
		{"/x", `{"translations":{"ko":"x"},"synonyms":{"ko":"a"}}`, "synonyms.ko"},
		{"/x", `{"translations":{"ko":"x"},"term":"y"}`, "term"},
		{"/x%7Cy", `{"translations":{"ko":"x"}}`, "term"},
		{"/" + strings.Repeat("x", 201), `{"translations":{"ko":"x"}}`, "term"},
	} {
		fields := g.refused(g.ask(http.MethodPut, test.path, test.body), http.StatusBadRequest, "validation_failed")
		if diff := cmp.Diff([]string{test.field}, fields); diff != "" {
			t.Errorf("%.20s %s (-want +got):\n%s", test.path, test.body, diff)
		}
	}
	g.refused(g.ask(http.MethodPut, "/x/y", `{"translations":{"ko":"x"}}`), http.StatusNotFound, "route_not_found")
	g.refused(g.ask(http.MethodPut, "/", `{"translations":{"ko":"x"}}`), http.StatusNotFound, "route_not_found")
	for _, query := range []string{"?limit=0", "?limit=201", "?cursor=x", "?query=x", "/versions?cursor=x", "/versions?q=x", "/export?q=x", "/shade?q=x"} {
		g.refused(g.ask(http.MethodGet, query, ""), http.StatusBadRequest, "validation_failed")
	}
}
