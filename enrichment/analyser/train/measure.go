package main

import (
	"fmt"
	"io"
	"runtime"

	"golang.org/x/sync/errgroup"

	"dentalk/enrichment/analyser/internal/features"
	"dentalk/enrichment/analyser/internal/model"
)

// tally counts the verdicts on labelled messages.
type tally struct {
	sentiments              [3][3]int // by truth and verdict
	hits, misses, alarms    int
	polite, politeHits      int
	messages, rightCategory int

	// The verdicts on both questions of which the model was surest, and those that were wrong.
	sure, sureWrong int
}

// sureFrom is the chance from which on a verdict counts as one of the surest.
const sureFrom = 0.96

// addSure counts the verdicts on one message if they are among the surest.
func (t *tally) addSure(chances model.Chances, e example) {
	guess := chances.Sentiment()
	if chances.Sentiments[guess] >= sureFrom {
		t.sure++
		if guess != e.sentiment {
			t.sureWrong++
		}
	}
	if max(chances.Complaint, 1-chances.Complaint) >= sureFrom {
		t.sure++
		if chances.IsComplaint() != (e.complaint == 1) {
			t.sureWrong++
		}
	}
}

func (t *tally) add(m *model.Model, e example) {
	sums := m.Sums(e.features)
	chances := model.ChancesOf(sums, m.Coverage(e.words), e.isHangul)
	guess := chances.Sentiment()
	t.sentiments[e.sentiment][guess]++
	t.messages++
	t.addSure(chances, e)
	detected := chances.IsComplaint()
	isPolite := e.complaint == 1 && e.sentiment == 1
	if isPolite {
		t.polite++
	}
	switch {
	case detected && e.complaint == 1:
		t.hits++
		if isPolite {
			t.politeHits++
		}
		if largest(sums[model.FirstCategory:model.FirstJoint]) == e.category {
			t.rightCategory++
		}
	case detected:
		t.alarms++
	case e.complaint == 1:
		t.misses++
	}
}

func largest(sums []float32) int {
	best := 0
	for at, sum := range sums {
		if sum > sums[best] {
			best = at
		}
	}
	return best
}

// moodF1 is the mean of the F1 of the three sentiments.
func (t *tally) moodF1() float64 {
	var macro float64
	for class := range t.sentiments {
		wrong := 0
		for other := range t.sentiments {
			if other != class {
				wrong += t.sentiments[class][other] + t.sentiments[other][class]
			}
		}
		macro += ratio(2*t.sentiments[class][class], 2*t.sentiments[class][class]+wrong) / 3
	}
	return macro
}

func (t *tally) complaintF1() float64 { return ratio(2*t.hits, 2*t.hits+t.alarms+t.misses) }

func (t *tally) print(out io.Writer, name string) {
	quiet := t.messages - t.hits - t.misses
	fmt.Fprintf(out, "%-4s n=%-4d sentiment macro-F1 %.3f, complaint P %.3f R %.3f F1 %.3f, false alarms %.3f, polite %d/%d, category %.3f, wrong among the surest %.3f\n",
		name, t.messages, t.moodF1(), ratio(t.hits, t.hits+t.alarms), ratio(t.hits, t.hits+t.misses),
		t.complaintF1(), ratio(t.alarms, quiet), t.politeHits, t.polite, ratio(t.rightCategory, t.hits), ratio(t.sureWrong, t.sure))
}

func ratio(part, whole int) float64 {
	if whole == 0 {
		return 0
	}
	return float64(part) / float64(whole)
}

// languages are those of the corpus, in the order in which they are told of.
func languages() [3]string { return [...]string{"en", "ko", "es"} }

// tallies are the counts for every language.
type tallies map[string]*tally

// crossMeasure trains folds times without a part of the written messages and counts the verdicts on
// that part, in one round for the sake of time. What is made from templates is always trained on. Of
// the rest only every step-th message is, so that one can see what more of them would bring. It tells
// how many these are, in the last fold.
func crossMeasure(messages []message, folds, step int, extractor *features.Extractor) (tallies, int) {
	examples := prepare(messages, extractor)
	models, trainedOn := make([]*model.Model, folds), make([]int, folds)
	var group errgroup.Group
	group.SetLimit(runtime.NumCPU())
	for fold := range folds {
		group.Go(func() error {
			var known []example
			for at, m := range messages {
				if !isHeld(m, at, fold, folds) && at/folds%step == 0 {
					known = append(known, examples[at])
				}
			}
			trainedOn[fold] = len(known)
			models[fold] = model.New([32]byte{}, features.Fingerprint(), train(known, 0), stems(known))
			return nil
		})
	}
	_ = group.Wait() // no error is possible
	counts := tallies{}
	for _, language := range languages() {
		counts[language] = new(tally)
	}
	for at, m := range messages {
		if m.isWritten() {
			counts[m.language].add(models[at%folds], examples[at])
		}
	}
	return counts, trainedOn[folds-1]
}

// isHeld tells whether the message belongs to a fold. Every written one is on its own.
func isHeld(m message, at, fold, folds int) bool { return m.isWritten() && at%folds == fold }
