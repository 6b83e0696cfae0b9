package domain

import (
	"maps"
	"slices"
	"strings"
)

const (
	// MaxTranslation is the limit of a translation that an operator writes, in characters.
	MaxTranslation = 2 * MaxText
	// MaxCorrections bounds what a message carries along.
	MaxCorrections = 50
)

// NewCorrection is what an operator wants to set right; nil and missing parts stay as they are.
type NewCorrection struct {
	Translations map[string]string // by language
	Sentiment    *Sentiment
	Complaint    *NewComplaint
}

// NewComplaint is an operator's verdict on a complaint.
type NewComplaint struct {
	Detected *bool
	Category ComplaintCategory // empty unless detected
}

// Check validates n and returns it with its texts trimmed.
func (n NewCorrection) Check() (NewCorrection, error) {
	var v validation
	if len(n.Translations) == 0 && n.Sentiment == nil && n.Complaint == nil {
		v.add("body", "required", "must hold at least one of translations, emotion and complaint")
	}
	n.Translations = maps.Clone(n.Translations)
	for _, code := range slices.Sorted(maps.Keys(n.Translations)) {
		field := "translations." + code
		n.Translations[code] = strings.TrimSpace(n.Translations[code])
		if !baseLanguage(code) {
			v.add(field, "invalid", "must be named by a language code without script and region, for example ko")
		}
		v.text(field, n.Translations[code], 1, MaxTranslation)
	}
	if n.Sentiment != nil {
		v.oneOf("emotion.sentiment", string(*n.Sentiment), string(SentimentPositive), string(SentimentNeutral), string(SentimentNegative))
	}
	if n.Complaint != nil {
		n.Complaint.check(&v)
	}
	return n, v.err()
}

func (n NewComplaint) check(v *validation) {
	switch {
	case n.Detected == nil:
		v.add("complaint.detected", "required", "is required")
	case *n.Detected:
		v.oneOf("complaint.category", string(n.Category), string(CategoryFit), string(CategoryShade), string(CategoryDelay),
			string(CategoryCommunication), string(CategoryDamage), string(CategoryWrongItem), string(CategoryCost), string(CategoryOther))
	case n.Category != "":
		v.add("complaint.category", "invalid", "must be absent where no complaint is detected")
	}
}

// verdict is what n says, in full. A person is sure; the words that speak for a complaint are still
// those that the provider found.
func (n NewCorrection) verdict(before Enrichment) Verdict {
	verdict := Verdict{Translations: n.Translations}
	if n.Sentiment != nil {
		verdict.Emotion = &Emotion{Sentiment: *n.Sentiment, Score: n.Sentiment.score(), Confidence: 1}
	}
	if n.Complaint != nil {
		verdict.Complaint = &Complaint{Detected: *n.Complaint.Detected, Category: n.Complaint.Category, Confidence: 1}
		if was := before.Complaint; was != nil && was.Detected && verdict.Complaint.Detected {
			verdict.Complaint.Reasons = was.Reasons
		}
	}
	return verdict
}

// fields names what n sets right.
func (n NewCorrection) fields() (names []string) {
	for _, language := range slices.Sorted(maps.Keys(n.Translations)) {
		names = append(names, "translations."+language)
	}
	if n.Sentiment != nil {
		names = append(names, "emotion")
	}
	if n.Complaint != nil {
		names = append(names, "complaint")
	}
	return names
}

// score is the outermost of the sentiment.
func (s Sentiment) score() float64 {
	switch s {
	case SentimentPositive:
		return 1
	case SentimentNegative:
		return -1
	}
	return 0
}
