package streams_test

import (
	"testing"

	"dentalk/domain"
	"dentalk/streams"
	"dentalk/streams/membroker"
)

func silently(c *streams.Config) { c.Broker = silent{membroker.Shared()} }

func TestLostEnrichmentsAreFoundInTheStore(t *testing.T) {
	w := newWorld(t, quickSweeps, silently)
	room := w.room("ann")
	message := w.post(room, "hello")[0]
	for _, query := range [][]string{{"user", "ann", "room", string(room)}, {"user", "ann"}, {"user", "op", "operator", ""}} {
		reader, _ := w.opened(who(query...), "")
		w.enrich(message)
		if data := decode(t, want(t, reader, "message.enriched")); data.ID != message.ID || data.State != string(domain.EnrichmentDone) {
			t.Errorf("got %+v", data)
		}
	}
}

// What an event has told the sweep does not tell again.
func TestEnrichmentsAreToldOnceWhenNothingIsLost(t *testing.T) {
	w := newWorld(t, quickSweeps, func(c *streams.Config) { c.Broker = membroker.Shared() })
	room := w.room("ann")
	reader, _ := w.opened(who("user", "ann", "room", string(room)), "")
	message := w.post(room, "hello")[0]
	wantText(t, reader, "hello")
	w.enrich(message)
	want(t, reader, "message.enriched")
	swept := w.hub.Sweeps()
	eventually(t, "more sweeps", func() bool { return w.hub.Sweeps() > swept+2 })
	w.post(room, "last")
	wantText(t, reader, "last")
}
