package features

import (
	"math"
	"slices"
)

// Buckets is the number of features: hashes are folded into 0 .. Buckets-1.
const Buckets = 1 << 17

// Feature is one property of a text: its number, its value, and the letters that it came from.
type Feature struct {
	Bucket uint32
	Value  float32

	from, to int32
}

// Word is a word of a text with its place, in bytes of the original.
type Word struct {
	Start, End int
	// Stem numbers the feature that stands for the word without its ending.
	Stem uint32
	// Hangul is true for a word that begins with a syllable of Hangul.
	Hangul bool
	// Listed is true for words of the lexicon, Telling for those that speak of trouble.
	Listed, Telling bool
	// Role tells where the word may stand in a quoted phrase.
	Role Role

	from, to int32
}

// Document is what was found in one text. It may be reused for the next text; it is not safe for
// concurrent use.
type Document struct {
	Features []Feature
	Words    []Word

	letters []letter
	jamo    []jamo   // of one word
	classes []uint64 // of the lexicon, a bit each, for every word
	counts  [maxClasses]int32
}

// Share spreads weights over the words: every feature's weight, as told by weigh, is divided among
// the words that it covers. The result is in the order of Words and is appended to into.
func (d *Document) Share(into []float32, weigh func(Feature) float32) []float32 {
	start := len(into)
	for range d.Words {
		into = append(into, 0)
	}
	shares := into[start:]
	for _, feature := range d.Features {
		if feature.to <= feature.from {
			continue
		}
		first, after := d.covered(feature.from, feature.to)
		for at := first; at < after; at++ {
			shares[at] += weigh(feature) / float32(after-first)
		}
	}
	return into
}

// IsHangul tells whether any word of the text is Korean.
func (d *Document) IsHangul() bool {
	return slices.ContainsFunc(d.Words, func(word Word) bool { return word.Hangul })
}

// covered gives the range of words that overlap letters from .. to.
func (d *Document) covered(from, to int32) (first, after int) {
	low, high := 0, len(d.Words)
	for low < high {
		middle := (low + high) / 2
		if d.Words[middle].to <= from {
			low = middle + 1
		} else {
			high = middle
		}
	}
	after = low
	for after < len(d.Words) && d.Words[after].from < to {
		after++
	}
	return low, after
}

// add appends a feature; the hash keeps equal letters of different kinds of features apart.
func (d *Document) add(hash uint32, value float32, from, to int) {
	hash ^= hash >> 16
	hash *= 0x85ebca6b
	hash ^= hash >> 13
	d.Features = append(d.Features, Feature{hash % Buckets, value, int32(from), int32(to)}) // #nosec G115 -- positions in a text, which is bounded
}

// level scales the features from start on to a common length, so that long texts do not shout.
func (d *Document) level(start int, length float32) {
	if count := len(d.Features) - start; count > 0 {
		scale := length / float32(math.Sqrt(float64(count)))
		for at := start; at < len(d.Features); at++ {
			d.Features[at].Value *= scale
		}
	}
}

// The hash is FNV-1a over whole runes.
const hashPrime = 16777619

func hashStart(group uint32) uint32 { return (2166136261 ^ group) * hashPrime }

func hashNext(hash uint32, value rune) uint32 { return (hash ^ uint32(value)) * hashPrime } // #nosec G115 -- any bits of the rune will do for a hash

func hashLetters(hash uint32, text []letter) uint32 {
	for _, each := range text {
		hash = hashNext(hash, each.value)
	}
	return hash
}
