package handlers

import (
	"math"
	"net/http"

	"github.com/gin-gonic/gin"

	"dentalk/domain"
)

// PostMessageRequest is a message to send.
type PostMessageRequest struct {
	Type string `json:"type,omitempty" enums:"text,image,file,system,note" default:"text" example:"text" validate:"optional"`
	Text string `json:"text,omitempty" maxLength:"4000" example:"Shade A2, occlusal contact light please." validate:"optional"`
	// Files that the caller has uploaded to this room, at most 10, each once. An image or a file needs at
	// least one, an image only pictures; a system message has none.
	AttachmentIDs []domain.ID `json:"attachmentIds,omitempty" swaggertype:"array,string" validate:"optional"`
	ReplyTo       string      `json:"replyTo,omitempty" validate:"optional"`
	// The same thing as the header Idempotency-Key.
	ClientMessageID string `json:"clientMessageId,omitempty" maxLength:"128" example:"9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d" validate:"optional"`
}

// postMessage commits a message.
//
//	@Summary		Post a message
//	@Description	201 means: committed, with exactly one seq. Repeating the request with the same key gives that message again, never a second one.
//	@Tags			messages
//	@Accept			json
//	@Produce		json,application/problem+json
//	@Security		Bearer
//	@Param			Idempotency-Key								header		string				false	"Makes the request safe to repeat, for ever"	minlength(1)	maxlength(128)
//	@Param			roomId										path		string				true	"The room"
//	@Param			request										body		PostMessageRequest	true	"The message"
//	@Success		201											{object}	Message
//	@Header			201											{string}	Location			"Where the message is"
//	@Header			201											{string}	Idempotent-Replayed	"true when an earlier request with the same key committed it"
//	@Failure		400,401,403,404,409,413,415,422,429,500,503	{object}	Problem
//	@x-access	"room writer messages:write"
//	@ID				postMessage
//	@Router			/v1/rooms/{roomId}/messages [post]
func (a *API) postMessage(c *gin.Context) (answer, error) {
	var request PostMessageRequest
	if err := decode(c, &request); err != nil {
		return answer{}, err
	}
	key, err := messageKey(c, request.ClientMessageID)
	if err != nil {
		return answer{}, err
	}
	who := caller(c)
	ctx, cancel := withTimeout(c)
	defer cancel()
	if err := a.rate.take(ctx, c.Writer.Header(), who.UserID); err != nil {
		return answer{}, err
	}
	message, replayed, err := a.Chat.Post(ctx, who, roomID(c), domain.NewMessage{
		Type: domain.MessageType(request.Type), Text: request.Text, AttachmentIDs: request.AttachmentIDs,
		ReplyTo: domain.ID(request.ReplyTo), ClientMessageID: key,
	})
	if err != nil {
		return answer{}, err
	}
	location := "/v1/rooms/" + string(message.RoomID) + "/messages/" + string(message.ID)
	return answer{Status: http.StatusCreated, Location: location, Replayed: replayed, Body: newMessage(message)}, nil
}

// messageKey joins the two ways to give a key.
func messageKey(c *gin.Context, clientMessageID string) (string, error) {
	key, err := idempotencyKey(c)
	if err != nil {
		return "", err
	}
	if key != "" && clientMessageID != "" && key != clientMessageID {
		return "", domain.InvalidField("clientMessageId", "mismatch", "must be equal to the header Idempotency-Key when both are given")
	}
	if key == "" {
		key = clientMessageID
	}
	return key, nil
}

// MessagePage is a page of a room's history, ascending by seq.
type MessagePage struct {
	Items         []Message `json:"items"`
	HasMoreBefore bool      `json:"hasMoreBefore"`
	HasMoreAfter  bool      `json:"hasMoreAfter"`
	// Read before the page: …/stream?lastEventId= continues here with nothing missed in between.
	Position string `json:"position" example:"66f0a1b2c3d4e5f607182930"`
}

// listMessages gives a page of a room's history.
//
//	@Summary		A page of a room's history, ascending by seq
//	@Description	Without before, after and around it is the newest page; at most one of them may be given.
//	@Tags			messages
//	@Produce		json,application/problem+json
//	@Security		Bearer
//	@Param			roomId				path		string	true	"The room"
//	@Param			before				query		int		false	"Only messages with a smaller seq"		minimum(0)
//	@Param			after				query		int		false	"Only messages with a greater seq"		minimum(0)
//	@Param			around				query		int		false	"Messages on both sides of this seq"	minimum(0)
//	@Param			limit				query		int		false	"Size of the page"						minimum(1)	maximum(200)	default(50)
//	@Success		200					{object}	MessagePage
//	@Failure		400,401,403,404,500,503	{object}	Problem
//	@x-access	"room"
//	@ID				listMessages
//	@Router			/v1/rooms/{roomId}/messages [get]
func (a *API) listMessages(c *gin.Context) (answer, error) {
	q := newQuery(c)
	request := domain.HistoryQuery{
		RoomID: roomID(c), Limit: q.limit(),
		Before: q.integer("before", 0, math.MaxInt64), After: q.integer("after", 0, math.MaxInt64), Around: q.integer("around", 0, math.MaxInt64),
	}
	q.atMostOne("before", "after", "around")
	if err := q.err(); err != nil {
		return answer{}, err
	}
	ctx, cancel := withTimeout(c)
	defer cancel()
	page, err := a.Chat.History(ctx, caller(c), request)
	if err != nil {
		return answer{}, err
	}
	return ok(MessagePage{
		Items: newMessages(page.Messages), HasMoreBefore: page.HasMoreBefore, HasMoreAfter: page.HasMoreAfter, Position: string(page.Position),
	})
}

// getMessage gives one message.
//
//	@Summary	One message
//	@Tags		messages
//	@Produce	json,application/problem+json
//	@Security	Bearer
//	@Param		roomId				path		string	true	"The room"
//	@Param		messageId			path		string	true	"The message"
//	@Success	200					{object}	Message
//	@Failure	400,401,403,404,500,503	{object}	Problem
//	@x-access	"room"
//	@ID			getMessage
//	@Router		/v1/rooms/{roomId}/messages/{messageId} [get]
func (a *API) getMessage(c *gin.Context) (answer, error) {
	ctx, cancel := withTimeout(c)
	defer cancel()
	message, err := a.Chat.Message(ctx, caller(c), roomID(c), messageID(c))
	if err != nil {
		return answer{}, err
	}
	return ok(newMessage(message))
}

func messageID(c *gin.Context) domain.ID { return domain.ID(c.Param("messageId")) }
