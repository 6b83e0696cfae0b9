package analyser_test

import (
	"os"
	"strings"
	"testing"

	"dentalk/domain"
)

// labelled is a row of the development set or of the held-out set.
type labelled struct {
	language, text string
	sentiment      domain.Sentiment
	complaint      bool
}

// verdict is what an analyser said about a row.
type verdict struct {
	sentiment domain.Sentiment
	complaint bool
}

// figures are the results for one language, each 0 .. 1.
type figures struct {
	sentimentF1, complaintF1, falseAlarms, politeRecall float64
}

func readLabelled(t *testing.T) []labelled {
	t.Helper()
	data, err := os.ReadFile("testdata/dev_sentiment.tsv")
	if err != nil {
		t.Fatal(err)
	}
	var rows []labelled
	for line := range strings.Lines(string(data)) {
		columns := strings.Split(strings.TrimRight(line, "\r\n"), "\t")
		if len(columns) > 4 && columns[0] != "id" {
			rows = append(rows, labelled{columns[1], columns[2], domain.Sentiment(columns[3]), columns[4] == "1"})
		}
	}
	if len(rows) < 100 {
		t.Fatalf("only %d rows of the development set", len(rows))
	}
	return rows
}

// readHeldOut reads the messages that were written apart from the corpus and never tuned on.
func readHeldOut(t *testing.T) []labelled {
	t.Helper()
	var rows []labelled
	for _, language := range []string{"en", "ko", "es"} {
		data, err := os.ReadFile("testdata/held_out/" + language + ".txt")
		if err != nil {
			t.Fatal(err)
		}
		var current labelled
		for line := range strings.Lines(string(data)) {
			line = strings.TrimSpace(line)
			if label, isLabel := strings.CutPrefix(line, "# "); isLabel {
				fields := strings.Fields(label)
				current = labelled{language, "", domain.Sentiment(fields[0]), fields[1] == "1"}
			} else if line != "" {
				current.text = line
				rows = append(rows, current)
			}
		}
	}
	if len(rows) < 700 {
		t.Fatalf("only %d rows of the held-out set", len(rows))
	}
	return rows
}

func evaluate(rows []labelled, language string, judge func(string) verdict) figures {
	type count struct{ hits, alarms, misses int }
	sentiments := make(map[domain.Sentiment]*count)
	for _, s := range []domain.Sentiment{domain.SentimentPositive, domain.SentimentNeutral, domain.SentimentNegative} {
		sentiments[s] = new(count)
	}
	var complaint count
	var quiet, polite, politeHits int
	for _, row := range rows {
		if row.language != language {
			continue
		}
		got := judge(row.text)
		if got.sentiment == row.sentiment {
			sentiments[row.sentiment].hits++
		} else {
			sentiments[row.sentiment].misses++
			sentiments[got.sentiment].alarms++
		}
		isPolite := row.complaint && row.sentiment == domain.SentimentNeutral
		switch {
		case row.complaint && got.complaint:
			complaint.hits++
		case row.complaint:
			complaint.misses++
		case got.complaint:
			complaint.alarms++
		}
		quiet += number(!row.complaint)
		polite += number(isPolite)
		politeHits += number(isPolite && got.complaint)
	}
	f1 := func(c count) float64 { return ratio(2*c.hits, 2*c.hits+c.alarms+c.misses) }
	result := figures{complaintF1: f1(complaint), falseAlarms: ratio(complaint.alarms, quiet), politeRecall: ratio(politeHits, polite)}
	for _, c := range sentiments {
		result.sentimentF1 += f1(*c) / 3
	}
	return result
}

func number(is bool) int {
	if is {
		return 1
	}
	return 0
}

func ratio(part, whole int) float64 { return float64(part) / float64(max(whole, 1)) }

func TestAnalyserOnDevelopmentSet(t *testing.T) {
	a, rows := newAnalyser(t), readLabelled(t)
	judge := func(text string) verdict {
		got := analyse(t, a, text)
		return verdict{got.Emotion.Sentiment, got.Complaint.Detected}
	}
	for _, test := range []struct {
		language string
		least    figures // falseAlarms is the most
	}{
		{"en", figures{sentimentF1: 0.86, complaintF1: 0.82, falseAlarms: 0.08, politeRecall: 0.85}},
		{"ko", figures{sentimentF1: 0.88, complaintF1: 0.9, falseAlarms: 0.04, politeRecall: 0.85}},
		{"es", figures{sentimentF1: 0.86, complaintF1: 0.92, falseAlarms: 0.13, politeRecall: 0.5}},
	} {
		got, baseline := evaluate(rows, test.language, judge), evaluate(rows, test.language, judgeByWords)
		t.Logf("%s: analyser %+.3f", test.language, got)
		t.Logf("%s: baseline %+.3f", test.language, baseline)
		if got.sentimentF1 < test.least.sentimentF1 || got.complaintF1 < test.least.complaintF1 ||
			got.falseAlarms > test.least.falseAlarms || got.politeRecall < test.least.politeRecall {
			t.Errorf("%s: %+.3f, worse than the floor %+.3f", test.language, got, test.least)
		}
		if test.language == "es" { // the word list knows no Spanish
			continue
		}
		if got.complaintF1 < baseline.complaintF1+0.1 || got.sentimentF1 < baseline.sentimentF1+0.05 {
			t.Errorf("%s: %+.3f, not clearly better than a word list's %+.3f", test.language, got, baseline)
		}
	}
}

func TestAnalyserOnHeldOutSet(t *testing.T) {
	a, rows := newAnalyser(t), readHeldOut(t)
	judge := func(text string) verdict {
		got := analyse(t, a, text)
		return verdict{got.Emotion.Sentiment, got.Complaint.Detected}
	}
	for _, test := range []struct {
		language string
		least    figures // falseAlarms is the most
	}{
		{"en", figures{sentimentF1: 0.8, complaintF1: 0.8, falseAlarms: 0.06, politeRecall: 0.9}},
		{"ko", figures{sentimentF1: 0.84, complaintF1: 0.86, falseAlarms: 0.06, politeRecall: 0.9}},
		{"es", figures{sentimentF1: 0.79, complaintF1: 0.88, falseAlarms: 0.04, politeRecall: 0.85}},
	} {
		got := evaluate(rows, test.language, judge)
		t.Logf("%s: analyser %+.3f", test.language, got)
		if got.sentimentF1 < test.least.sentimentF1 || got.complaintF1 < test.least.complaintF1 ||
			got.falseAlarms > test.least.falseAlarms || got.politeRecall < test.least.politeRecall {
			t.Errorf("%s: %+.3f, worse than the floor %+.3f", test.language, got, test.least)
		}
	}
}
