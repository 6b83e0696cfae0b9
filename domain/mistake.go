package domain

import (
	"maps"
	"slices"
)

// MistakePart says what of an enrichment was wrong.
type MistakePart string

// The parts that are counted. A complaint is missed when the provider saw none, false when there
// was none, and of the wrong category otherwise.
const (
	MistakeTranslation       MistakePart = "translation"
	MistakeEmotion           MistakePart = "emotion"
	MistakeComplaintMissed   MistakePart = "complaint_missed"
	MistakeComplaintFalse    MistakePart = "complaint_false"
	MistakeComplaintCategory MistakePart = "complaint_category"
)

// NoProvider stands for the provider where none had said anything.
const NoProvider = "none"

// Mistake is a part of an enrichment that a provider had wrong, as an operator found.
type Mistake struct {
	Part     MistakePart
	Provider string
}

// mistakes lists where the verdict differs from what providers said. What is an operator's already
// is nobody's mistake, and agreeing is none.
func (e Enrichment) mistakes(verdict Verdict) []Mistake {
	var found []Mistake
	for _, language := range slices.Sorted(maps.Keys(verdict.Translations)) {
		if !e.CorrectedTranslation(language) && e.Translations[language] != verdict.Translations[language] {
			found = append(found, mistake(MistakeTranslation, e.translatorOf(language)))
		}
	}
	if verdict.Emotion != nil && !e.CorrectedEmotion() && (e.Emotion == nil || e.Emotion.Sentiment != verdict.Emotion.Sentiment) {
		found = append(found, mistake(MistakeEmotion, e.Analyser))
	}
	if verdict.Complaint != nil && !e.CorrectedComplaint() {
		if part := e.complaintMistake(*verdict.Complaint); part != "" {
			found = append(found, mistake(part, e.judges()))
		}
	}
	return found
}

// translatorOf is empty when nobody has translated into the language.
func (e Enrichment) translatorOf(language string) string {
	if e.Translations[language] == "" {
		return ""
	}
	return e.Translator
}

// judges are those whose common verdict the complaint is: the embedded analyser, and a second one
// beside it.
func (e Enrichment) judges() string {
	if e.Analyser == "" || e.Analyser == AnalyserEmbedded {
		return e.Analyser
	}
	return AnalyserEmbedded + "+" + e.Analyser
}

// complaintMistake is empty when there is none.
func (e Enrichment) complaintMistake(verdict Complaint) MistakePart {
	var was Complaint
	if e.Complaint != nil {
		was = *e.Complaint
	}
	switch {
	case verdict.Detected && !was.Detected:
		return MistakeComplaintMissed
	case !verdict.Detected && was.Detected:
		return MistakeComplaintFalse
	case verdict.Category != was.Category:
		return MistakeComplaintCategory
	}
	return ""
}

func mistake(part MistakePart, provider string) Mistake {
	if provider == "" {
		provider = NoProvider
	}
	return Mistake{Part: part, Provider: provider}
}
