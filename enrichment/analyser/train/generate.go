package main

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"unicode"

	"dentalk/domain"
	"dentalk/enrichment/analyser/internal/features"
)

// seed starts every random choice of this program, so that two runs give the same bytes.
const seed = 20240611

// composed is how many of a hundred messages get a second one of the same language before them:
// people write more than one sentence.
const composed = 30

// The ends of the IDs of messages that come not simply from one sentence.
const (
	pairMark     = "-c"
	frameMark    = "-f"
	nonsenseMark = "-n"
)

// generate makes the whole corpus: the messages that were written one by one, and those that are
// made from templates.
func generate(folder string) ([]message, error) {
	written, err := readWritten(filepath.Join(folder, "messages"))
	if err != nil {
		return nil, err
	}
	made, err := fromTemplates(filepath.Join(folder, "templates"))
	if err != nil {
		return nil, err
	}
	return distinct(append(written, made...))
}

// distinct drops every message that its language has before it. The same message with another label
// is an error.
func distinct(messages []message) ([]message, error) {
	known := make(map[string]message, len(messages))
	result := make([]message, 0, len(messages))
	for _, m := range messages {
		folded := m.language + " " + features.Fold(m.text)
		if !strings.ContainsFunc(folded[3:], unicode.IsLetter) {
			folded = m.text // numbers fold to the same, and 10/10 is not 1:30
		}
		other, isKnown := known[folded]
		if isKnown && other.label != m.label {
			return nil, fmt.Errorf("%s and %s are both %q with different labels", other.id, m.id, folded)
		}
		if !isKnown {
			known[folded] = m
			result = append(result, m)
		}
	}
	return result, nil
}

func fromTemplates(folder string) ([]message, error) {
	var corpus []message
	for at, language := range [...]string{"en", "ko", "es"} {
		templates, slots, err := readTemplates(folder, language)
		if err != nil {
			return nil, err
		}
		random := rand.New(rand.NewPCG(seed, uint64(at)))
		var single []message
		for _, t := range templates {
			for variant, text := range t.expand(slots, random) {
				id := fmt.Sprintf("%s-%04d-%d", language, t.group, variant)
				if t.isFrame() {
					id += frameMark
				}
				single = append(single, message{id, language, text, t.label})
			}
		}
		corpus = append(corpus, single...)
		corpus = append(corpus, compose(single, random)...)
		corpus = append(corpus, nonsense(language, random)...)
	}
	return corpus, nil
}

// compose joins pairs of messages whose common label is beyond doubt.
func compose(single []message, random *rand.Rand) []message {
	var pairs []message
	for _, second := range single {
		if random.IntN(100) >= composed {
			continue
		}
		first := single[random.IntN(len(single))]
		joint, isSure := joinLabels(first.label, second.label)
		if !isSure || len(first.text)+len(second.text) > 220 {
			continue
		}
		text := first.text + " " + second.text
		if last := first.text[len(first.text)-1]; last >= 'a' && last <= 'z' || last >= 0x80 {
			text = first.text + ". " + second.text
		}
		pairs = append(pairs, message{second.id + "+" + first.id + pairMark, second.language, text, joint})
	}
	return pairs
}

// joinLabels labels two messages said in one. An open complaint wins over praise, praise wins over
// plain talk; what is left is not clear.
func joinLabels(first, second label) (label, bool) {
	plain := label{sentiment: domain.SentimentNeutral}
	switch {
	case second.complaint && first == plain, first == second:
		return second, true
	case second.complaint && second.sentiment == domain.SentimentNegative && !first.complaint && first.sentiment == domain.SentimentPositive:
		return second, true
	case !first.complaint && !second.complaint && first == plain:
		return second, true
	case !first.complaint && !second.complaint && second == plain:
		return first, true
	}
	return label{}, false
}
