package enrichment

import (
	"context"
	"time"

	"dentalk/domain"
)

// enrich brings one claimed batch to its results. It saves when all calls have ended, or after
// each turn of patience what is there by then.
func (p *Pipeline) enrich(ctx context.Context, tasks []domain.EnrichmentTask, claimed time.Time) {
	works := p.start(ctx, tasks, claimed)
	patience := time.NewTicker(p.config.Patience)
	defer patience.Stop()
	for len(works) > 0 {
		waitForCalls(works, patience.C)
		var results []domain.EnrichmentResult
		results, works = p.settle(ctx, works)
		p.save(ctx, results, claimed)
	}
}

// subject is what the texts of one call have in common.
type subject struct {
	source, target string
	fresh          bool // not from a cache
}

// start begins the calls that the tasks need, one for each subject, or joins those that an earlier
// claim of the same message left under way.
func (p *Pipeline) start(ctx context.Context, tasks []domain.EnrichmentTask, claimed time.Time) []work {
	fresh := map[subject]*call{}
	works := make([]work, len(tasks))
	// Half of the lease is for the providers, so that the other half is left for a store that
	// does not answer at once.
	expires := claimed.Add(p.config.Lease / 2)
	for i, task := range tasks {
		works[i] = work{task: task, lacks: p.lacks(task), calls: map[string]*call{}}
		for _, target := range works[i].lacks {
			c := p.underway.take(part{task.Message.ID, target})
			if c == nil {
				c = callAbout(fresh, subjectOf(task, target), expires)
				c.messages = append(c.messages, task.Message)
			}
			works[i].calls[target] = c
		}
	}
	for about, c := range fresh {
		p.running.Go(func() { p.ask(ctx, c, about) })
	}
	return works
}

// subjectOf keeps all analyses of an analyser together; translations by language pair.
func subjectOf(task domain.EnrichmentTask, target string) subject {
	if target == analysis || target == opinion {
		return subject{target: target}
	}
	e := task.Message.Enrichment
	return subject{source: base(e.Language), target: target, fresh: e.Reopened > 0}
}

// callAbout gives the call about the subject, and makes it when there is none yet.
func callAbout(calls map[subject]*call, about subject, expires time.Time) *call {
	if calls[about] == nil {
		calls[about] = newCall(expires)
	}
	return calls[about]
}

func (p *Pipeline) ask(ctx context.Context, c *call, about subject) {
	ctx, cancel := context.WithTimeout(ctx, c.expires.Sub(p.config.Now()))
	defer cancel()
	switch about.target {
	case analysis:
		c.run(ctx, p.analyser, analyse(p.config.Analyser))
	case opinion:
		c.run(ctx, p.second, analyse(p.config.Second))
	default:
		c.run(ctx, p.translator, translate(p.config.Translator, about))
	}
}

// waitForCalls returns when all calls of the works have ended, or when patience has.
func waitForCalls(works []work, patience <-chan time.Time) {
	for _, w := range works {
		for _, c := range w.calls {
			select {
			case <-c.done:
			case <-patience:
				return
			}
		}
	}
}

// settle makes the results of the works that can be saved now, and gives those that must wait on.
func (p *Pipeline) settle(ctx context.Context, works []work) (results []domain.EnrichmentResult, rest []work) {
	for _, w := range works {
		o := p.outcomeOf(w)
		if len(o.waiting) > 0 && !o.gained {
			rest = append(rest, w)
			continue
		}
		// Before the save, since that makes the message free to be claimed.
		p.underway.leave(w, o.waiting, p.config.Now())
		results = append(results, p.result(ctx, w.task, o))
	}
	return results, rest
}
