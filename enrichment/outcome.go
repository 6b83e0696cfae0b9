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
	wish       time.Duration // the longest wish of a provider to be left alone
	gained     bool          // there is something new to save
}

// names are the providers' names; empty when off.
type names struct{ translator, analyser string }

func (p *Pipeline) names() names {
	var n names
	if p.translator != nil {
		n.translator = p.translator.name
	}
	if p.analyser != nil {
		n.analyser = p.analyser.name
	}
	return n
}

// outcomeOf adds what the ended calls brought to what the message has.
func outcomeOf(w work, by names) outcome {
	o := outcome{enrichment: w.task.Message.Enrichment, lacked: len(w.lacks)}
	// The message is not ours to change.
	o.enrichment.Translations = maps.Clone(o.enrichment.Translations)
	o.enrichment.Terms = slices.Clone(o.enrichment.Terms)
	for _, target := range w.lacks {
		c := w.calls[target]
		if !c.ended() {
			o.waiting = append(o.waiting, target)
			continue
		}
		answer := c.answers[w.task.Message.ID]
		if target != analysis {
			o.addTerms(answer.translation.Terms, by.translator)
		}
		switch {
		case answer.err != nil:
			o.addFailure(answer.err)
		case target == analysis:
			o.addAnalysis(answer.analysis, by.analyser)
		default:
			o.addTranslation(target, answer.translation, by.translator)
		}
	}
	o.decide(by)
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

func (o *outcome) addAnalysis(given domain.Analysis, by string) {
	o.enrichment.Emotion, o.enrichment.Complaint = &given.Emotion, &given.Complaint
	o.enrichment.Analyser = by
	o.gained = true
}

func (o *outcome) addTranslation(target string, given domain.Translation, by string) {
	if given.Text == "" {
		o.missing = true
		return
	}
	if o.enrichment.Translations == nil {
		o.enrichment.Translations = map[string]string{}
	}
	o.enrichment.Translations[target] = given.Text
	o.enrichment.Translator = by
	o.gained = true
}

func (o *outcome) addTerms(terms []domain.Term, by string) {
	for _, term := range terms {
		if slices.Contains(o.enrichment.Terms, term) {
			continue // a retry gives them again
		}
		o.enrichment.Terms = append(o.enrichment.Terms, term)
		o.enrichment.Translator = by
		o.gained = true
	}
}

// decide finds the state; the package's comment tells the rules.
func (o *outcome) decide(by names) {
	has := o.enrichment.Emotion != nil || len(o.enrichment.Translations) > 0 || len(o.enrichment.Terms) > 0
	switch {
	case by == names{}:
		o.enrichment.State = domain.EnrichmentOff
	case len(o.waiting) > 0 || o.retry:
		o.enrichment.State = domain.EnrichmentPending
	case !o.missing:
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
	}
	switch {
	case o.enrichment.State != domain.EnrichmentPending:
	case ctx.Err() != nil:
		// The failure is our own end: another instance may go on at once.
		result.RetryAt = p.config.Now()
	case !o.retry:
		// Some parts are still under way. In front of everything that waits, so that the call which is under way is soon joined.
		result.RetryAt = task.Message.CreatedAt
	default:
		result.RetryAt = p.config.retryAt(task.Attempt, o.wish)
	}
	return result
}
