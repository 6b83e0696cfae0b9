package enrichment

import (
	"context"
	"maps"
	"slices"
	"time"

	"dentalk/domain"
)

// outcome is what came of the parts of one message so far.
type outcome struct {
	enrichment domain.Enrichment
	lacked     int           // parts asked for
	refused    int           // parts that failed for good
	missing    bool          // a part ended without what was asked for
	waiting    []string      // parts whose call is still under way
	retry      bool          // a part failed in a way that may pass
	again      bool          // another part is to be asked for at once
	wish       time.Duration // the longest wish of a provider to be left alone
	gained     bool          // there is something new to save
}

// outcomeOf adds what the ended calls brought to what the message has.
func (p *Pipeline) outcomeOf(w work) outcome {
	o := outcome{enrichment: w.task.Message.Enrichment, lacked: len(w.lacks)}
	// The message is not ours to change.
	o.enrichment.Translations = maps.Clone(o.enrichment.Translations)
	o.enrichment.Mismatches = maps.Clone(o.enrichment.Mismatches)
	o.enrichment.Terms = slices.Clone(o.enrichment.Terms)
	for _, target := range w.lacks {
		c := w.calls[target]
		if !c.ended() {
			o.waiting = append(o.waiting, target)
			continue
		}
		answer := c.answers[w.task.Message.ID]
		o.addTerms(answer.translation.Terms)
		if target != analysis && target != opinion && answer.translation.Analysis == nil {
			p.askAlone(&o, answer.err)
		}
		switch {
		case answer.err != nil:
			o.addFailure(answer.err)
		case target == analysis:
			o.addAnalysis(answer.analysis, p.analyser.name)
		case target == opinion:
			o.addOpinion(answer.analysis, p.second.name)
		default:
			p.addTranslation(&o, target, answer.translation)
		}
	}
	o.again = o.again && p.second != nil && o.enrichment.Analyser != p.second.name && !slices.Contains(w.lacks, opinion)
	o.decide(p.translator == nil && p.analyser == nil)
	return o
}

func (o *outcome) addFailure(err error) {
	if permanent(err) {
		o.refused++
		o.missing = true
		return
	}
	o.retry = true
	o.wish = max(o.wish, wish(err))
}

// addAnalysis takes the embedded analyser's verdict. What an operator has said stays.
func (o *outcome) addAnalysis(given domain.Analysis, by string) {
	o.enrichment.Analyser = by
	o.setEmotion(given.Emotion)
	o.setComplaint(given.Complaint)
	o.gained = true
}

// addOpinion adds the second analyser's verdict to the embedded one's, which comes first: it takes
// no time.
func (o *outcome) addOpinion(given domain.Analysis, by string) {
	if o.enrichment.Analyser == "" {
		o.retry = true
		return
	}
	o.enrichment.Analyser = by
	o.setEmotion(given.Emotion)
	if given.Complaint.Detected {
		o.setComplaint(bothComplain(o.machineComplaint(), given.Complaint))
	}
	o.gained = true
}

// bothComplain joins two verdicts, of which the second is a complaint.
func bothComplain(first *domain.Complaint, second domain.Complaint) domain.Complaint {
	if first == nil || !first.Detected {
		return second
	}
	second.Confidence = max(first.Confidence, second.Confidence)
	reasons := slices.Clone(first.Reasons)
	for _, reason := range second.Reasons {
		if !slices.Contains(reasons, reason) {
			reasons = append(reasons, reason)
		}
	}
	second.Reasons = reasons
	return second
}

func (o *outcome) machineComplaint() *domain.Complaint {
	if o.enrichment.CorrectedComplaint() && o.enrichment.Machine != nil {
		return o.enrichment.Machine.Complaint
	}
	return o.enrichment.Complaint
}

func (o *outcome) setEmotion(given domain.Emotion) {
	if o.enrichment.CorrectedEmotion() {
		o.machine().Emotion = &given
		return
	}
	o.enrichment.Emotion = &given
}

func (o *outcome) setComplaint(given domain.Complaint) {
	if o.enrichment.CorrectedComplaint() {
		o.machine().Complaint = &given
		return
	}
	o.enrichment.Complaint = &given
}

// machine is what the providers say beside an operator's correction, as a copy of our own.
func (o *outcome) machine() *domain.Verdict {
	verdict := domain.Verdict{}
	if o.enrichment.Machine != nil {
		verdict = *o.enrichment.Machine
	}
	o.enrichment.Machine = &verdict
	return &verdict
}

