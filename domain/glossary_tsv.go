package domain

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// A glossary as text has a line for each term and columns, separated by tabs and named in the
// first line, in any order: term_en, which must be there; term_xx and synonyms_xx for a language
// xx; category. Synonyms are separated by |. Nothing is quoted, since no value can hold a tab or
// a line break.

// Limits of a glossary as text.
const (
	MaxGlossaryBytes  = 1 << 20
	maxGlossaryLines  = MaxGlossaryTerms + 1 // with the header
	maxGlossaryErrors = 20
)

// ParseGlossary reads a glossary from text, in the order of its lines. The error, an *Error of
// KindInvalid, names the lines and columns of the first 20 problems. Lines may end in CR LF, a
// byte order mark may stand in front, and empty lines are passed over.
func ParseGlossary(table string) ([]GlossaryTerm, error) {
	table = strings.TrimPrefix(table, "\ufeff")
	switch {
	case len(table) > MaxGlossaryBytes:
		return nil, InvalidField("glossary", "too_long", fmt.Sprintf("must have at most %d bytes", MaxGlossaryBytes))
	case !utf8.ValidString(table):
		return nil, InvalidField("glossary", "invalid", "must be UTF-8 text")
	case strings.Count(table, "\n") > maxGlossaryLines:
		return nil, InvalidField("glossary", "too_long", fmt.Sprintf("must have at most %d lines", maxGlossaryLines))
	}
	header, rows, _ := strings.Cut(table, "\n")
	parser := glossaryParser{first: map[string]int{}}
	parser.columns = parser.header(strings.TrimSuffix(header, "\r"))
	if err := parser.problems.err(); err != nil {
		return nil, err // the rows would only repeat it
	}
	number := 1
	for line := range strings.Lines(rows) {
		number++
		line = strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r")
		if line != "" && len(parser.problems.fields) < maxGlossaryErrors {
			parser.row(number, line)
		}
	}
	return parser.outcome()
}

// outcome is all of the entries, or the first problems.
func (p *glossaryParser) outcome() ([]GlossaryTerm, error) {
	if len(p.problems.fields) == 0 {
		return p.terms, nil
	}
	p.problems.fields = p.problems.fields[:min(len(p.problems.fields), maxGlossaryErrors)]
	return nil, p.problems.err()
}

type glossaryParser struct {
	columns  []glossaryColumn
	terms    []GlossaryTerm
	first    map[string]int // the line of each term, by its key
	problems validation
}

type glossaryColumn struct {
	name     string
	language string // empty for the category
	synonyms bool
}

// header reads the names of the columns.
func (p *glossaryParser) header(line string) []glossaryColumn {
	var columns []glossaryColumn
	names := map[string]bool{}
	for _, name := range strings.Split(line, "\t") {
		name = strings.ToLower(strings.TrimSpace(name))
		column, known := newGlossaryColumn(name)
		switch {
		case !known:
			p.problems.add(fmt.Sprintf("line 1, column %q", name), "unknown", "is not known; columns are term_en, term_ko and so on, synonyms_en, synonyms_ko and so on, and category")
		case names[name]:
			p.problems.add("line 1, column "+name, "duplicate", "is there twice")
		}
		names[name] = true
		columns = append(columns, column)
	}
	if !names["term_en"] {
		p.problems.add("line 1", "required", "must have the column term_en")
	}
	return columns
}

func newGlossaryColumn(name string) (glossaryColumn, bool) {
	if name == "category" {
		return glossaryColumn{name: name}, true
	}
	kind, code, _ := strings.Cut(name, "_")
	known := (kind == "term" || kind == "synonyms") && baseLanguage(code)
	return glossaryColumn{name: name, language: code, synonyms: kind == "synonyms"}, known
}

func (p *glossaryParser) row(number int, line string) {
	place := fmt.Sprintf("line %d", number)
	cells := strings.Split(line, "\t")
	if len(cells) != len(p.columns) {
		p.problems.add(place, "invalid", fmt.Sprintf("has %d columns, but the header has %d", len(cells), len(p.columns)))
		return
	}
	var v validation
	term := p.term(cells).check(&v, "")
	for _, field := range v.fields {
		p.problems.add(place+columnOf(field.Field), field.Code, field.Detail)
	}
	key := TermKey(term.Term)
	if other, twice := p.first[key]; twice && key != "" {
		p.problems.add(place+", column term_en", "duplicate", fmt.Sprintf("has the term of line %d", other))
	}
	p.first[key] = number
	p.terms = append(p.terms, term)
}

// term is the entry of a row as it is written. An empty cell says nothing.
func (p *glossaryParser) term(cells []string) GlossaryTerm {
	var term GlossaryTerm
	for i, column := range p.columns {
		cell := strings.TrimSpace(cells[i])
		switch {
		case column.language == "":
			term.Category = cell
		case cell == "":
		case column.synonyms:
			setSynonyms(&term.Synonyms, column.language, strings.Split(cell, "|"))
		case column.language == "en":
			term.Term = cell
		default:
			setText(&term.Translations, column.language, cell)
		}
	}
	return term
}

// columnOf names the column that a field of an entry is in, behind the place of its line.
func columnOf(field string) string {
	kind, code, _ := strings.Cut(field, ".")
	code, _, _ = strings.Cut(code, "[")
	switch {
	case field == "term":
		return ", column term_en"
	case kind == "translations" && code != "":
		return ", column term_" + code
	case kind == "synonyms":
		return ", column synonyms_" + code
	case field == "category":
		return ", column category"
	}
	return ""
}

// FormatGlossary writes entries that are valid, one a line in their order. It has the columns of
// English, Korean and Spanish and of what other languages there are. ParseGlossary reads it back as
// it was.
func FormatGlossary(terms []GlossaryTerm) string {
	languages := glossaryLanguages(terms)
	var names []string
	for _, code := range languages {
		names = append(names, "term_"+code)
	}
	for _, code := range languages {
		names = append(names, "synonyms_"+code)
	}
	var table strings.Builder
	table.WriteString(strings.Join(append(names, "category"), "\t") + "\n")
	for _, term := range terms {
		table.WriteString(formatTerm(term, languages) + "\n")
	}
	return table.String()
}

func formatTerm(term GlossaryTerm, languages []string) string {
	cells := []string{term.Term}
	for _, code := range languages[1:] {
		cells = append(cells, term.Translations[code])
	}
	for _, code := range languages {
		cells = append(cells, strings.Join(term.Synonyms[code], "|"))
	}
	return strings.Join(append(cells, term.Category), "\t")
}

// glossaryLanguages are English, Korean and Spanish, and then the others that the terms have.
func glossaryLanguages(terms []GlossaryTerm) []string {
	others := map[string]bool{}
	for _, term := range terms {
		for code := range term.Translations {
			others[code] = true
		}
	}
	first := []string{"en", "ko", "es"}
	for _, code := range first {
		delete(others, code)
	}
	return append(first, slices.Sorted(maps.Keys(others))...)
}
