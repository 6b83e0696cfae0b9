package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"

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
	chances := model.ChancesOf(sums, m.Coverage(e.words))
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
		if largest(sums[model.FirstCategory:]) == e.category {
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

func (t *tally) print(out io.Writer, name string) {
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
	quiet := t.messages - t.hits - t.misses
	fmt.Fprintf(out, "%-4s n=%-4d sentiment macro-F1 %.3f, complaint P %.3f R %.3f F1 %.3f, false alarms %.3f, polite %d/%d, category %.3f, wrong among the surest %.3f\n",
		name, t.messages, macro, ratio(t.hits, t.hits+t.alarms), ratio(t.hits, t.hits+t.misses),
		ratio(2*t.hits, 2*t.hits+t.alarms+t.misses), ratio(t.alarms, quiet), t.politeHits, t.polite, ratio(t.rightCategory, t.hits), ratio(t.sureWrong, t.sure))
}

func ratio(part, whole int) float64 {
	if whole == 0 {
		return 0
	}
	return float64(part) / float64(whole)
}

// measure prints the figures of a model on messages, for each language.
func measure(out io.Writer, m *model.Model, messages []message, extractor *features.Extractor) {
	tallies := map[string]*tally{"en": {}, "ko": {}, "es": {}}
	for at, e := range prepare(messages, extractor) {
		if t := tallies[messages[at].language]; t != nil {
			t.add(m, e)
		}
	}
	for _, language := range [...]string{"en", "ko", "es"} {
		tallies[language].print(out, language)
	}
}

// crossMeasure trains folds times without a part of the templates and measures on that part. Frames
// and nonsense are always trained on: they are too much alike to measure with.
func crossMeasure(out io.Writer, messages []message, folds int, extractor *features.Extractor) {
	examples := prepare(messages, extractor)
	tallies := map[string]*tally{"en": {}, "ko": {}, "es": {}}
	for fold := range folds {
		var known, held []example
		var languages []string
		for at, m := range messages {
			switch {
			case !isHeld(m.id, fold, folds):
				known = append(known, examples[at])
			case !strings.HasSuffix(m.id, pairMark):
				held = append(held, examples[at])
				languages = append(languages, m.language)
			}
		}
		m := model.New([32]byte{}, features.Fingerprint(), train(known), stems(known))
		for at, e := range held {
			tallies[languages[at]].add(m, e)
		}
	}
	for _, language := range [...]string{"en", "ko", "es"} {
		tallies[language].print(out, language)
	}
}

// isHeld tells whether a message, or one of the two that it was joined from, belongs to a fold.
func isHeld(id string, fold, folds int) bool {
	for part := range strings.SplitSeq(strings.TrimSuffix(id, pairMark), "+") {
		if strings.HasSuffix(part, frameMark) || strings.HasSuffix(part, nonsenseMark) {
			continue
		}
		if group, err := strconv.Atoi(strings.SplitN(part, "-", 3)[1]); err == nil && group%folds == fold {
			return true
		}
	}
	return false
}
