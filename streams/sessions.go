package streams

import (
	"context"
	"slices"

	"dentalk/domain"
)

// sessionsAtOnce is how many sessions one query of the store may name.
const sessionsAtOnce = 500

// endSession says goodbye to the connections of a session.
func (h *Hub) endSession(id domain.ID) {
	for _, c := range h.connections.ofSession(id) {
		c.queue.finish(&ending{reason: reasonSessionEnded})
	}
	h.lingering.look()
}

// endDeadSessions closes the streams of sessions that ended or expired without an event having
// come. While the store does not answer every stream stays open.
func (h *Hub) endDeadSessions(ctx context.Context) {
	for ids := range slices.Chunk(h.connections.openSessions(), sessionsAtOnce) {
		live, err := h.liveSessions(ctx, ids)
		if err != nil {
			if ctx.Err() == nil {
				h.config.Log.Warn("sessions of streams cannot be checked", "error", err)
			}
			return
		}
		for _, id := range ids {
			if _, lives := live[id]; !lives {
				h.endSession(id)
			}
		}
	}
}

func (h *Hub) liveSessions(ctx context.Context, ids []domain.ID) (map[domain.ID]struct{}, error) {
	ctx, cancel := reading(ctx)
	defer cancel()
	found, err := h.config.Store.LiveSessions(ctx, ids, h.config.Now())
	live := make(map[domain.ID]struct{}, len(found))
	for _, id := range found {
		live[id] = struct{}{}
	}
	return live, err
}
