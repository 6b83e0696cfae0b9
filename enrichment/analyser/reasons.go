package analyser

import (
	"cmp"
	"slices"

	"dentalk/enrichment/analyser/internal/features"
	"dentalk/enrichment/analyser/internal/model"
)

const (
	maxReasons = 5
	// maxReasonWords keeps a reason a phrase: a list of half the message explains nothing.
	maxReasonWords = 5
	// minShare is the part of the strongest word's weight that a word needs to be named as well.
	minShare = 0.4
)

// phrase is a run of words of the document, from first up to after, and its weight.
type phrase struct {
	first, after int
	weight       float32
}

// reasons gives the words that speak most for the complaint, as written in the text and in its
// order; neighbours are joined. There is always one.
func (a *Analyser) reasons(text string, work *workspace) []string {
	work.shares = work.document.Share(work.shares[:0], func(feature features.Feature) float32 {
		return feature.Value * a.model.Weight(feature.Bucket, model.Complaint)
	})
	words := work.document.Words
	for at, word := range words {
		if !word.Telling {
			work.shares[at] = min(work.shares[at], 0)
		}
	}
	phrases := strongest(work.shares)
	result := make([]string, 0, len(phrases))
	for _, each := range phrases {
		written := text[words[each.first].Start:words[each.after-1].End]
		if !slices.Contains(result, written) {
			result = append(result, written)
		}
	}
	return result
}

// strongest picks at most maxReasons phrases of words whose share comes near the strongest one's.
func strongest(shares []float32) []phrase {
	least := minShare * slices.Max(shares)
	if least <= 0 { // nothing in the words speaks for it: the least bad one has to do
		at := slices.Index(shares, slices.Max(shares))
		return []phrase{{at, at + 1, 0}}
	}
	var phrases []phrase
	for at, share := range shares {
		if share < least {
			continue
		}
		if last := len(phrases) - 1; last >= 0 && phrases[last].after == at && at-phrases[last].first < maxReasonWords {
			phrases[last].after, phrases[last].weight = at+1, phrases[last].weight+share
			continue
		}
		phrases = append(phrases, phrase{at, at + 1, share})
	}
	if len(phrases) > maxReasons {
		slices.SortStableFunc(phrases, func(a, b phrase) int { return cmp.Compare(b.weight, a.weight) })
		phrases = phrases[:maxReasons]
		slices.SortFunc(phrases, func(a, b phrase) int { return a.first - b.first })
	}
	return phrases
}
