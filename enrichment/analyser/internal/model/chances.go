package model

import (
	"math"
	"slices"
)

// Chances are the probabilities, each 0 .. 1, that follow from the sums of a message.
type Chances struct {
	Sentiments [3]float64 // in the order of Sentiments
	Complaint  float64

	alarm float64
}

// doubt is how often the surest verdicts in cross-validation are wrong; train -folds prints it.
// No chance comes nearer to 0 or 1 than that leaves room for.
const doubt = 0.015

// enough is the part of a text's words that have to be known for it to be judged as it stands.
const enough = 0.5

// prior is what is held of a text of which nothing is known: it is plain talk.
func prior() [Outputs]float32 {
	return [Outputs]float32{FirstSentiment + 1: 2, Complaint: -3, FirstJoint + 1: 3}
}

// weigh draws the sums towards the prior, the more the less of the text is known.
func weigh(sums [Outputs]float32, coverage float64) [Outputs]float32 {
	part := float32(min(coverage/enough, 1))
	rest := prior()
	for output := range sums {
		if output >= FirstCategory && output < FirstJoint {
			continue // what a complaint is about does not depend on it
		}
		sums[output] = part*sums[output] + (1-part)*rest[output]
	}
	return sums
}

// ChancesOf turns evidence into probabilities; coverage is the part of the words that are known,
// isHangul tells that the text is Korean.
// The two heads know nothing of each other, but no complaint is positive by the rules of labelling:
// that combination is taken out, and the rest shares its part.
func ChancesOf(sums [Outputs]float32, coverage float64, isHangul bool) Chances {
	sums = weigh(sums, coverage)
	chances := Chances{alarm: alarmLatin}
	if isHangul {
		chances.alarm = alarmHangul
	}
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
	chances.join(sums[FirstJoint:])
	for at, chance := range chances.Sentiments {
		chances.Sentiments[at] = chance*(1-doubt) + doubt/float64(len(chances.Sentiments))
	}
	chances.Complaint = chances.Complaint*(1-doubt) + doubt/2
	return chances
}

// join takes the mean with the chances of the joint labels: what one head misses the other may see.
func (c *Chances) join(sums []float32) {
	var joint [Outputs - FirstJoint]float64
	top, total := slices.Max(sums), 0.0
	for at := range joint {
		joint[at] = math.Exp(float64(sums[at] - top))
		total += joint[at]
	}
	for at := range joint {
		joint[at] /= total
	}
	c.Complaint = (c.Complaint + joint[3] + joint[4]) / 2
	for at, chance := range [...]float64{joint[0], joint[1] + joint[3], joint[2] + joint[4]} {
		c.Sentiments[at] = (c.Sentiments[at] + chance) / 2
	}
}

// The chances from which on a complaint is reported. They lie above a half because the corpus holds
// more complaints than people write, and a false alarm costs the reader's trust. In cross-validation
// this much keeps them below 6 %, although the messages there that are no complaint were chosen to be hard.
const (
	alarmLatin  = 0.74
	alarmHangul = 0.62
)

// IsComplaint tells whether the message counts as a complaint.
func (c Chances) IsComplaint() bool { return c.Complaint >= c.alarm }

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
