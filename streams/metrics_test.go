package streams_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"

	"dentalk/domain"
	"dentalk/streams"
)

// metrics gives what is not zero, by name and label.
func metrics(t testing.TB, registry *prometheus.Registry) map[string]float64 {
	t.Helper()
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	found := make(map[string]float64)
	for _, family := range families {
		for _, one := range family.GetMetric() {
			name := family.GetName()
			for _, label := range one.GetLabel() {
				name += " " + label.GetValue()
			}
			if value := one.GetCounter().GetValue() + one.GetGauge().GetValue(); value != 0 {
				found[name] = value
			}
		}
	}
	return found
}

func TestMetricsCountWhatStreamsDo(t *testing.T) {
	registry := prometheus.NewRegistry()
	w := newWorld(t, func(c *streams.Config) { c.Metrics = registry })
	room := w.room("ann", "bob")
	other := w.room("bob")
	ann, _ := w.opened(who("user", "ann", "room", string(room), "session", "s1"), "")
	bob, _ := w.opened(who("user", "bob"), "")
	w.post(room, texts(1, 10)...)
	w.post(other, "one")
	for i := range 10 {
		wantText(t, ann, fmt.Sprint(i+1))
		wantText(t, bob, fmt.Sprint(i+1))
	}
	wantText(t, bob, "one")
	want := map[string]float64{
		"dentalk_stream_connections": 2, "dentalk_stream_deliveries_total": 21,
		"dentalk_stream_events_total message.created": 11,
	}
	if diff := cmp.Diff(want, metrics(t, registry)); diff != "" {
		t.Error(diff)
	}
	if err := w.broker.Publish(t.Context(), domain.Event{Name: domain.EventSessionEnded, SessionID: "s1"}); err != nil {
		t.Fatal(err)
	}
	bob.Close()
	for _, name := range []string{"dentalk_stream_closed_total session_ended", "dentalk_stream_closed_total client"} {
		eventually(t, name, func() bool { return metrics(t, registry)[name] == 1 })
	}
}

func TestMetricsCountRepairs(t *testing.T) {
	registry := prometheus.NewRegistry()
	w := newWorld(t, func(c *streams.Config) { c.Metrics = registry })
	room := w.room("ann")
	reader, _ := w.opened(who("user", "ann", "room", string(room)), "")
	w.post(room, "1")
	wantText(t, reader, "1")
	// Two that the broker never brings, and one that shows it.
	for _, text := range []string{"2", "3"} {
		if _, err := w.memory.AppendMessages(t.Context(), []domain.Draft{draft(room, text)}); err != nil {
			t.Fatal(err)
		}
	}
	w.post(room, "4")
	for _, text := range []string{"2", "3", "4"} {
		wantText(t, reader, text)
	}
	if n := metrics(t, registry)["dentalk_stream_gaps_repaired_total"]; n != 3 {
		t.Errorf("%v messages were repaired, want 3", n)
	}
}
