package streams

import (
	"context"
	"time"
)

// beat asks the connections of the next slot to write a ping. One ticker serves every connection:
// it goes through all slots in one heartbeat.
func (h *Hub) beat() func(context.Context) {
	slot := 0
	return func(context.Context) {
		for _, c := range h.connections.inSlot(slot) {
			c.queue.heartbeat()
		}
		slot++
	}
}

func (h *Hub) betweenBeats() time.Duration { return max(h.config.Heartbeat/slots, time.Millisecond) }
