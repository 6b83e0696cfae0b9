package enrichment

import (
	"context"
	"sync"
	"time"

	"dentalk/domain"
)

// Pipeline claims pending messages, asks the providers and saves the results.
type Pipeline struct {
	config     Config
	bell       chan struct{}
	underway   *underway
	translator *provider      // nil: off
	analyser   *provider      // nil: off
	second     *provider      // nil: none
	running    sync.WaitGroup // batches and calls
}

// New makes a pipeline; Run starts it.
func New(config Config) *Pipeline {
	config = config.withDefaults()
	p := &Pipeline{config: config, bell: make(chan struct{}, 1), underway: newUnderway()}
	if config.Analyser != nil {
		p.analyser = newProvider(config.Analyser.Name(), config)
	}
	if config.Second != nil {
		p.second = newProvider(config.Second.Name(), config)
	}
	if config.Translator != nil {
		p.translator = newProvider(config.Translator.Name(), config)
	}
	return p
}

// Ring says that there may be work. It never blocks; many rings before the next claim are one.
func (p *Pipeline) Ring() {
	select {
	case p.bell <- struct{}{}:
	default:
	}
}

// Run works until ctx ends and waits for everything that it started. Calls under way are then
// cancelled, and what they were to bring is given back to the queue for another instance. It is
// called once.
func (p *Pipeline) Run(ctx context.Context) error {
	defer p.running.Wait()
	slots := make(chan struct{}, p.config.Workers)
	// A backlog holds half of the places at most, so that whoever writes now does not wait for a
	// provider that is slow.
	backlog := make(chan struct{}, max(1, p.config.Workers/2))
	first := true // so that what was left by others comes at once
	for {
		select {
		case <-ctx.Done():
			return nil
		case slots <- struct{}{}:
		}
		first = !first || !enter(backlog)
		tasks, claimed := p.claim(ctx, first)
		leave := func() { <-slots }
		if !first {
			leave = func() { <-backlog; <-slots }
		}
		if len(tasks) == 0 {
			leave()
		} else {
			p.running.Go(func() {
				defer leave()
				p.enrich(ctx, tasks, claimed)
			})
		}
		if len(tasks) < p.config.Batch {
			p.rest(ctx)
		}
	}
}

// enter takes a place if one is free.
func enter(places chan struct{}) bool {
	select {
	case places <- struct{}{}:
		return true
	default:
		return false
	}
}

// claim takes what is due, and tells when it began to: the lease counts from then at the earliest.
func (p *Pipeline) claim(ctx context.Context, first bool) ([]domain.EnrichmentTask, time.Time) {
	began := p.config.Now()
	bounded, cancel := context.WithTimeout(ctx, storeTimeout)
	defer cancel()
	tasks, err := p.config.Store.ClaimEnrichments(bounded, domain.Claim{Limit: p.config.Batch, Lease: p.config.Lease, First: first})
	if err == nil {
		return tasks, began
	}
	if ctx.Err() == nil {
		p.config.Log.Error("enrichment: claim pending messages", "error", err)
		// The doorbell must not turn a store that refuses claims into a busy loop.
		sleep(ctx, time.Second)
	}
	return nil, began
}

// rest ends when the bell rings, when the next message is due, or after the safety net.
func (p *Pipeline) rest(ctx context.Context) {
	timer := time.NewTimer(p.untilNext(ctx))
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-p.bell:
	case <-timer.C:
	}
}

func (p *Pipeline) untilNext(ctx context.Context) time.Duration {
	bounded, cancel := context.WithTimeout(ctx, storeTimeout)
	defer cancel()
	due, err := p.config.Store.NextEnrichment(bounded)
	if err != nil && ctx.Err() == nil {
		p.config.Log.Error("enrichment: ask for the next pending message", "error", err)
	}
	if err != nil || due.IsZero() {
		return safetyNet
	}
	return min(max(due.Sub(p.config.Now()), shortestRest), safetyNet)
}

// sleep waits for d or for the end of ctx.
func sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
