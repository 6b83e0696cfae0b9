package streams

import (
	"context"
	"fmt"
	"slices"

	"dentalk/domain"
)

// presenceRooms bounds an event: of a user with more rooms, the oldest ones are not told.
const presenceRooms = 1000

// tell publishes an event for each of them. It gives up at the first user of whom the store does not
// tell the rooms: presence is worth nothing later, and the renewals must not wait.
func (p *presences) tell(ctx context.Context, presences []domain.Presence) {
	for _, presence := range presences {
		event, err := p.event(ctx, presence)
		if err != nil {
			p.hub.config.Log.Debug("presence is not told", "users", len(presences), "error", err)
			return
		}
		p.publish(ctx, event)
	}
}

func (p *presences) event(ctx context.Context, presence domain.Presence) (domain.Event, error) {
	ctx, cancel := reading(ctx)
	defer cancel()
	users, err := p.hub.config.Store.UsersByID(ctx, []domain.ID{presence.UserID})
	if err == nil && len(users) != 1 {
		err = domain.NotFound("user")
	}
	if err != nil {
		return domain.Event{}, fmt.Errorf("read user: %w", err)
	}
	rooms, err := p.hub.config.Store.RoomIDs(ctx, presence.UserID)
	if err != nil {
		return domain.Event{}, fmt.Errorf("list the user's rooms: %w", err)
	}
	slices.Sort(rooms)
	rooms = rooms[max(0, len(rooms)-presenceRooms):]
	participant := users[0].Participant()
	return domain.Event{Name: domain.EventPresence, Participant: &participant, Presence: &presence, RoomIDs: rooms}, nil
}

// publish may lose the event: whoever wants to be sure asks for the presence.
func (p *presences) publish(ctx context.Context, event domain.Event) {
	ctx, cancel := context.WithTimeout(ctx, brokerTimeout)
	defer cancel()
	_ = p.hub.config.Broker.Publish(ctx, event)
}

// deliverPresence pushes the event once to each connection that follows one of the user's rooms, and
// to the operators who follow all.
func (h *Hub) deliverPresence(e *encoding) {
	told := make(map[*connection]struct{})
	for _, id := range e.event.RoomIDs {
		h.mu.RLock()
		r := h.rooms[id]
		h.mu.RUnlock()
		if r != nil {
			r.presence(e, told)
		}
	}
	h.fanOut(e, *h.operators.Load())
}

// presence pushes under the room's lock, so that nothing reaches a connection that has left it.
func (r *room) presence(e *encoding, told map[*connection]struct{}) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, c := range r.members {
		if _, done := told[c]; !done {
			told[c] = struct{}{}
			r.hub.fanOut(e, []*connection{c})
		}
	}
}
