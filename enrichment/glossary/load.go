package glossary

import (
	_ "embed"
	"fmt"
	"strings"

	"dentalk/domain"
)

//go:embed glossary.tsv
var embedded string

//go:embed everyday.txt
var everyday string

// Embedded gives the terms that operators begin with.
func Embedded() ([]domain.GlossaryTerm, error) {
	terms, err := domain.ParseGlossary(embedded)
	if err != nil {
		return nil, fmt.Errorf("read the embedded glossary: %w", err)
	}
	return terms, nil
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
