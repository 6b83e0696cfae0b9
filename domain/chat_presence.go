package domain

import (
	"context"
	"fmt"
	"time"
)

// ParticipantPresence is a participant with what others may want to know before they expect an
// answer.
type ParticipantPresence struct {
	Participant
	Connected  bool
	LastSeenAt time.Time      // as in Presence
	Zone       *time.Location // of the participant's organization; nil when not known
}

// Presence tells of the room's participants, in their order, who is connected.
func (c *Chat) Presence(ctx context.Context, caller Caller, roomID ID) ([]ParticipantPresence, error) {
	if err := c.See(ctx, caller, roomID); err != nil {
		return nil, err
	}
	room, err := c.Store.Room(ctx, roomID)
	if err != nil {
		return nil, fmt.Errorf("read room: %w", err)
	}
	ids := make([]ID, len(room.Participants))
	for i, participant := range room.Participants {
		ids[i] = participant.UserID
	}
	zones, err := c.zones(ctx, ids)
	if err != nil {
		return nil, err
	}
	presences := c.presences(ctx, ids)
	result := make([]ParticipantPresence, len(ids))
	for i, participant := range room.Participants {
		result[i] = ParticipantPresence{
			Participant: participant, Connected: presences[i].Connected, LastSeenAt: presences[i].LastSeenAt, Zone: zones[participant.UserID],
		}
	}
	return result, nil
}

// presences gives what is known. Nothing is, while the presence store fails.
func (c *Chat) presences(ctx context.Context, ids []ID) []Presence {
	presences, err := c.Presences.Presences(ctx, Milliseconds(c.Now()), ids...)
	if err == nil && len(presences) == len(ids) {
		return presences
	}
	return make([]Presence, len(ids))
}

// zones gives the time zones of those users whose organization has one. A room has few
// organizations, so each is read by itself.
func (c *Chat) zones(ctx context.Context, ids []ID) (map[ID]*time.Location, error) {
	users, err := c.Store.UsersByID(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("read participants: %w", err)
	}
	known := map[ID]*time.Location{"": nil}
	zones := make(map[ID]*time.Location, len(users))
	for _, user := range users {
		zone, found := known[user.OrganizationID]
		if !found {
			if zone, err = c.zone(ctx, user.OrganizationID); err != nil {
				return nil, err
			}
			known[user.OrganizationID] = zone
		}
		zones[user.ID] = zone
	}
	return zones, nil
}

// zone is that of an organization; nil when it has none, or one that this system does not know.
func (c *Chat) zone(ctx context.Context, organizationID ID) (*time.Location, error) {
	organization, err := c.Store.Organization(ctx, organizationID)
	if KindOf(err) == KindNotFound {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read organization: %w", err)
	}
	if organization.Timezone == "" {
		return nil, nil
	}
	zone, err := time.LoadLocation(organization.Timezone)
	if err != nil {
		return nil, nil
	}
	return zone, nil
}
