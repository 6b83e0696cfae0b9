// Package model holds the weights of the embedded analyser and their file format.
package model

import (
	"crypto/sha256"
	"math"

	"dentalk/domain"
	"dentalk/enrichment/analyser/internal/features"
)

// The outputs of the model: three sentiments, the complaint, the categories, and the joint labels of
// sentiment and complaint.
const (
	FirstSentiment = 0
	Complaint      = 3
	FirstCategory  = 4
	FirstJoint     = 12
	Outputs        = 17
)

// Sentiments are the meanings of the outputs from FirstSentiment on.
func Sentiments() [3]domain.Sentiment {
	return [...]domain.Sentiment{domain.SentimentPositive, domain.SentimentNeutral, domain.SentimentNegative}
}

// Categories are the meanings of the outputs from FirstCategory on.
func Categories() [8]domain.ComplaintCategory {
	return [...]domain.ComplaintCategory{
		domain.CategoryFit, domain.CategoryShade, domain.CategoryDelay, domain.CategoryCommunication,
		domain.CategoryDamage, domain.CategoryWrongItem, domain.CategoryCost, domain.CategoryOther,
	}
}

// Joint gives the number of the joint label, 0 .. 4, counted from FirstJoint: the three sentiments without a
// complaint, then a neutral and a negative complaint. A positive complaint hardly exists.
func Joint(sentiment int, complaint bool) int {
	if !complaint {
		return sentiment
	}
	return 2 + max(sentiment, 1)
}

// Model is a trained model. It is not changed after it was read and safe for concurrent use.
type Model struct {
	// Corpus and Features tell what the model was trained on and with.
	Corpus, Features [sha256.Size]byte

	// weights are Outputs numbers for each feature, in steps of scales[output].
	weights []int8
	scales  [Outputs]float32

	// known has a bit for every feature that stood for a word in the training.
	known [features.Buckets / 64]uint64
}

// New rounds the trained weights, Outputs for each feature, to one byte each. Stems are the words
// of the training, by the features that stand for them.
func New(corpus, featureRules [sha256.Size]byte, trained []float64, stems []uint32) *Model {
	m := &Model{Corpus: corpus, Features: featureRules, weights: make([]int8, len(trained))}
	for _, stem := range stems {
		m.known[stem/64] |= 1 << (stem % 64)
	}
	for at, weight := range trained {
		m.scales[at%Outputs] = max(m.scales[at%Outputs], float32(math.Abs(weight)/127))
	}
	for at, weight := range trained {
		if scale := m.scales[at%Outputs]; scale > 0 {
			m.weights[at] = int8(math.Round(weight / float64(scale)))
		}
	}
	return m
}

// Weight is what one unit of a feature adds to an output.
func (m *Model) Weight(bucket uint32, output int) float32 {
	return float32(m.weights[int(bucket)*Outputs+output]) * m.scales[output]
}

// Sums adds up the evidence for every output.
func (m *Model) Sums(found []features.Feature) (sums [Outputs]float32) {
	for _, feature := range found {
		row := m.weights[int(feature.Bucket)*Outputs:][:Outputs]
		for output, weight := range row {
			sums[output] += float32(weight) * feature.Value
		}
	}
	for output := range sums {
		sums[output] *= m.scales[output]
	}
	return sums
}

// Coverage is the part of the words, 0 .. 1, that the training met or the lexicon lists.
func (m *Model) Coverage(words []features.Word) float64 {
	known := 0
	for _, word := range words {
		if word.Listed || m.known[word.Stem/64]>>(word.Stem%64)&1 == 1 {
			known++
		}
	}
	return float64(known) / float64(max(len(words), 1))
}
