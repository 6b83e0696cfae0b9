package streams

import (
	"context"
	"time"

	"dentalk/domain"
)

// clockDifference bounds how far the clocks of two instances, which set the times of rooms, are
// apart.
const clockDifference = 30 * time.Second

// sweepMemberships finds joinings and leavings whose events were lost. What it applies was read a
// moment ago; should an event that is newer have come in between, the next sweep sets that right.
func (h *Hub) sweepMemberships(ctx context.Context) error {
	if h.exact {
		return nil
	}
	begun := h.config.Now()
	ctx, cancel := reading(ctx)
	defer cancel()
	rooms, err := h.config.Store.RoomsUpdatedSince(ctx, h.sweeps.memberships.Add(-clockDifference))
	if err != nil {
		return err
	}
	for i := range rooms {
		if err := h.reconcile(ctx, &rooms[i]); err != nil {
			return err
		}
	}
	h.sweeps.memberships = begun
	return nil
}

// reconcile makes the streams of this instance follow the room as it is stored.
func (h *Hub) reconcile(ctx context.Context, room *domain.Room) error {
	for i := range room.Participants {
		h.joined(h.membershipEvent(domain.EventParticipantJoined, room, &room.Participants[i]), room.Participants[i].UserID)
	}
	strangers := h.strangers(room)
	if len(strangers) == 0 {
		return nil
	}
	users, err := h.config.Store.UsersByID(ctx, strangers)
	for _, user := range users {
		h.left(h.membershipEvent(domain.EventParticipantLeft, room, &domain.Participant{
			UserID: user.ID, Username: user.Username, Role: user.Role, Language: user.Language,
		}))
	}
	return err
}

func (h *Hub) membershipEvent(name domain.EventName, room *domain.Room, participant *domain.Participant) *encoding {
	return h.encoding(domain.Event{Name: name, RoomID: room.ID, Room: room, Participant: participant}, "")
}

// strangers are the users who get the room's events here and do not take part in it.
func (h *Hub) strangers(room *domain.Room) (strangers []domain.ID) {
	h.mu.RLock()
	r := h.rooms[room.ID]
	h.mu.RUnlock()
	if r == nil {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, c := range r.members {
		if !c.request.AllRooms && !room.HasParticipant(c.request.Viewer.UserID) {
			strangers = append(strangers, c.request.Viewer.UserID)
		}
	}
	return strangers
}
