package enrichment_test

import (
	"context"
	"sync/atomic"
	"testing"

	"dentalk/domain"
	"dentalk/enrichment"
)

// counted is a queue that tells when a number of messages are saved.
type counted struct {
	*queue
	left atomic.Int64
	done chan struct{}
}

func (c *counted) SaveEnrichments(ctx context.Context, results []domain.EnrichmentResult) ([]domain.Message, error) {
	messages, err := c.queue.SaveEnrichments(ctx, results)
	if c.left.Add(-int64(len(messages))) == 0 {
		close(c.done)
	}
	return messages, err
}

// BenchmarkPipeline measures what the pipeline itself costs: the providers answer at once. The
// queue of the test sorts all that waits at each claim, so the backlog is kept small.
func BenchmarkPipeline(b *testing.B) {
	const messages = 1000
	for b.Loop() {
		b.StopTimer()
		q := &counted{queue: newQueue(), done: make(chan struct{})}
		q.left.Store(messages)
		q.postMany(messages, "en", "ko")
		p := enrichment.New(enrichment.Config{Store: q, Translator: &translator{}, Analyser: &analyser{}})
		ctx, cancel := context.WithCancel(b.Context())
		ended := make(chan error, 1)
		b.StartTimer()
		go func() { ended <- p.Run(ctx) }()
		<-q.done
		cancel()
		<-ended
	}
	b.ReportMetric(float64(b.N*messages)/b.Elapsed().Seconds(), "messages/s")
}
