package analyser

import (
	"cmp"
	"slices"
	"strings"

	"dentalk/enrichment/analyser/internal/features"
	"dentalk/enrichment/analyser/internal/model"
)

const (
	maxReasons = 3
	// maxReasonWords keeps a reason a phrase: a list of half the message explains nothing.
	maxReasonWords = 5
	maxClauseWords = 8
	// minShare is the part of the strongest word's weight that a word needs to be named as well.
	minShare = 0.35
	// plainShare is what a word that does not speak of trouble by itself keeps of its weight.
	plainShare = 0.5
)

// phrase is a run of words of the document, from first up to after, and its weight.
type phrase struct {
	first, after int
	weight       float32
}

// reasons gives the phrases that speak most for the complaint, as written in the text, the
// strongest first. When no word can stand for the complaint it is the strongest clause.
func (a *Analyser) reasons(text string, work *workspace) []string {
	work.shares = work.document.Share(work.shares[:0], func(feature features.Feature) float32 {
		return feature.Value * a.model.Weight(feature.Bucket, model.Complaint)
	})
	for at, word := range work.document.Words {
		if !word.Telling {
			work.shares[at] *= plainShare
		}
	}
	quoting := quoting{text, work.document.Words, work.shares}
	phrases := quoting.phrases()
	slices.SortStableFunc(phrases, func(a, b phrase) int { return cmp.Compare(b.weight, a.weight) })
	result := make([]string, 0, maxReasons)
	for _, each := range phrases {
		written := quoting.written(each)
		isKnown := slices.ContainsFunc(result, func(other string) bool {
			return strings.Contains(strings.ToLower(other), strings.ToLower(written))
		})
		if len(result) < maxReasons && !isKnown && written != "" {
			result = append(result, written)
		}
	}
	if len(result) == 0 {
		result = append(result, quoting.written(quoting.clause()))
	}
	return result
}

// quoting finds phrases in the words of a text by their shares of the evidence.
type quoting struct {
	text   string
	words  []features.Word
	shares []float32
}

// phrases finds the words whose share comes near the strongest one's and makes phrases of them.
func (q quoting) phrases() []phrase {
	var most float32
	for at := range q.words {
		if q.words[at].Role != features.Filler {
			most = max(most, q.shares[at])
		}
	}
	var found []phrase
	for at := 0; most > 0 && at < len(q.words); at++ {
		role := q.words[at].Role
		if q.shares[at] < minShare*most || role == features.Filler || role == features.Mark {
			continue
		}
		next, isPhrase := q.around(at)
		if !isPhrase {
			continue
		}
		if last := len(found) - 1; last >= 0 && q.joins(found[last], next) {
			found[last].after = max(found[last].after, next.after)
			found[last].weight += next.weight
		} else if last < 0 || next.first >= found[last].after {
			found = append(found, next)
		}
		at = max(at, next.after-1)
	}
	return found
}

// around makes a phrase of one word with the words that it cannot do without: an opener needs the
// next word, a closer the one before, and both "not" and "too" belong to what they stand before.
func (q quoting) around(at int) (phrase, bool) {
	result := phrase{at, at + 1, q.shares[at]}
	for q.words[result.after-1].Role == features.Opener {
		if !q.follows(result.after) || result.after-at > 2 {
			return phrase{}, false
		}
		result.weight += max(q.shares[result.after], 0)
		result.after++
	}
	if last := q.words[result.after-1]; last.Role == features.Mark || last.Role == features.Filler && !last.Hangul {
		return phrase{}, false
	}
	if q.words[at].Role == features.Closer {
		if !q.follows(at) {
			return phrase{}, false
		}
		result.first--
	}
	for q.follows(result.first) && q.words[result.first-1].Role == features.Opener && result.after-result.first < maxReasonWords {
		result.first--
		result.weight += max(q.shares[result.first], 0)
	}
	return result, true
}

// joins tells whether two phrases are one: neighbours, or with one word between them.
func (q quoting) joins(first, second phrase) bool {
	if second.after-first.first > maxReasonWords || second.first > first.after+1 {
		return false
	}
	for at := first.after; at <= second.first; at++ {
		if !q.follows(at) {
			return false
		}
	}
	return true
}

// follows tells whether a word stands in the same clause as the word before it.
func (q quoting) follows(at int) bool {
	if at < 1 || at >= len(q.words) || q.words[at].Role == features.Mark || q.words[at-1].Role == features.Mark {
		return false
	}
	between := q.text[min(q.words[at-1].End, q.words[at].Start):q.words[at].Start]
	return !strings.ContainsAny(between, ".,;:!?()[]\"\n…—–·/")
}

// clause is the part between two marks that has the most evidence, without the fillers around it.
func (q quoting) clause() phrase {
	var best phrase
	for first := 0; first < len(q.words); {
		next := phrase{first, first + 1, max(q.shares[first], 0)}
		for next.after-first < maxClauseWords && q.follows(next.after) {
			next.weight += max(q.shares[next.after], 0)
			next.after++
		}
		first = next.after
		if isMark := q.words[next.first].Role == features.Mark; best.after == 0 || next.weight > best.weight && !isMark {
			best = next
		}
	}
	trimmed := best
	for trimmed.first < trimmed.after && q.words[trimmed.first].Role == features.Filler {
		trimmed.first++
	}
	for trimmed.first < trimmed.after && q.words[trimmed.after-1].Role == features.Filler {
		trimmed.after--
	}
	if trimmed.first < trimmed.after {
		return trimmed
	}
	return best
}

// written is a phrase as it stands in the text.
func (q quoting) written(p phrase) string {
	whole := q.text[q.words[p.first].Start:q.words[p.after-1].End]
	if trimmed := strings.Trim(whole, " '’‘`´~^\""); trimmed != "" {
		return trimmed
	}
	return whole
}
