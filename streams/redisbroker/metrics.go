package redisbroker

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

type metrics struct {
	published       prometheus.Counter
	receivers       prometheus.Counter
	received        prometheus.Counter
	probesSent      prometheus.Counter
	probesReceived  prometheus.Counter
	resubscriptions prometheus.Counter

	droppedFull        prometheus.Counter
	droppedUnreachable prometheus.Counter
	droppedMalformed   prometheus.Counter
	droppedVersion     prometheus.Counter
}

func newMetrics(registerer prometheus.Registerer, healthy func() bool) *metrics {
	factory := promauto.With(registerer)
	counter := func(name, help string) prometheus.Counter {
		return factory.NewCounter(prometheus.CounterOpts{Name: "dentalk_broker_" + name, Help: help})
	}
	dropped := factory.NewCounterVec(prometheus.CounterOpts{
		Name: "dentalk_broker_events_dropped_total",
		Help: "Events that were lost here: queue_full and unreachable were not published, version was not read, malformed either.",
	}, []string{"reason"})
	factory.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "dentalk_broker_healthy",
		Help: "1 while events of other instances are expected to arrive, else 0.",
	}, func() float64 {
		if healthy() {
			return 1
		}
		return 0
	})
	return &metrics{
		published:          counter("events_published_total", "Events that Redis took."),
		receivers:          counter("receivers_total", "Subscribers to whom Redis sent the published events, as it answered."),
		received:           counter("events_received_total", "Events of other instances that were delivered here."),
		probesSent:         counter("probes_sent_total", "Probes of the subscriptions that Redis took."),
		probesReceived:     counter("probes_received_total", "Probes that came back through the subscriptions."),
		resubscriptions:    counter("resubscriptions_total", "Connections of subscriptions that were made anew after one was lost."),
		droppedFull:        dropped.WithLabelValues("queue_full"),
		droppedUnreachable: dropped.WithLabelValues("unreachable"),
		droppedMalformed:   dropped.WithLabelValues("malformed"),
		droppedVersion:     dropped.WithLabelValues("version"),
	}
}
