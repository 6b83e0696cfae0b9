package deepl

import (
	"strings"
	"unicode"

	"dentalk/domain"
)

// longestTerm of a glossary, in bytes.
const longestTerm = 1024

// tsv gives the entries as DeepL takes them, each term once; those that it would not take, and for
// whose sake it would refuse all, are left out.
func tsv(entries []domain.DictionaryEntry) string {
	var rows strings.Builder
	listed := map[string]bool{}
	for _, entry := range entries {
		source, target := strings.TrimSpace(entry.Source), strings.TrimSpace(entry.Target)
		if listed[source] || !isTerm(source) || !isTerm(target) {
			continue
		}
		listed[source] = true
		rows.WriteString(source + "\t" + target + "\n")
	}
	return strings.TrimSuffix(rows.String(), "\n")
}

func isTerm(text string) bool {
	return text != "" && len(text) <= longestTerm && !strings.ContainsFunc(text, unicode.IsControl)
}
