package streams

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"

	"dentalk/domain"
)

// The reasons of a stream's end that are no goodbye's.
const (
	closedByClient = "client"
	closedByWrite  = "write" // the client is gone, or too slow to take one write
	closedByRoom   = "left"  // the viewer has left the room
)

// metrics are looked up once, so that counting costs no search on the way of an event.
type metrics struct {
	deliveries prometheus.Counter
	repaired   prometheus.Counter
	events     map[domain.EventName]prometheus.Counter
	closed     map[string]prometheus.Counter
	refused    map[Refusal]prometheus.Counter
}

func newMetrics(registerer prometheus.Registerer, connections func() int) *metrics {
	factory := promauto.With(registerer)
	factory.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "dentalk_stream_connections", Help: "Streams and polls that are open.",
	}, func() float64 { return float64(connections()) })
	events := factory.NewCounterVec(prometheus.CounterOpts{
		Name: "dentalk_stream_events_total", Help: "Events that came in from the broker.",
	}, []string{"name"})
	closed := factory.NewCounterVec(prometheus.CounterOpts{
		Name: "dentalk_stream_closed_total", Help: "Streams that have ended, by who or what ended them.",
	}, []string{"reason"})
	refused := factory.NewCounterVec(prometheus.CounterOpts{
		Name: "dentalk_stream_refused_total", Help: "Streams and polls that were not taken: too many of one user or API key, too many in all, the instance drains, or a part that is needed is down.",
	}, []string{"reason"})
	m := &metrics{
		deliveries: factory.NewCounter(prometheus.CounterOpts{
			Name: "dentalk_stream_deliveries_total", Help: "Frames that were given to connections, one for each frame and connection.",
		}),
		repaired: factory.NewCounter(prometheus.CounterOpts{
			Name: "dentalk_stream_gaps_repaired_total", Help: "Messages that came from the store because the broker had not brought them in time or in order.",
		}),
		events:  make(map[domain.EventName]prometheus.Counter),
		closed:  make(map[string]prometheus.Counter),
		refused: make(map[Refusal]prometheus.Counter),
	}
	for _, name := range domain.EventNames() {
		m.events[name] = events.WithLabelValues(string(name))
	}
	for _, reason := range []string{
		reasonOverloaded, reasonSlow, reasonDraining, reasonSessionEnded, closedByClient, closedByWrite, closedByRoom,
	} {
		m.closed[reason] = closed.WithLabelValues(reason)
	}
	for _, reason := range []Refusal{refusedDraining, RefusedUser, refusedInstance, RefusedOutage} {
		m.refused[reason] = refused.WithLabelValues(string(reason))
	}
	return m
}

// event counts one of a known name; another one can only come from an instance of a later version.
func (m *metrics) event(name domain.EventName) {
	if counter := m.events[name]; counter != nil {
		counter.Inc()
	}
}

// ended counts a stream that was opened.
func (m *metrics) ended(out *stream) {
	switch {
	case !out.opened:
	case out.ended != "":
		m.closed[out.ended].Inc()
	case out.failed:
		m.closed[closedByWrite].Inc()
	default:
		m.closed[closedByClient].Inc()
	}
}
