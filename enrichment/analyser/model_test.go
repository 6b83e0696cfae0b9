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
	if len(file) > 4<<20 {
		t.Errorf("model of %d bytes, want 4 MB at most", len(file))
	}
}

// shortText is the length in bytes up to which a message is everybody's: "ok", "thanks".
const shortText = 12

// The development set and the held-out set measure; a corpus that holds their messages would make the
// figures worthless.
func TestCorpusDoesNotRepeatWhatMeasures(t *testing.T) {
	corpus, err := os.ReadFile("train/corpus.tsv")
	if err != nil {
		t.Fatal(err)
	}
	known := index{of: make(map[string][]int)}
	whole := make(map[string]bool)
	for line := range strings.Lines(string(corpus)) {
		text := strings.Split(line, "\t")[2]
		known.add(pieces(text))
		whole[features.Fold(text)] = true
	}
	for _, row := range append(readLabelled(t), readHeldOut(t)...) {
		if folded := features.Fold(row.text); len(folded) > shortText && whole[folded] {
			t.Errorf("the corpus holds %q", row.text)
		}
		sought := pieces(row.text)
		if len(sought) < 10 { // "ok" and "thanks" are everybody's
			continue
		}
		for at, both := range known.shared(sought) {
			if ratio(both, len(sought)+known.sizes[at]-both) > 0.55 {
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

// index finds the lines of the corpus by their pieces.
type index struct {
	of    map[string][]int // the lines, from 0, that hold a piece
	sizes []int            // how many pieces a line has
}

func (i *index) add(set map[string]bool) {
	for piece := range set {
		i.of[piece] = append(i.of[piece], len(i.sizes))
	}
	i.sizes = append(i.sizes, len(set))
}

// shared gives how many pieces of the set each line holds that holds any.
func (i *index) shared(set map[string]bool) map[int]int {
	counts := make(map[int]int)
	for piece := range set {
		for _, line := range i.of[piece] {
			counts[line]++
		}
	}
	return counts
}
