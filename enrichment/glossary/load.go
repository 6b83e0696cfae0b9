package glossary

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

//go:embed glossary.tsv
var terms string

//go:embed everyday.txt
var everyday string

const header = "term_en\tterm_ko\tsynonyms_en\tsynonyms_ko\tcategory"

// entry is a row of the glossary.
type entry struct {
	english, korean                 string
	englishSynonyms, koreanSynonyms []string
	category                        string
}

// parse reads the rows of a glossary as it is embedded. An error names the line.
func parse(table string) ([]entry, error) {
	lines := strings.Split(strings.TrimSuffix(table, "\n"), "\n")
	if lines[0] != header {
		return nil, fmt.Errorf("glossary: line 1: the header is %q, want %q", lines[0], header)
	}
	var entries []entry
	seen := map[string]int{}
	for i, line := range lines[1:] {
		number := i + 2
		row, err := parseRow(line)
		if err != nil {
			return nil, fmt.Errorf("glossary: line %d: %w", number, err)
		}
		key := strings.ToLower(row.english)
		if first, twice := seen[key]; twice {
			return nil, fmt.Errorf("glossary: line %d: term %q is in line %d already", number, row.english, first)
		}
		seen[key] = number
		entries = append(entries, row)
	}
	return entries, nil
}

func parseRow(line string) (entry, error) {
	if !utf8.ValidString(line) {
		return entry{}, fmt.Errorf("is not UTF-8")
	}
	columns := strings.Split(line, "\t")
	if len(columns) != 5 {
		return entry{}, fmt.Errorf("has %d columns, want 5", len(columns))
	}
	row := entry{
		english: columns[0], korean: columns[1],
		englishSynonyms: synonyms(columns[2]), koreanSynonyms: synonyms(columns[3]),
		category: columns[4],
	}
	required := slices.Concat([]string{row.english, row.korean, row.category}, row.englishSynonyms, row.koreanSynonyms)
	for _, value := range required {
		if value == "" {
			return entry{}, fmt.Errorf("a term, a synonym or the category is empty")
		}
		if value != strings.TrimSpace(value) {
			return entry{}, fmt.Errorf("%q begins or ends with a space", value)
		}
	}
	return row, nil
}

func synonyms(column string) []string {
	if column == "" {
		return nil
	}
	return strings.Split(column, "|")
}

// phrases are the lines that are neither empty nor a comment.
func phrases(list string) []string {
	var found []string
	for line := range strings.Lines(list) {
		line = strings.TrimSpace(line)
		if line != "" && !strings.HasPrefix(line, "#") {
			found = append(found, line)
		}
	}
	return found
}
