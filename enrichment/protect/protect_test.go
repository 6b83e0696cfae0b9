package protect_test

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dentalk/enrichment/protect"
)

// sentence is a row of testdata/sentences.tsv: the two languages, a text, its correct translation,
// and the protected tokens of the text with ";" between them. testdata/translations.tsv has freer
// translations, without the tokens.
type sentence struct {
	source, target, original, translation string
	tokens                                []string
}

func sentences(t testing.TB) []sentence {
	t.Helper()
	var rows []sentence
	for _, columns := range table(t, "testdata/sentences.tsv", 5) {
		rows = append(rows, sentence{columns[0], columns[1], columns[2], columns[3], strings.Split(columns[4], ";")})
	}
	if len(rows) < 220 {
		t.Fatalf("only %d sentences", len(rows))
	}
	return rows
}

func table(t testing.TB, name string, width int) [][]string {
	t.Helper()
	file, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var rows [][]string
	for line := range strings.Lines(string(file)) {
		columns := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(columns) != width {
			t.Fatalf("%s: not %d columns: %q", name, width, line)
		}
		rows = append(rows, columns)
	}
	return rows
}

func TestFindGivesTheTokensOfTheTrade(t *testing.T) {
	for _, s := range sentences(t) {
		if diff := cmp.Diff(s.tokens, protect.Find(s.original)); diff != "" {
			t.Errorf("%q: (-want +got)\n%s", s.original, diff)
		}
	}
}

func TestCorrectTranslationsKeepEverything(t *testing.T) {
	rows := sentences(t)
	for _, columns := range table(t, "testdata/translations.tsv", 4) {
		rows = append(rows, sentence{source: columns[0], target: columns[1], original: columns[2], translation: columns[3]})
	}
	for _, s := range rows {
		if missing := protect.Missing(s.original, s.translation, s.source, s.target); missing != nil {
			t.Errorf("%q → %q: %q", s.original, s.translation, missing)
		}
		if missing := protect.Missing(s.translation, s.original, s.target, s.source); missing != nil {
			t.Errorf("%q → %q: %q", s.translation, s.original, missing)
		}
	}
}
