package domain

import (
	"maps"
	"slices"
	"time"
)

// Verdict is what providers or an operator say of a message. Nil and missing parts say nothing.
type Verdict struct {
	Translations map[string]string // by language
	Emotion      *Emotion
	Complaint    *Complaint
}

// Correction is what an operator set right in the enrichment of a message.
type Correction struct {
	UserID   ID
	UserName string // filled in when it is read, and not stored, so that it goes when the person is erased
	At       time.Time
	Verdict
}

// Correct gives e with the correction applied. What the providers had said of the same parts is
// kept in Machine; e itself is not changed. A partial enrichment is done when it now has
// everything, with a translation into each of the targets.
func (e Enrichment) Correct(c Correction, targets []string) Enrichment {
	machine := Verdict{}
	if e.Machine != nil {
		machine = *e.Machine
	}
	machine.Translations = maps.Clone(machine.Translations)
	e.Translations, e.Mismatches = maps.Clone(e.Translations), maps.Clone(e.Mismatches)
	for language, text := range c.Translations {
		if !e.CorrectedTranslation(language) && e.Translations[language] != "" {
			setText(&machine.Translations, language, e.Translations[language])
		}
		setText(&e.Translations, language, text)
		delete(e.Mismatches, language)
	}
	if c.Emotion != nil {
		if !e.CorrectedEmotion() {
			machine.Emotion = e.Emotion
		}
		e.Emotion = c.Emotion
	}
	if c.Complaint != nil {
		if !e.CorrectedComplaint() {
			machine.Complaint = e.Complaint
		}
		e.Complaint = c.Complaint
	}
	e.Machine = &machine
	e.Corrections = append(slices.Clone(e.Corrections), c)
	switch {
	case e.State == EnrichmentFailed:
		e.State = EnrichmentPartial
	case e.State == EnrichmentPartial && e.isWhole(targets):
		e.State = EnrichmentDone
	}
	return e
}

func (e Enrichment) isWhole(targets []string) bool {
	lacks := func(language string) bool { return e.Translations[language] == "" }
	return len(e.Mismatches) == 0 && e.Emotion != nil && e.Complaint != nil && !slices.ContainsFunc(targets, lacks)
}

// CorrectedTranslation tells whether the translation into the language is an operator's.
func (e Enrichment) CorrectedTranslation(language string) bool {
	return e.corrected(func(c Correction) bool { return c.Translations[language] != "" })
}

// CorrectedEmotion tells whether the mood is an operator's verdict.
func (e Enrichment) CorrectedEmotion() bool {
	return e.corrected(func(c Correction) bool { return c.Emotion != nil })
}

// CorrectedComplaint tells whether the complaint is an operator's verdict.
func (e Enrichment) CorrectedComplaint() bool {
	return e.corrected(func(c Correction) bool { return c.Complaint != nil })
}

func (e Enrichment) corrected(part func(Correction) bool) bool {
	return slices.ContainsFunc(e.Corrections, part)
}

// Reopen gives e as it is to be made anew: pending, without what the providers said. What
// operators said stays.
func (e Enrichment) Reopen() Enrichment {
	e.State, e.Mismatches, e.Terms = EnrichmentPending, nil, nil
	if e.Machine != nil {
		e.Machine = &Verdict{Emotion: e.Machine.Emotion, Complaint: e.Machine.Complaint}
	}
	e.Translator, e.Analyser = "", ""
	e.Translations = maps.Clone(e.Translations)
	maps.DeleteFunc(e.Translations, func(language, _ string) bool { return !e.CorrectedTranslation(language) })
	if !e.CorrectedEmotion() {
		e.Emotion = nil
	}
	if !e.CorrectedComplaint() {
		e.Complaint = nil
	}
	e.Reopened++
	return e
}

func setText(texts *map[string]string, language, text string) {
	if *texts == nil {
		*texts = map[string]string{}
	}
	(*texts)[language] = text
}
