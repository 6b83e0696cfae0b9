package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dentalk/domain"
	"dentalk/enrichment/analyser/internal/features"
	"dentalk/enrichment/analyser/internal/model"
)

func TestCorpusIsWhatTheCommandMakes(t *testing.T) {
	made, err := generate(".")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "corpus.tsv")
	if err := writeCorpus(path, made); err != nil {
		t.Fatal(err)
	}
	got, want := read(t, path), read(t, "corpus.tsv")
	if !bytes.Equal(got, want) {
		t.Error("corpus.tsv is stale: run go run ./enrichment/analyser/train -generate")
	}
}

// The whole training takes too long to be done twice here; a part of the corpus takes the same way.
func TestTrainingTwiceGivesTheSameBytes(t *testing.T) {
	corpus, _, err := readCorpus("corpus.tsv")
	if err != nil {
		t.Fatal(err)
	}
	var some []message
	for at := 0; at < len(corpus); at += 200 {
		some = append(some, corpus[at])
	}
	extractor, err := features.NewExtractor()
	if err != nil {
		t.Fatal(err)
	}
	once := func() []byte {
		examples := prepare(some, extractor)
		return model.New([32]byte{}, features.Fingerprint(), trainRounds(examples), stems(examples)).Bytes()
	}
	if !bytes.Equal(once(), once()) {
		t.Error("two trainings on the same messages differ")
	}
}

func TestReadWrittenMessages(t *testing.T) {
	folder := t.TempDir()
	write(t, filepath.Join(folder, "ko_some.txt"), "# positive 0\n좋아요\n")
	write(t, filepath.Join(folder, "en.txt"), "# negative 1 fit\nIt rocks.\n\nIt is high.\n# neutral 0\nNoted.\n")
	got, err := readWritten(folder)
	if err != nil {
		t.Fatal(err)
	}
	fit := label{domain.SentimentNegative, true, domain.CategoryFit}
	want := []message{
		{"en-m0001", "en", "It rocks.", fit},
		{"en-m0002", "en", "It is high.", fit},
		{"en-m0003", "en", "Noted.", label{sentiment: domain.SentimentNeutral}},
		{"ko-m0001", "ko", "좋아요", label{sentiment: domain.SentimentPositive}},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(message{}, label{})); diff != "" {
		t.Error(diff)
	}
}

func TestErrorsOfWrittenMessagesNameTheLine(t *testing.T) {
	for _, test := range []struct{ content, want string }{
		{"It rocks.\n", "en.txt:1"},
		{"# negative 1 fit\nIt\trocks.\n", "en.txt:2"},
		{"# negative 0\nSad.\n# angry 0\n", "en.txt:3"},
		{"# negative 1 smell\n", "en.txt:1"},
	} {
		folder := t.TempDir()
		write(t, filepath.Join(folder, "en.txt"), test.content)
		if _, err := readWritten(folder); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%q: err = %v, want one that names %s", test.content, err, test.want)
		}
	}
}

func TestEqualMessagesAreKeptOnceAndContradictionsAreErrors(t *testing.T) {
	neutral, positive := label{sentiment: domain.SentimentNeutral}, label{sentiment: domain.SentimentPositive}
	same := []message{{"en-m0001", "en", "All good!", positive}, {"en-0001-0", "en", "all  good!", positive}, {"es-m0001", "es", "all good!", neutral}}
	got, err := distinct(same)
	if err != nil || len(got) != 2 || got[0].id != "en-m0001" || got[1].id != "es-m0001" {
		t.Errorf("distinct = %v, %v", got, err)
	}
	same[1].label = neutral
	if _, err := distinct(same); err == nil || !strings.Contains(err.Error(), "en-0001-0") {
		t.Errorf("err = %v, want one that names the message", err)
	}
}

func TestEveryWrittenMessageIsHeldOnce(t *testing.T) {
	for at, m := range []message{{id: "en-m0001"}, {id: "en-0001-0"}, {id: "en-m0002"}} {
		held := 0
		for fold := range 4 {
			if isHeld(m, at, fold, 4) {
				held++
			}
		}
		if want := map[bool]int{true: 1, false: 0}[m.isWritten()]; held != want {
			t.Errorf("%s is held by %d folds, want %d", m.id, held, want)
		}
	}
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}
