package streams

import "time"

// beat is the goroutine of the heartbeats. One ticker serves every connection: at each tick those
// of one slot are asked to write a ping.
func (h *Hub) beat() {
	ticker := time.NewTicker(max(h.config.Heartbeat/slots, time.Millisecond))
	defer ticker.Stop()
	for slot := 0; ; slot++ {
		select {
		case <-h.running.Done():
			return
		case <-ticker.C:
			for _, c := range h.connections.inSlot(slot) {
				c.queue.heartbeat()
			}
		}
	}
}
