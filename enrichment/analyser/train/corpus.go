package main

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"

	"dentalk/domain"
	"dentalk/enrichment/analyser/internal/model"
)

// label is what a message was labelled as; category is empty unless it is a complaint.
type label struct {
	sentiment domain.Sentiment
	complaint bool
	category  domain.ComplaintCategory
}

// message is one row of the corpus.
type message struct {
	id, language, text string
	label
}

// isWritten tells whether the message was written by itself, not made from a template.
func (m message) isWritten() bool { return strings.Contains(m.id, "-"+writtenMark) }

const header = "id\tlang\ttext\tsentiment\tcomplaint\tcomplaint_category\n"

// parseLabel reads the fields sentiment, complaint and, for a complaint, category.
func parseLabel(fields []string) (label, error) {
	if len(fields) < 2 || fields[1] != "0" && fields[1] != "1" {
		return label{}, fmt.Errorf("labels %q: want a sentiment and 0 or 1", fields)
	}
	sentiments, categories := model.Sentiments(), model.Categories()
	l := label{sentiment: domain.Sentiment(fields[0]), complaint: fields[1] == "1"}
	if !slices.Contains(sentiments[:], l.sentiment) {
		return label{}, fmt.Errorf("sentiment %q is not known", l.sentiment)
	}
	if !l.complaint {
		return l, nil
	}
	if len(fields) > 2 {
		l.category = domain.ComplaintCategory(fields[2])
	}
	if !slices.Contains(categories[:], l.category) {
		return label{}, fmt.Errorf("category %q is not known", l.category)
	}
	return l, nil
}

// readCorpus reads a file of labelled messages and gives its bytes, too, for the hash.
func readCorpus(path string) ([]message, []byte, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, nil, err
	}
	rows, found := bytes.CutPrefix(data, []byte(header))
	if !found {
		return nil, nil, fmt.Errorf("%s does not begin with the line %q", path, header)
	}
	var messages []message
	for line := range strings.Lines(string(rows)) {
		fields := strings.Split(strings.TrimRight(line, "\n"), "\t")
		if len(fields) < 5 {
			return nil, nil, fmt.Errorf("%s: %q: too few columns", path, line)
		}
		l, err := parseLabel(fields[3:])
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %s: %w", path, fields[0], err)
		}
		messages = append(messages, message{fields[0], fields[1], fields[2], l})
	}
	return messages, data, nil
}

func writeCorpus(path string, messages []message) error {
	var file bytes.Buffer
	file.WriteString(header)
	for _, m := range messages {
		complaint := 0
		if m.complaint {
			complaint = 1
		}
		fmt.Fprintf(&file, "%s\t%s\t%s\t%s\t%d\t%s\n", m.id, m.language, m.text, m.sentiment, complaint, m.category)
	}
	return os.WriteFile(path, file.Bytes(), 0o644)
}
