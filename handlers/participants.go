package handlers

import (
	"github.com/gin-gonic/gin"

	"dentalk/domain"
)

// AddParticipantRequest names who is to take part.
type AddParticipantRequest struct {
	UserID string `json:"userId" validate:"required" example:"66f0a1b2c3d4e5f607182930"`
}

// addParticipant lets a user take part in a room.
//
//	@Summary		Let a user take part
//	@Description	Takes effect on open streams at once. A user who takes part already gives 200.
//	@Tags			rooms
//	@Accept			json
//	@Produce		json,application/problem+json
//	@Security		Bearer
//	@Param			Idempotency-Key							header		string					false	"Makes the request safe to repeat"	minlength(1)	maxlength(128)
//	@Param			roomId									path		string					true	"The room"
//	@Param			request									body		AddParticipantRequest	true	"The user"
//	@Success		200										{object}	Room
//	@Success		201										{object}	Room
//	@Failure		400,401,403,404,409,413,415,422,500,503	{object}	Problem
//	@x-access	"room manager rooms:write"
//	@ID				addParticipant
//	@Router			/v1/rooms/{roomId}/participants [post]
func (a *API) addParticipant(c *gin.Context) (answer, error) {
	var request AddParticipantRequest
	if err := decode(c, &request); err != nil {
		return answer{}, err
	}
	ctx, cancel := withTimeout(c)
	defer cancel()
	who := caller(c)
	view, added, err := a.Chat.AddParticipant(ctx, who, roomID(c), domain.ID(request.UserID))
	if err != nil {
		return answer{}, err
	}
	room := newRoom(view, who.IsOperator())
	if !added {
		return ok(room)
	}
	return created("/v1/rooms/"+room.ID+"/participants/"+request.UserID, room)
}

// removeParticipant ends a user's part in a room.
//
//	@Summary		End a user's part
//	@Description	Takes effect on open streams at once; what the user wrote stays.
//	@Tags			rooms
//	@Produce		application/problem+json
//	@Security		Bearer
//	@Param			roomId	path	string	true	"The room"
//	@Param			userId	path	string	true	"The user"
//	@Success		204
//	@Failure		400,401,403,404,500,503	{object}	Problem
//	@x-access	"room manager rooms:write"
//	@ID				removeParticipant
//	@Router			/v1/rooms/{roomId}/participants/{userId} [delete]
func (a *API) removeParticipant(c *gin.Context) (answer, error) {
	ctx, cancel := withTimeout(c)
	defer cancel()
	if err := a.Chat.RemoveParticipant(ctx, caller(c), roomID(c), domain.ID(c.Param("userId"))); err != nil {
		return answer{}, err
	}
	return noContent()
}
