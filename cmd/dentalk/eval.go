package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"dentalk/domain"
	"dentalk/enrichment/analyser"
)

const evalSynopsis = `dentalk eval sentiment FILE.tsv [--predictions OUT.tsv]

Scores the embedded analyser of mood and complaints. FILE begins with a line of column names, parted
by tabs: id and text are needed, lang is used when it is there, and sentiment, complaint (0 or 1) and
complaint_category are what the figures are counted against; without them only --predictions is written.

`

// longFile is the number of messages from which on the progress is shown.
const longFile = 1000

// judged is one row with what the analyser says about it and how long that took.
type judged struct {
	evalRow
	analysis domain.Analysis
	took     time.Duration
}

func (p program) eval(ctx context.Context, args []string) error {
	set := p.flagSet("eval sentiment", evalSynopsis)
	predictions := set.String("predictions", "", "file for the verdicts: id, sentiment, complaint, category")
	path, flags := evalFile(args)
	if err := parse(set, flags); err != nil {
		return err
	}
	if path == "" {
		return fmt.Errorf("%w: dentalk eval sentiment FILE.tsv [--predictions OUT.tsv]", errUsage)
	}
	file, err := readEvalFile(path)
	if err != nil {
		return err
	}
	if !file.isGold && *predictions == "" {
		return fmt.Errorf("%w: %s has no columns sentiment and complaint to score against; give --predictions", errUsage, path)
	}
	rows, err := p.judge(ctx, file.rows)
	if err != nil {
		return err
	}
	if *predictions != "" {
		if err := os.WriteFile(*predictions, predictionLines(rows), 0o600); err != nil {
			return fmt.Errorf("write predictions: %w", err)
		}
	}
	if !file.isGold {
		return nil
	}
	return printFigures(p.stdout, rows)
}

// evalFile takes the word "sentiment" and the file off the arguments, which may stand before the flags.
func evalFile(args []string) (path string, flags []string) {
	if len(args) == 0 || args[0] != "sentiment" {
		return "", helpOnly(args)
	}
	if args = args[1:]; len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		return args[0], args[1:]
	}
	if last := len(args) - 1; last == 0 || last > 0 && strings.HasPrefix(args[last], "-") {
		return "", args
	} else if last > 0 {
		return args[last], args[:last]
	}
	return "", nil
}

// helpOnly keeps a wish for help; anything else without "sentiment" is wrong usage.
func helpOnly(args []string) []string {
	if len(args) > 0 && strings.HasPrefix(args[0], "-") {
		return args
	}
	return nil
}

// judge asks the analyser about one message after another, so that each is timed by itself.
func (p program) judge(ctx context.Context, rows []evalRow) ([]judged, error) {
	embedded, err := analyser.New()
	if err != nil {
		return nil, err
	}
	bar := newProgress(p.stderr, "messages", len(rows))
	result := make([]judged, 0, len(rows))
	for _, row := range rows {
		start := time.Now()
		analyses, err := embedded.Analyse(ctx, []domain.AnalyseText{{Text: row.text}})
		if err != nil {
			return nil, fmt.Errorf("analyse message %s: %w", row.id, err)
		}
		result = append(result, judged{evalRow: row, analysis: analyses[0], took: time.Since(start)})
		if len(rows) >= longFile {
			bar.step()
		}
	}
	return result, nil
}

func predictionLines(rows []judged) []byte {
	var lines strings.Builder
	lines.WriteString("id\tsentiment\tcomplaint\tcategory\n")
	for _, row := range rows {
		complaint := 0
		if row.analysis.Complaint.Detected {
			complaint = 1
		}
		fmt.Fprintf(&lines, "%s\t%s\t%d\t%s\n", row.id, row.analysis.Emotion.Sentiment, complaint, row.analysis.Complaint.Category)
	}
	return []byte(lines.String())
}