func (p *Pipeline) addTranslation(o *outcome, target string, given domain.Translation) {
	if given.Analysis != nil && p.second != nil && p.config.OpinionTranslates {
		o.addOpinion(*given.Analysis, p.second.name)
	}
	if o.enrichment.CorrectedTranslation(target) {
		o.addBeside(target, given.Text)
		return
	}
	if given.Text == "" {
		o.missing = true
		return
	}
	if o.enrichment.Translations == nil {
		o.enrichment.Translations = map[string]string{}
	}
	o.enrichment.Translations[target] = given.Text
	o.enrichment.Translator = given.Provider
	if given.Provider == "" {
		o.enrichment.Translator = p.translator.name
	}
	if len(given.Mismatches) > 0 {
		if o.enrichment.Mismatches == nil {
			o.enrichment.Mismatches = map[string][]string{}
		}
		o.enrichment.Mismatches[target] = given.Mismatches
	}
	o.gained = true
}

// askAlone has the second analyser asked by itself when a translation that should have brought its
// opinion ended without it, so that no text can spoil one to escape the other.
func (p *Pipeline) askAlone(o *outcome, failure error) {
	if p.second == nil || !p.config.OpinionTranslates || o.enrichment.Analyser == p.second.name {
		return
	}
	if failure == nil || permanent(failure) {
		o.again = true
	}
}

// addBeside keeps what a provider says of a translation that an operator has corrected.
func (o *outcome) addBeside(target, text string) {
	if text == "" {
		return
	}
	machine := o.machine()
	machine.Translations = maps.Clone(machine.Translations)
	if machine.Translations == nil {
		machine.Translations = map[string]string{}
	}
	machine.Translations[target] = text
	o.gained = true
}

// glossaryName stands for the translator of messages that have terms and no translation.
const glossaryName = "glossary"

func (o *outcome) addTerms(terms []domain.Term) {
	for _, term := range terms {
		known := slices.IndexFunc(o.enrichment.Terms, func(other domain.Term) bool {
			return other.Source == term.Source && other.Target == term.Target
		})
		if known >= 0 && o.enrichment.Terms[known] == term {
			continue // a retry gives them again
		}
		if known >= 0 {
			o.enrichment.Terms[known] = term
		} else {
			o.enrichment.Terms = append(o.enrichment.Terms, term)
		}
		if o.enrichment.Translator == "" {
			o.enrichment.Translator = glossaryName
		}
		o.gained = true
	}
}

// decide finds the state; the package's comment tells the rules.
func (o *outcome) decide(off bool) {
	has := o.enrichment.Emotion != nil || len(o.enrichment.Translations) > 0 || len(o.enrichment.Terms) > 0
	switch {
	case off:
		o.enrichment.State = domain.EnrichmentOff
	case len(o.waiting) > 0 || o.retry || o.again:
		o.enrichment.State = domain.EnrichmentPending
	case !o.missing && len(o.enrichment.Mismatches) == 0:
		o.enrichment.State = domain.EnrichmentDone
	case !has && o.refused == o.lacked:
		o.enrichment.State = domain.EnrichmentFailed
	default:
		o.enrichment.State = domain.EnrichmentPartial
	}
}

func (p *Pipeline) result(ctx context.Context, task domain.EnrichmentTask, o outcome) domain.EnrichmentResult {
	result := domain.EnrichmentResult{
		RoomID:     task.Message.RoomID,
		MessageID:  task.Message.ID,
		Lease:      task.Lease,
		Enrichment: o.enrichment,
		Unchanged:  o.enrichment.State == domain.EnrichmentPending && !o.gained,
	}
	switch {
	case o.enrichment.State != domain.EnrichmentPending:
	case ctx.Err() != nil:
		// The failure is our own end: another instance may go on at once.
		result.RetryAt = p.config.Now()
	case !o.retry && len(o.waiting) == 0:
		result.RetryAt = p.config.Now()
	case !o.retry:
		// In front of everything that waits, so that the call which is under way is soon joined.
		result.RetryAt = task.Message.CreatedAt
	default:
		result.RetryAt = p.config.retryAt(task.Attempt, o.wish)
		if soon := p.config.Now().Add(5 * p.config.Patience); len(o.waiting) > 0 && result.RetryAt.After(soon) {
			result.RetryAt = soon // while the call under way can still be joined
		}
	}
	return result
}
