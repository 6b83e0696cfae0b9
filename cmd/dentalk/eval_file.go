package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"dentalk/domain"
)

// evalRow is one labelled message. The labels are empty when the file has none.
type evalRow struct {
	id, language, text string
	sentiment          domain.Sentiment
	isComplaint        bool
	category           domain.ComplaintCategory
}

// evalData is a file of messages; isGold tells whether they are labelled.
type evalData struct {
	rows   []evalRow
	isGold bool
}

// evalColumns are the places of the columns by their names, -1 for one that is not there.
type evalColumns struct {
	id, language, text, sentiment, complaint, category, count int
}

// readEvalFile reads a file of messages. Its errors name the line.
func readEvalFile(path string) (evalData, error) {
	content, err := os.ReadFile(path) // #nosec G304 G703 -- whoever runs the command names its file
	if err != nil {
		return evalData{}, fmt.Errorf("read messages: %w", err)
	}
	data, err := parseEvalFile(strings.TrimPrefix(string(content), "\ufeff"))
	if err != nil {
		return evalData{}, fmt.Errorf("%s: %w", path, err)
	}
	return data, nil
}

func parseEvalFile(content string) (evalData, error) {
	var data evalData
	var columns evalColumns
	lines := make(map[string]int)
	number := 0
	for line := range strings.Lines(content) {
		number++
		line = strings.TrimRight(line, "\r\n")
		if strings.TrimSpace(line) == "" {
			continue
		}
		fields := strings.Split(line, "\t")
		if columns.count == 0 {
			var err error
			if columns, err = readColumns(fields); err != nil {
				return evalData{}, fmt.Errorf("line %d: %w", number, err)
			}
			continue
		}
		row, err := columns.row(fields)
		if err != nil {
			return evalData{}, fmt.Errorf("line %d: %w", number, err)
		}
		if earlier, isKnown := lines[row.id]; isKnown {
			return evalData{}, fmt.Errorf("line %d: id %q stands in line %d already", number, row.id, earlier)
		}
		lines[row.id] = number
		data.rows = append(data.rows, row)
	}
	data.isGold = columns.count > 0 && columns.sentiment >= 0
	if len(data.rows) == 0 {
		return evalData{}, errors.New("no messages")
	}
	return data, nil
}

func readColumns(names []string) (evalColumns, error) {
	at := func(name string) int { return slices.Index(names, name) }
	columns := evalColumns{at("id"), at("lang"), at("text"), at("sentiment"), at("complaint"), at("complaint_category"), len(names)}
	if columns.id < 0 || columns.text < 0 {
		return columns, fmt.Errorf("the first line must name the columns, among them id and text; it is %.80q", strings.Join(names, " "))
	}
	if (columns.sentiment < 0) != (columns.complaint < 0) {
		return columns, errors.New("the columns sentiment and complaint go together; only one is there")
	}
	return columns, nil
}

// row reads one line. Empty columns at its end may be missing.
func (c evalColumns) row(fields []string) (evalRow, error) {
	if len(fields) > c.count {
		return evalRow{}, fmt.Errorf("%d columns, and the first line names %d", len(fields), c.count)
	}
	field := func(at int) string {
		if at < 0 || at >= len(fields) {
			return ""
		}
		return fields[at]
	}
	row := evalRow{id: field(c.id), language: field(c.language), text: field(c.text)}
	switch {
	case row.id == "":
		return evalRow{}, errors.New("the id is empty")
	case len(fields) <= c.text:
		return evalRow{}, errors.New("there is no text")
	case c.sentiment < 0:
		return row, nil
	}
	row.sentiment, row.category = domain.Sentiment(field(c.sentiment)), domain.ComplaintCategory(field(c.category))
	if !slices.Contains(evalSentiments(), row.sentiment) {
		return evalRow{}, fmt.Errorf("sentiment %q; want positive, neutral or negative", row.sentiment)
	}
	switch complaint := field(c.complaint); complaint {
	case "0", "1":
		row.isComplaint = complaint == "1"
	default:
		return evalRow{}, fmt.Errorf("complaint %q; want 0 or 1", complaint)
	}
	return row, nil
}

func evalSentiments() []domain.Sentiment {
	return []domain.Sentiment{domain.SentimentPositive, domain.SentimentNeutral, domain.SentimentNegative}
}
