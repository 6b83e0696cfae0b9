package enrichment

import (
	"context"
	"time"

	"dentalk/domain"
)

// save stores the results. What the providers gave may have cost money, so it tries again while
// the lease holds; after that another claim begins anew.
func (p *Pipeline) save(ctx context.Context, results []domain.EnrichmentResult, claimed time.Time) {
	if len(results) == 0 {
		return
	}
	leaseEnds := claimed.Add(p.config.Lease)
	for delay := 100 * time.Millisecond; ; delay *= 2 {
		err := p.saveOnce(ctx, results)
		if err == nil {
			break
		}
		p.config.Log.Error("enrichment: save results", "messages", len(results), "error", err)
		if ctx.Err() != nil || p.config.Now().Add(delay).After(leaseEnds) {
			return
		}
		sleep(ctx, delay)
	}
	if anyPending(results) {
		p.Ring() // the time of the next claim has changed
	}
}

func (p *Pipeline) saveOnce(ctx context.Context, results []domain.EnrichmentResult) error {
	// At the end of the process what is there is saved all the same.
	bounded, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeTimeout)
	defer cancel()
	saved, err := p.config.Store.SaveEnrichments(bounded, results)
	if err != nil {
		return err
	}
	p.measure(saved)
	if refused := len(results) - len(saved); refused > 0 {
		p.config.Log.Info("enrichment: results came after their lease", "messages", refused)
	}
	return nil
}

func anyPending(results []domain.EnrichmentResult) bool {
	for _, result := range results {
		if result.Enrichment.State == domain.EnrichmentPending {
			return true
		}
	}
	return false
}

// measure counts the messages that are finished.
func (p *Pipeline) measure(saved []domain.Message) {
	for _, message := range saved {
		// Those that operators asked for anew were counted before.
		if state := message.Enrichment.State; state != domain.EnrichmentPending && message.Enrichment.Reopened == 0 {
			p.config.Metrics.finished.WithLabelValues(string(state)).Inc()
			p.config.Metrics.latency.Observe(p.config.Now().Sub(message.CreatedAt).Seconds())
		}
	}
}
