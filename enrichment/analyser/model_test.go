package analyser_test

import (
	"crypto/sha256"
	"os"
	"strings"
	"testing"

	"dentalk/enrichment/analyser/internal/features"
	"dentalk/enrichment/analyser/internal/model"
)

func TestModelBelongsToCorpusAndFeatures(t *testing.T) {
	file, err := os.ReadFile("model.bin")
	if err != nil {
		t.Fatal(err)
	}
	m, err := model.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	corpus, err := os.ReadFile("train/corpus.tsv")
	if err != nil {
		t.Fatal(err)
	}
	const advice = "stale model: run go run ./enrichment/analyser/train"
	if m.Corpus != sha256.Sum256(corpus) {
		t.Error("trained on another corpus; " + advice)
	}
	if m.Features != features.Fingerprint() {
		t.Error("trained with other features; " + advice)
	}
	if len(file) > 2<<20 {
		t.Errorf("model of %d bytes, want 2 MB at most", len(file))
	}
}

// The development set measures; a corpus that holds its messages would make the figures worthless.
func TestCorpusDoesNotRepeatDevelopmentSet(t *testing.T) {
	corpus, err := os.ReadFile("train/corpus.tsv")
	if err != nil {
		t.Fatal(err)
	}
	var known []map[string]bool
	for line := range strings.Lines(string(corpus)) {
		known = append(known, pieces(strings.Split(line, "\t")[2]))
	}
	for _, row := range readLabelled(t) {
		sought := pieces(row.text)
		if len(sought) < 10 { // "ok" and "thanks" are everybody's
			continue
		}
		for at, set := range known {
			if likeness(sought, set) > 0.55 {
				t.Errorf("line %d of the corpus is too much like %q", at+1, row.text)
			}
		}
	}
}

// pieces are the runs of three letters of a text.
func pieces(text string) map[string]bool {
	letters := []rune(strings.ToLower(text))
	set := make(map[string]bool)
	for at := 0; at+3 <= len(letters); at++ {
		set[string(letters[at:at+3])] = true
	}
	return set
}

// likeness is the part of all pieces that both sets hold.
func likeness(a, b map[string]bool) float64 {
	both := 0
	for piece := range a {
		both += number(b[piece])
	}
	return ratio(both, len(a)+len(b)-both)
}
