package main

import (
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
	"time"

	"dentalk/domain"
)

// confusion counts the verdicts on one class.
type confusion struct{ hits, alarms, misses int }

func (c *confusion) add(truth, verdict bool) {
	switch {
	case truth && verdict:
		c.hits++
	case verdict:
		c.alarms++
	case truth:
		c.misses++
	}
}

func (c confusion) precision() float64 { return share(c.hits, c.hits+c.alarms) }
func (c confusion) recall() float64    { return share(c.hits, c.hits+c.misses) }
func (c confusion) f1() float64        { return share(2*c.hits, 2*c.hits+c.alarms+c.misses) }

func share(part, whole int) float64 { return float64(part) / float64(max(whole, 1)) }

// evalFigures are the counts over some messages.
type evalFigures struct {
	messages, right, rightLenient int

	moods     [3]confusion // in the order of evalSentiments
	complaint confusion
	// polite counts the complaints that are neutral in tone.
	polite        confusion
	rightCategory int
	took          time.Duration
}

func countFigures(rows []judged) evalFigures {
	var f evalFigures
	for _, row := range rows {
		f.add(row)
	}
	return f
}

func (f *evalFigures) add(row judged) {
	mood, detected := row.analysis.Emotion.Sentiment, row.analysis.Complaint.Detected
	f.messages++
	f.took += row.took
	for at, sentiment := range evalSentiments() {
		f.moods[at].add(row.sentiment == sentiment, mood == sentiment)
	}
	isPolite := row.isComplaint && row.sentiment == domain.SentimentNeutral
	if mood == row.sentiment {
		f.right++
	}
	// A complaint in a neutral tone may be called negative: people do not agree on these either.
	if mood == row.sentiment || isPolite && mood == domain.SentimentNegative {
		f.rightLenient++
	}
	f.complaint.add(row.isComplaint, detected)
	f.polite.add(isPolite, isPolite && detected)
	if row.isComplaint && detected && row.analysis.Complaint.Category == row.category {
		f.rightCategory++
	}
}

// moodF1 is the mean of the F1 of the three sentiments.
func (f evalFigures) moodF1() float64 {
	return (f.moods[0].f1() + f.moods[1].f1() + f.moods[2].f1()) / 3
}

// falseAlarms is the part of the messages without a complaint that were taken for one.
func (f evalFigures) falseAlarms() float64 {
	return share(f.complaint.alarms, f.messages-f.complaint.hits-f.complaint.misses)
}

// printFigures prints a line for every language and one for all messages.
func printFigures(out io.Writer, rows []judged) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "\t\tmood\t\t\tcomplaint\t\t\tfalse\t\t\t\t")
	fmt.Fprintln(table, "lang\tn\tF1\taccuracy\tlenient\tprecision\trecall\tF1\talarms\tpolite\tcategory\tµs\t")
	languages := evalLanguages(rows)
	for _, language := range languages {
		some := slices.DeleteFunc(slices.Clone(rows), func(row judged) bool { return row.language != language })
		countFigures(some).print(table, language)
	}
	if len(languages) != 1 {
		countFigures(rows).print(table, "all")
	}
	if err := table.Flush(); err != nil {
		return fmt.Errorf("print figures: %w", err)
	}
	return nil
}

func (f evalFigures) print(out io.Writer, name string) {
	fmt.Fprintf(out, "%s\t%d\t%.3f\t%.3f\t%.3f\t%.3f\t%.3f\t%.3f\t%.1f %%\t%d/%d\t%d/%d\t%d\t\n",
		name, f.messages, f.moodF1(), share(f.right, f.messages), share(f.rightLenient, f.messages),
		f.complaint.precision(), f.complaint.recall(), f.complaint.f1(), 100*f.falseAlarms(),
		f.polite.hits, f.polite.hits+f.polite.misses, f.rightCategory, f.complaint.hits,
		f.took.Microseconds()/int64(max(f.messages, 1)))
}

// evalLanguages are the languages of the rows in the order in which they come.
func evalLanguages(rows []judged) []string {
	var languages []string
	for _, row := range rows {
		if row.language != "" && !slices.Contains(languages, row.language) {
			languages = append(languages, row.language)
		}
	}
	return languages
}
