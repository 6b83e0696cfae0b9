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

const tsv = "text/tab-separated-values"

func TestTheGlossaryGoesOutAndComesInAsAFile(t *testing.T) {
	g := newGlossary(t)
	answer := g.ask(http.MethodGet, "/export", "")
	file := answer.Body.String()
	want := "term_en\tterm_ko\tterm_es\tsynonyms_en\tsynonyms_ko\tsynonyms_es\tcategory\n" +
		"bridge\t브릿지\tpuente\t\t\t\trestoration\nshade\t쉐이드\t\tcolour\t\t\tcolor\n"
	if answer.Code != http.StatusOK || file != want {
		t.Errorf("exported %d %s", answer.Code, file)
	}
	if kind := answer.Header().Get("Content-Type"); kind != tsv+"; charset=utf-8" || answer.Header().Get("Content-Disposition") != `attachment; filename="glossary.tsv"` {
		t.Errorf("exported as %v", answer.Header())
	}
	for _, test := range []struct {
		kind, file string
		want       handlers.GlossaryImport
	}{
		{tsv, file, handlers.GlossaryImport{Unchanged: 2}},
		{tsv + "; charset=utf-8", file + "crown\t크라운\tcorona\t\t\t\trestoration\n", handlers.GlossaryImport{Added: 1, Unchanged: 2, Version: 1}},
		{"text/plain", "\ufeffcategory\tterm_en\tterm_ko\r\ncolor\tshade\t색조\r\nx\tpost\t포스트\r\n", handlers.GlossaryImport{Added: 1, Changed: 1, Version: 2}},
		{"", "term_en\tterm_ko\npost\t포스트\n", handlers.GlossaryImport{Changed: 1, Version: 3}},
	} {
		var got handlers.GlossaryImport
		g.decode(g.send(g.api, http.MethodPost, "/v1/ops/glossary/import", g.token, test.kind, test.file), http.StatusOK, &got)
		if test.kind != "" && got != test.want {
			t.Errorf("imported %q: got %+v, want %+v", test.file, got, test.want)
		}
	}
	if diff := cmp.Diff([]string{"bridge", "crown", "post", "shade"}, g.terms("")); diff != "" {
		t.Errorf("afterwards (-want +got):\n%s", diff)
	}
}

func TestFilesThatAreNoGlossary(t *testing.T) {
	g := newGlossary(t)
	send := func(kind, file string) *httptest.ResponseRecorder {
		return g.send(g.api, http.MethodPost, "/v1/ops/glossary/import", g.token, kind, file)
	}
	bad := "term_en\tterm_ko\ncrown\t크라운\nx|y\t둘\nCrown\t셋\nlonely\n"
	want := []string{"line 3, column term_en", "line 4, column term_en", "line 5"}
	if diff := cmp.Diff(want, g.refused(send(tsv, bad), http.StatusBadRequest, "validation_failed")); diff != "" {
		t.Errorf("the problems (-want +got):\n%s", diff)
	}
	g.refused(send(tsv, "\xff"), http.StatusBadRequest, "validation_failed")
	g.refused(send(tsv, ""), http.StatusBadRequest, "validation_failed")
	g.refused(send("application/json", "{}"), http.StatusUnsupportedMediaType, "unsupported_media_type")
	g.refused(send(tsv, strings.Repeat("x", domain.MaxGlossaryBytes+1)), http.StatusRequestEntityTooLarge, "body_too_large")
	if page := g.list(""); page.Version != 0 || len(page.Items) != 2 {
		t.Errorf("a refused file changed the glossary: %+v", page)
	}
}

func TestTheVersionsTellWhoChangedWhat(t *testing.T) {
	g := newGlossary(t)
	for _, term := range []string{"one", "two", "three"} {
		g.decode(g.ask(http.MethodPut, "/"+term, `{"translations":{"ko":"`+term+` ko"}}`), http.StatusCreated, new(any))
	}
	g.ask(http.MethodDelete, "/bridge", "")
	var first, second handlers.Page[handlers.GlossaryVersion]
	g.decode(g.ask(http.MethodGet, "/versions?limit=3", ""), http.StatusOK, &first)
	if first.Next == nil {
		t.Fatalf("no second page: %+v", first)
	}
	g.decode(g.ask(http.MethodGet, "/versions?limit=3&cursor="+url.QueryEscape(*first.Next), ""), http.StatusOK, &second)
	got := append(first.Items, second.Items...)
	if len(got) != 4 || second.Next != nil {
		t.Fatalf("got %+v", got)
	}
	by := handlers.GlossaryVersion{At: "2026-03-14T09:26:53.589Z", UserID: got[0].UserID, UserName: "operator"}
	set, removed := by, by
	set.Version, set.Removed = 1, []string{}
	set.Set = []handlers.GlossaryTerm{{Term: "one", Translations: map[string]string{"ko": "one ko"}, Synonyms: map[string][]string{}}}
	removed.Version, removed.Set, removed.Removed = 4, []handlers.GlossaryTerm{}, []string{"bridge"}
	if diff := cmp.Diff([]handlers.GlossaryVersion{set, removed}, []handlers.GlossaryVersion{got[0], got[3]}); diff != "" {
		t.Errorf("the versions (-want +got):\n%s", diff)
	}
	g.refused(g.ask(http.MethodGet, "?cursor="+*first.Next, ""), http.StatusBadRequest, "validation_failed")
}
