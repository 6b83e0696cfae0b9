package handlers

import (
	"time"

	"github.com/gin-gonic/gin"

	"dentalk/domain"
)

// ParticipantPresence tells whether a participant is connected, and what time it is there.
type ParticipantPresence struct {
	UserID    string `json:"userId"`
	Username  string `json:"username" example:"kim.hanbit"`
	Role      string `json:"role" enums:"operator,clinic,lab" example:"lab"`
	Connected bool   `json:"connected"`
	// Null when not known.
	LastSeenAt *string `json:"lastSeenAt" format:"date-time" extensions:"x-nullable" example:"2026-03-14T09:26:53.589Z"`
	// Of the participant's organization; null when not known.
	Timezone *string `json:"timezone" extensions:"x-nullable" example:"Asia/Seoul"`
	// The time in that zone, with its offset; null when the zone is not known.
	LocalTime *string `json:"localTime" format:"date-time" extensions:"x-nullable" example:"2026-03-14T18:26:53.589+09:00"`
}

func newParticipantPresence(p domain.ParticipantPresence, now time.Time) ParticipantPresence {
	presence := ParticipantPresence{
		UserID: string(p.UserID), Username: p.Username, Role: string(p.Role), Connected: p.Connected, LastSeenAt: timeOrNull(p.LastSeenAt),
	}
	if p.Zone != nil {
		presence.Timezone = textOrNull(p.Zone.String())
		presence.LocalTime = textOrNull(now.In(p.Zone).Format("2006-01-02T15:04:05.000-07:00"))
	}
	return presence
}

// listPresence tells who is connected.
//
//	@Summary		Who of the participants is connected, and each one's local time
//	@Description	Connected is who has a stream open on any instance, or a poll that was answered just now. After an instance has died it is right again within 60 seconds. Changes come as the event presence.
//	@Tags			rooms
//	@Produce		json,application/problem+json
//	@Security		Bearer
//	@Param			roomId				path		string	true	"The room"
//	@Success		200					{object}	Page[ParticipantPresence]
//	@Failure		400,401,403,404,500,503	{object}	Problem
//	@x-access	"room"
//	@ID				listPresence
//	@Router			/v1/rooms/{roomId}/presence [get]
func (a *API) listPresence(c *gin.Context) (answer, error) {
	ctx, cancel := withTimeout(c)
	defer cancel()
	presences, err := a.Chat.Presence(ctx, caller(c), roomID(c))
	if err != nil {
		return answer{}, err
	}
	items, now := make([]ParticipantPresence, len(presences)), a.Now()
	for i, presence := range presences {
		items[i] = newParticipantPresence(presence, now)
	}
	return list(c, items, "")
}
