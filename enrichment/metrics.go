package enrichment

import "github.com/prometheus/client_golang/prometheus"

// Metrics are the counts of everything that enriches; docs/metrics.md describes them.
type Metrics struct {
	calls      *prometheus.CounterVec
	characters *prometheus.CounterVec
	seconds    *prometheus.HistogramVec
	requests   *prometheus.CounterVec
	breaker    *prometheus.GaugeVec
	budget     *prometheus.GaugeVec
	cache      *prometheus.CounterVec
	finished   *prometheus.CounterVec
	latency    prometheus.Histogram
	mismatches *prometheus.CounterVec
	mistakes   *prometheus.CounterVec
}

// NewMetrics registers the counts; registry may be nil, for tests.
func NewMetrics(registry prometheus.Registerer) *Metrics {
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
	}
	gauge := func(name, help string) *prometheus.GaugeVec {
		return prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: name, Help: help}, []string{"provider"})
	}
	m := &Metrics{
		calls: counter("dentalk_provider_calls_total",
			"Batches for a provider, by outcome: ok, failed, refused, busy (our own limits), left_alone (breaker open), budget (used up).", "provider", "outcome"),
		characters: counter("dentalk_provider_characters_total", "Characters of the texts that a provider has answered.", "provider"),
		requests: counter("dentalk_provider_http_requests_total",
			"HTTP requests to a provider, by status; error when there was no answer.", "provider", "status"),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "dentalk_provider_seconds", Help: "Time of a batch at a provider.", Buckets: prometheus.ExponentialBuckets(0.01, 2, 12),
		}, []string{"provider"}),
		breaker: gauge("dentalk_provider_breaker_state", "State of a provider's circuit breaker: 0 closed, 1 half open, 2 open."),
		budget:  gauge("dentalk_provider_budget_used_ratio", "Share of a provider's monthly budget that is used."),
		cache:   counter("dentalk_translation_cache_total", "Texts that were looked for in the cache of translations, by result: hit or miss.", "provider", "result"),
		finished: counter("dentalk_enrichment_finished_total",
			"Messages whose enrichment came to an end, by state: done, partial or failed.", "state"),
		latency: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "dentalk_enrichment_seconds", Help: "Time from a message's commit to the end of its enrichment.", Buckets: prometheus.ExponentialBuckets(0.005, 2, 20),
		}),
		mistakes: counter("dentalk_corrections_total",
			"What operators corrected, by part and by the provider that had it wrong.", "part", "provider"),
		mismatches: counter("dentalk_translation_mismatches_total", "Translations that do not keep the protected tokens of their text.", "provider"),
	}
	if registry != nil {
		registry.MustRegister(m.calls, m.characters, m.seconds, m.requests, m.breaker, m.budget, m.cache, m.finished, m.latency, m.mismatches, m.mistakes)
	}
	return m
}

// Corrected counts what an operator put right.
func (m *Metrics) Corrected(part, provider string) { m.mistakes.WithLabelValues(part, provider).Inc() }
