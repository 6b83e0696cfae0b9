package main

import (
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dentalk/domain"
)

const developmentSet = "../../enrichment/analyser/testdata/dev_sentiment.tsv"

// verdict makes a row that was labelled one way and judged another.
func verdict(truth, said domain.Sentiment, complaint, detected bool, category, named domain.ComplaintCategory) judged {
	return judged{
		evalRow: evalRow{language: "en", sentiment: truth, isComplaint: complaint, category: category},
		analysis: domain.Analysis{
			Emotion:   domain.Emotion{Sentiment: said},
			Complaint: domain.Complaint{Detected: detected, Category: named},
		},
		took: 30 * time.Microsecond,
	}
}

// The figures were counted by hand.
func TestFiguresOfEightVerdicts(t *testing.T) {
	const positive, neutral, negative = domain.SentimentPositive, domain.SentimentNeutral, domain.SentimentNegative
	got := countFigures([]judged{
		verdict(positive, positive, false, false, "", ""),
		verdict(positive, neutral, false, false, "", ""),
		verdict(neutral, neutral, false, true, "", "delay"),
		verdict(neutral, negative, true, true, "fit", "fit"), // polite; lenient forgives the mood
		verdict(neutral, neutral, true, false, "delay", ""),  // polite, and missed
		verdict(negative, negative, true, true, "shade", "fit"),
		verdict(negative, negative, false, false, "", ""),
		verdict(neutral, negative, false, false, "", ""), // no complaint: lenient forgives nothing
	})
	for _, test := range []struct {
		name      string
		got, want float64
	}{
		// F1 of positive 2/3, of neutral 4/7, of negative 2/3.
		{"mood macro-F1", got.moodF1(), (2.0/3 + 4.0/7 + 2.0/3) / 3},
		{"accuracy", share(got.right, got.messages), 5.0 / 8},
		{"lenient accuracy", share(got.rightLenient, got.messages), 6.0 / 8},
		{"precision", got.complaint.precision(), 2.0 / 3},
		{"recall", got.complaint.recall(), 2.0 / 3},
		{"F1", got.complaint.f1(), 2.0 / 3},
		{"false alarms", got.falseAlarms(), 1.0 / 5},
		{"polite recall", got.polite.recall(), 1.0 / 2},
		{"category", share(got.rightCategory, got.complaint.hits), 1.0 / 2},
	} {
		if math.Abs(test.got-test.want) > 1e-9 {
			t.Errorf("%s is %v, want %v", test.name, test.got, test.want)
		}
	}
}

func TestEvalPrintsALineForEveryLanguageAndAll(t *testing.T) {
	got := dentalk(t.Context(), "eval", "sentiment", developmentSet).expect(t, 0)
	for _, want := range []string{`(?m)^ *en +100 `, `(?m)^ *ko +80 `, `(?m)^ *es +20 `, `(?m)^ *all +200 `} {
		if !regexp.MustCompile(want).MatchString(got.stdout) {
			t.Errorf("no line %s in\n%s", want, got.stdout)
		}
	}
	if got.stderr != "" {
		t.Errorf("a short file needs no progress: %q", got.stderr)
	}
}

// The verdicts in the file lead to the same figures when they are counted anew from the file alone.
func TestPredictionsAgreeWithTheTable(t *testing.T) {
	out := filepath.Join(t.TempDir(), "out.tsv")
	table := dentalk(t.Context(), "eval", "sentiment", developmentSet, "--predictions", out).expect(t, 0).stdout
	gold, said := readRows(t, developmentSet), readRows(t, out)
	if diff := cmp.Diff([]string{"id", "sentiment", "complaint", "category"}, said[0]); diff != "" || len(said) != len(gold) {
		t.Fatalf("%d lines, want %d; header %s", len(said), len(gold), diff)
	}
	var hits, alarms, misses, right int
	for at, row := range said[1:] {
		truth := gold[at+1]
		if row[0] != truth[0] || (row[2] == "1") != (row[3] != "") {
			t.Errorf("line %q for %q", row, truth)
		}
		right += count(row[1] == truth[3])
		hits += count(row[2] == "1" && truth[4] == "1")
		alarms += count(row[2] == "1" && truth[4] == "0")
		misses += count(row[2] == "0" && truth[4] == "1")
	}
	lines := strings.Split(strings.TrimSpace(table), "\n")
	fields := strings.Fields(lines[len(lines)-1])
	for at, want := range map[int]string{
		3: three(share(right, len(said)-1)),
		5: three(share(hits, hits+alarms)),
		6: three(share(hits, hits+misses)),
		7: three(share(2*hits, 2*hits+alarms+misses)),
	} {
		if fields[at] != want {
			t.Errorf("column %d of the line for all is %s, want %s", at, fields[at], want)
		}
	}
}

