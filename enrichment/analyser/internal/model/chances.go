package model

import "math"

// Chances are the probabilities, each 0 .. 1, that follow from the sums of a message.
type Chances struct {
	Sentiments [3]float64 // in the order of Sentiments
	Complaint  float64
}

// ChancesOf turns evidence into probabilities. The two heads know nothing of each other, but no
// complaint is positive by the rules of labelling: that combination is taken out, and the rest
// shares its part.
func ChancesOf(sums [Outputs]float32) Chances {
	var chances Chances
	top, total := max(sums[0], sums[1], sums[2]), 0.0
	for at := range chances.Sentiments {
		chances.Sentiments[at] = math.Exp(float64(sums[FirstSentiment+at] - top))
		total += chances.Sentiments[at]
	}
	for at := range chances.Sentiments {
		chances.Sentiments[at] /= total
	}
	complaint := 1 / (1 + math.Exp(-float64(sums[Complaint])))
	positive := chances.Sentiments[0]
	possible := max(1-complaint*positive, 1e-9)
	chances.Complaint = complaint * (1 - positive) / possible
	chances.Sentiments[0] = positive * (1 - complaint) / possible
	chances.Sentiments[1] /= possible
	chances.Sentiments[2] /= possible
	return chances
}

// Sentiment is the number of the likeliest sentiment.
func (c Chances) Sentiment() int {
	best := 0
	for at, chance := range c.Sentiments {
		if chance > c.Sentiments[best] {
			best = at
		}
	}
	return best
}
