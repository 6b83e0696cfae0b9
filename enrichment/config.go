package enrichment

import (
	"log/slog"
	"time"

	"dentalk/domain"
)

// Config says what a Pipeline works with. Store is required; zero values of the others stand for
// the defaults.
type Config struct {
	Store      domain.EnrichmentStore
	Translator domain.Translator // nil: off
	Analyser   domain.Analyser   // of every message, without a network; nil: off
	// Second is another analyser, whose mood is preferred. A complaint that either of the two sees
	// is a complaint, so that no text can talk a model out of an alert. It needs an Analyser; nil:
	// none.
	Second domain.Analyser
	// OpinionTranslates says that the Translator gives what Second would say with its
	// translations, so that Second is asked only about what is not translated.
	OpinionTranslates bool
	Metrics           *Metrics // nil: none are kept
	Log               *slog.Logger

	Batch   int           // messages claimed at once; 64
	Workers int           // batches at once; 4
	Lease   time.Duration // of a claim; 30 s
	Timeout time.Duration // of one call of a translator or analyser, its retries and stand-ins included; 14 s

	// Patience is how long the parts of a message that are there wait for the others; 1 s.
	Patience time.Duration
	// Attempts is how many claims keep to MaxBackoff; after that an outage is assumed and the
	// backoff grows on to five minutes. 5.
	Attempts   int
	Backoff    time.Duration // of the first retry at most; 0.5 s
	MaxBackoff time.Duration // 30 s
	Now        func() time.Time
}

const (
	// outageBackoff is the longest wait: what a provider's return costs at most.
	outageBackoff = 5 * time.Minute
	// storeTimeout bounds one call of the store.
	storeTimeout = 5 * time.Second
	// safetyNet is the longest rest between two claims. It finds what no ring told of: messages
	// that another instance committed and never got to.
	safetyNet = 3 * time.Second
	// shortestRest keeps a message that is due but held by others from making a busy loop.
	shortestRest = 50 * time.Millisecond
	// callsPerWorker bounds the calls of one provider at once: batches of many language pairs,
	// and texts that are asked one by one.
	callsPerWorker = 4
)

func (c Config) withDefaults() Config {
	orInt(&c.Batch, 64)
	orInt(&c.Workers, 4)
	orInt(&c.Attempts, 5)
	orDuration(&c.Lease, 30*time.Second)
	orDuration(&c.Timeout, 14*time.Second)
	orDuration(&c.Patience, time.Second)
	orDuration(&c.Backoff, 500*time.Millisecond)
	orDuration(&c.MaxBackoff, 30*time.Second)
	if c.Metrics == nil {
		c.Metrics = NewMetrics(nil)
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return c
}

func orInt(value *int, otherwise int) {
	if *value <= 0 {
		*value = otherwise
	}
}

func orDuration(value *time.Duration, otherwise time.Duration) {
	if *value <= 0 {
		*value = otherwise
	}
}