func TestEvalWithoutLabelsOnlyPredicts(t *testing.T) {
	folder := t.TempDir()
	in, out := filepath.Join(folder, "in.tsv"), filepath.Join(folder, "out.tsv")
	writeText(t, in, "\ufefftext\tid\r\nThe crown arrived broken.\tA1\r\n\r\nThank you so much!\tA2\r\n")
	got := dentalk(t.Context(), "eval", "sentiment", "--predictions", out, in).expect(t, 0)
	if got.stdout != "" {
		t.Errorf("a table without labels: %s", got.stdout)
	}
	want := [][]string{{"id", "sentiment", "complaint", "category"}, {"A1", "negative", "1", "damage"}, {"A2", "positive", "0", ""}}
	if diff := cmp.Diff(want, readRows(t, out)); diff != "" {
		t.Error(diff)
	}
	dentalk(t.Context(), "eval", "sentiment", in).expect(t, 2, "no columns sentiment and complaint")
}

func TestEvalShowsProgressOfALongFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "long.tsv")
	var content strings.Builder
	content.WriteString("id\ttext\tsentiment\tcomplaint\n")
	for number := range longFile {
		content.WriteString("L" + strings.Repeat("i", number+1) + "\tNoted.\tneutral\t0\n")
	}
	writeText(t, path, content.String())
	dentalk(t.Context(), "eval", "sentiment", path).expect(t, 0, "1000/1000", "all")
}

func TestErrorsOfEvalNameTheLine(t *testing.T) {
	const header = "id\tlang\ttext\tsentiment\tcomplaint\tcomplaint_category\n"
	for _, test := range []struct{ name, content, want string }{
		{"no file content", "", "no messages"},
		{"only a header", header, "no messages"},
		{"no header", "A1\ten\tNoted.\tneutral\t0\n", "line 1: the first line must name the columns"},
		{"half of the labels", "id\ttext\tsentiment\nA1\tNoted.\tneutral\n", "line 1: the columns sentiment and complaint go together"},
		{"too many columns", header + "A1\ten\tNoted.\tneutral\t0\t\tmore\n", "line 2: 7 columns"},
		{"no text", header + "A1\ten\n", "line 2: there is no text"},
		{"no id", header + "\n\ten\tNoted.\tneutral\t0\n", "line 3: the id is empty"},
		{"unknown sentiment", header + "A1\ten\tNoted.\tangry\t0\n", `line 2: sentiment "angry"`},
		{"odd complaint", header + "A1\ten\tNoted.\tneutral\tno\n", `line 2: complaint "no"`},
		{"missing labels", header + "A1\ten\tNoted.\n", `line 2: sentiment ""`},
		{"same id twice", header + "A1\ten\tNoted.\tneutral\t0\nA1\ten\tFine.\tneutral\t0\n", `line 3: id "A1" stands in line 2 already`},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "in.tsv")
			writeText(t, path, test.content)
			dentalk(t.Context(), "eval", "sentiment", path).expect(t, 1, path, test.want)
		})
	}
}

func TestEvalWrongUsage(t *testing.T) {
	for _, args := range [][]string{
		{"eval"}, {"eval", "speed"}, {"eval", "sentiment"}, {"eval", "sentiment", "a.tsv", "b.tsv"}, {"eval", "sentiment", "a.tsv", "--speed"},
	} {
		dentalk(t.Context(), args...).expect(t, 2)
	}
	dentalk(t.Context(), "eval", "--help").expect(t, 0, "dentalk eval sentiment FILE.tsv")
	dentalk(t.Context(), "eval", "sentiment", "--help").expect(t, 0, "predictions")
	dentalk(t.Context(), "eval", "sentiment", filepath.Join(t.TempDir(), "none.tsv")).expect(t, 1, "read messages")
}

func three(value float64) string { return strconv.FormatFloat(value, 'f', 3, 64) }

func count(is bool) int {
	if is {
		return 1
	}
	return 0
}

// readRows reads a file of fields that are parted by tabs and never quoted.
func readRows(t *testing.T, path string) [][]string {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	reader := csv.NewReader(file)
	reader.Comma, reader.LazyQuotes, reader.FieldsPerRecord = '\t', true, -1
	rows, err := reader.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func writeText(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}
