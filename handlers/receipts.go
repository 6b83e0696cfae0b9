package handlers

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"dentalk/domain"
)

// MarkReadRequest says up to where the caller has read.
type MarkReadRequest struct {
	Seq *int64 `json:"seq" validate:"required" minimum:"0" example:"12"`
}

// Receipt says up to where a participant has read.
type Receipt struct {
	RoomID   string  `json:"roomId"`
	UserID   string  `json:"userId"`
	Username string  `json:"username" example:"kim.hanbit"`
	Seq      int64   `json:"seq" example:"12"`
	ReadAt   *string `json:"readAt" format:"date-time" extensions:"x-nullable"`
}

func newReceipt(r domain.Receipt) Receipt {
	return Receipt{RoomID: string(r.RoomID), UserID: string(r.UserID), Username: r.Username, Seq: r.Seq, ReadAt: timeOrNull(r.ReadAt)}
}

// markRead moves the caller's read marker.
//
//	@Summary		Mark messages as read
//	@Description	The marker never moves back, and at most to the newest message.
//	@Tags			messages
//	@Accept			json
//	@Produce		application/problem+json
//	@Security		Bearer
//	@Param			roomId	path	string			true	"The room"
//	@Param			request	body	MarkReadRequest	true	"Up to where"
//	@Success		204
//	@Failure		400,401,403,404,413,415,500,503	{object}	Problem
//	@x-access	"participant"
//	@ID				markRead
//	@Router			/v1/rooms/{roomId}/read [put]
func (a *API) markRead(c *gin.Context) (answer, error) {
	var request MarkReadRequest
	if err := decode(c, &request); err != nil {
		return answer{}, err
	}
	ctx, cancel := withTimeout(c)
	defer cancel()
	if err := a.Chat.MarkRead(ctx, caller(c), roomID(c), request.Seq); err != nil {
		return answer{}, err
	}
	return noContent()
}

// listReceipts tells who has read up to where.
//
//	@Summary	Who has read up to where
//	@Tags		messages
//	@Produce	json,application/problem+json
//	@Security	Bearer
//	@Param		roomId				path		string	true	"The room"
//	@Success	200					{object}	Page[Receipt]
//	@Failure	400,401,403,404,500,503	{object}	Problem
//	@x-access	"room"
//	@ID			listReceipts
//	@Router		/v1/rooms/{roomId}/receipts [get]
func (a *API) listReceipts(c *gin.Context) (answer, error) {
	ctx, cancel := withTimeout(c)
	defer cancel()
	receipts, err := a.Chat.Receipts(ctx, caller(c), roomID(c))
	if err != nil {
		return answer{}, err
	}
	items := make([]Receipt, len(receipts))
	for i, receipt := range receipts {
		items[i] = newReceipt(receipt)
	}
	return list(c, items, "")
}

// typing tells the others that the caller is typing.
//
//	@Summary		Tell the others that the caller is typing
//	@Description	At most 120 times a minute.
//	@Tags			messages
//	@Produce		application/problem+json
//	@Security		Bearer
//	@Param			roomId	path	string	true	"The room"
//	@Success	202
//	@Failure	400,401,403,404,429,500,503	{object}	Problem
//	@x-access	"participant"
//	@ID			typing
//	@Router		/v1/rooms/{roomId}/typing [post]
func (a *API) typing(c *gin.Context) (answer, error) {
	ctx, cancel := withTimeout(c)
	defer cancel()
	if err := a.typingRate.take(ctx, c.Writer.Header(), caller(c).UserID); err != nil {
		return answer{}, err
	}
	if err := a.Chat.Typing(ctx, caller(c), roomID(c)); err != nil {
		return answer{}, err
	}
	return answer{Status: http.StatusAccepted}, nil
}
