package main

import (
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"dentalk/enrichment/analyser/internal/features"
	"dentalk/enrichment/analyser/internal/model"
)

// The settings of the training, found by cross-validation.
const (
	epochs   = 16
	rate     = 0.25 // the step of the first epoch; it falls linearly to nothing
	decay    = 0.04 // how much of every weight is lost in an epoch of full step
	dropping = 0.15 // the part of the features that is left out of every step

	// madeWeight is what a message from a template weighs against one that was written by itself.
	madeWeight = 0.4
)

// example is a message made ready: its features and its labels as numbers of outputs.
type example struct {
	features  []features.Feature
	words     []features.Word
	sentiment int
	complaint float64
	category  int // -1 when there is none

	weight   float64
	isHangul bool

	isNonsense bool
}

func prepare(messages []message, extractor *features.Extractor) []example {
	sentiments, categories := model.Sentiments(), model.Categories()
	examples := make([]example, 0, len(messages))
	var doc features.Document
	for _, m := range messages {
		extractor.Extract(m.text, &doc)
		e := example{features: slices.Clone(doc.Features), words: slices.Clone(doc.Words), category: -1}
		e.isNonsense = strings.HasSuffix(m.id, nonsenseMark)
		e.isHangul = doc.IsHangul()
		e.weight = madeWeight
		if m.isWritten() {
			e.weight = 1
		}
		e.sentiment = slices.Index(sentiments[:], m.sentiment)
		if m.complaint {
			e.complaint = 1
			e.category = slices.Index(categories[:], m.category)
		}
		examples = append(examples, e)
	}
	return examples
}

// stems are the features that stand for the words of the examples. Foreign and invented words of
// the nonsense are left out: they are met so that they stay without meaning.
func stems(examples []example) []uint32 {
	var result []uint32
	for _, e := range examples {
		if e.isNonsense {
			continue
		}
		for _, word := range e.words {
			result = append(result, word.Stem)
		}
	}
	return result
}

// The conversions of products to float64 keep the compiler from fusing them with the sums, which
// would make the last bits of the weights depend on the processor.

// rounds is how many trainings, each in another order of the messages, the model is the mean of: which
// message comes last is chance, and the mean of linear models is one linear model.
const rounds = 5

func trainRounds(examples []example) []float64 {
	results := make([][]float64, rounds)
	var group errgroup.Group
	group.SetLimit(runtime.NumCPU())
	for round := range rounds {
		group.Go(func() error {
			results[round] = train(examples, uint64(round))
			return nil
		})
	}
	_ = group.Wait() // no error is possible
	mean := make([]float64, len(results[0]))
	for _, weights := range results {
		for at, weight := range weights {
			mean[at] += weight / rounds
		}
	}
	return mean
}

// train fits all heads by gradient descent with steps that shrink for every weight as it is
// used (AdaGrad), with weight decay and with features left out at random. The result holds
// model.Outputs weights for each feature.
func train(examples []example, round uint64) []float64 {
	weights := make([]float64, features.Buckets*model.Outputs)
	squares := make([]float64, len(weights))
	random := rand.New(rand.NewPCG(seed, 99+round))
	order := random.Perm(len(examples))
	for epoch := range epochs {
		step := rate * float64(epochs-epoch) / epochs
		random.Shuffle(len(order), func(a, b int) { order[a], order[b] = order[b], order[a] })
		for _, at := range order {
			learn(weights, squares, thin(examples[at], random), step)
		}
		for at := range weights {
			weights[at] *= 1 - decay*step/rate
		}
	}
	return weights
}

// thin leaves out features at random and makes up for the loss.
func thin(e example, random *rand.Rand) example {
	kept := make([]features.Feature, 0, len(e.features))
	for _, feature := range e.features {
		if random.Float64() >= dropping {
			feature.Value *= 1 / (1 - dropping)
			kept = append(kept, feature)
		}
	}
	e.features = kept
	return e
}

func learn(weights, squares []float64, e example, step float64) {
	var sums [model.Outputs]float64
	for _, feature := range e.features {
		row := weights[int(feature.Bucket)*model.Outputs:][:model.Outputs]
		for output := range row {
			sums[output] += float64(row[output] * float64(feature.Value))
		}
	}
	downhill := slopesOf(sums, e)
	for _, feature := range e.features {
		start := int(feature.Bucket) * model.Outputs
		for output, slope := range downhill {
			if slope == 0 {
				continue
			}
			change := float64(slope * e.weight * float64(feature.Value))
			squares[start+output] += float64(change * change)
			weights[start+output] -= step * change / math.Sqrt(squares[start+output]+1e-2)
		}
	}
}

// slopesOf gives the derivatives of the loss by the sum of every output.
func slopesOf(sums [model.Outputs]float64, e example) (slopes [model.Outputs]float64) {
	copy(slopes[model.FirstSentiment:model.Complaint], softmax(sums[model.FirstSentiment:model.Complaint], e.sentiment))
	slopes[model.Complaint] = 1/(1+math.Exp(-sums[model.Complaint])) - e.complaint
	joint := model.Joint(e.sentiment, e.complaint == 1)
	copy(slopes[model.FirstJoint:], softmax(sums[model.FirstJoint:], joint))
	if e.category >= 0 {
		copy(slopes[model.FirstCategory:model.FirstJoint], softmax(sums[model.FirstCategory:model.FirstJoint], e.category))
	}
	return slopes
}

// softmax gives the probabilities of the outputs, less one for the true one.
func softmax(sums []float64, truth int) []float64 {
	result := make([]float64, len(sums))
	top, total := slices.Max(sums), 0.0
	for at, sum := range sums {
		result[at] = math.Exp(sum - top)
		total += result[at]
	}
	for at := range result {
		result[at] /= total
	}
	result[truth]--
	return result
}
