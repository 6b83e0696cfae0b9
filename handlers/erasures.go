package handlers

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"dentalk/domain"
)

// CreateErasureRequest names one target and why it is to be erased.
type CreateErasureRequest struct {
	UserID    domain.ID `json:"userId,omitempty" validate:"optional" swaggertype:"string" example:"66f0a1b2c3d4e5f607182930"`
	MessageID domain.ID `json:"messageId,omitempty" validate:"optional" swaggertype:"string"`
	RoomID    domain.ID `json:"roomId,omitempty" validate:"optional" swaggertype:"string"`
	// It is kept for good: no names of persons.
	Reason string `json:"reason" validate:"required" minLength:"1" maxLength:"500" example:"Request of 2026-03-14 by the clinic"`
}

// Erasure is an order to erase by law.
type Erasure struct {
	ID          string  `json:"id" example:"66f0a1b2c3d4e5f607182930"`
	UserID      string  `json:"userId,omitempty" validate:"optional"`
	MessageID   string  `json:"messageId,omitempty" validate:"optional"`
	RoomID      string  `json:"roomId,omitempty" validate:"optional"`
	Reason      string  `json:"reason" example:"Request of 2026-03-14 by the clinic"`
	CreatedBy   string  `json:"createdBy" example:"66f0a1b2c3d4e5f607182931"`
	CreatedAt   string  `json:"createdAt" format:"date-time" example:"2026-03-14T09:26:53.589Z"`
	CompletedAt *string `json:"completedAt" format:"date-time" extensions:"x-nullable"`
	// That were blanked by the run that completed it, not by those that were interrupted before; 0
	// while it is pending.
	Messages int64  `json:"messages" example:"12"`
	State    string `json:"state" enums:"pending,done" example:"done"`
}

func newErasure(e domain.Erasure) Erasure {
	erasure := Erasure{
		ID: string(e.ID), UserID: string(e.Target.UserID), MessageID: string(e.Target.MessageID), RoomID: string(e.Target.RoomID),
		Reason: e.Reason, CreatedBy: string(e.CreatedBy), CreatedAt: formatTime(e.CreatedAt), CompletedAt: timeOrNull(e.CompletedAt),
		Messages: e.Messages, State: "pending",
	}
	if erasure.CompletedAt != nil {
		erasure.State = "done"
	}
	return erasure
}

// createErasure erases by law, for operators.
//
//	@Summary		Erase a person, a room or a message by law
//	@Description	Texts, translations, files and everything else that was derived are gone for good; messages keep their place and seq. A person's account is disabled and loses its name. A message's files are gone for the other messages that have them too, which keep their names. What was being stored meanwhile is erased five minutes later, and so is what was said by then in a room that was opened again. 201 when all is done, 202 when some is left, which is then done in the background. 409 own_account is for your own account.
//	@Tags			operations
//	@Accept			json
//	@Produce		json,application/problem+json
//	@Security		Bearer
//	@Param			Idempotency-Key							header		string					false	"Makes the request safe to repeat"	minlength(1)	maxlength(128)
//	@Param			request									body		CreateErasureRequest	true	"Exactly one of userId, messageId and roomId, with the reason"
//	@Success		201										{object}	Erasure
//	@Success		202										{object}	Erasure
//	@Failure		400,401,403,404,409,413,415,422,500,503	{object}	Problem
//	@x-access		"operator"
//	@ID				createErasure
//	@Router			/v1/ops/erasures [post]
func (a *API) createErasure(c *gin.Context) (answer, error) {
	var request CreateErasureRequest
	if err := decode(c, &request); err != nil {
		return answer{}, err
	}
	ctx, cancel := withTimeout(c)
	defer cancel()
	made, err := a.Erasures.Create(ctx, caller(c), domain.NewErasure{
		Target: domain.ErasureTarget{UserID: request.UserID, MessageID: request.MessageID, RoomID: request.RoomID},
		Reason: request.Reason,
	})
	if err != nil {
		return answer{}, err
	}
	erasure := newErasure(made)
	result := answer{Status: http.StatusCreated, Location: "/v1/ops/erasures/" + erasure.ID, Body: erasure}
	if made.CompletedAt.IsZero() {
		result.Status = http.StatusAccepted
	}
	return result, nil
}

// getErasure tells how far an erasure has come, for operators.
//
//	@Summary	How far an erasure has come
//	@Tags		operations
//	@Produce	json,application/problem+json
//	@Security	Bearer
//	@Param		erasureId				path		string	true	"The erasure"
//	@Success	200						{object}	Erasure
//	@Failure	400,401,403,404,500,503	{object}	Problem
//	@x-access	"operator"
//	@ID			getErasure
//	@Router		/v1/ops/erasures/{erasureId} [get]
func (a *API) getErasure(c *gin.Context) (answer, error) {
	ctx, cancel := withTimeout(c)
	defer cancel()
	erasure, err := a.Erasures.Erasure(ctx, caller(c), domain.ID(c.Param("erasureId")))
	if err != nil {
		return answer{}, err
	}
	return ok(newErasure(erasure))
}
