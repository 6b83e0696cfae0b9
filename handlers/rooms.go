package handlers

import (
	"github.com/gin-gonic/gin"

	"dentalk/domain"
)

// CreateRoomRequest describes the room of an order.
type CreateRoomRequest struct {
	OrderID string `json:"orderId" validate:"required" minLength:"1" maxLength:"128" example:"ORD-24117"`
	// The order's id when it is absent.
	Name           string      `json:"name,omitempty" maxLength:"200" example:"ORD-24117 zirconia crown 26" validate:"optional"`
	ParticipantIDs []domain.ID `json:"participantIds,omitempty" swaggertype:"array,string" validate:"optional"`
}

// createRoom makes the room of an order.
//
//	@Summary		Make the room of an order
//	@Description	The same orderId again gives the existing room with 200.
//	@Tags			rooms
//	@Accept			json
//	@Produce		json,application/problem+json
//	@Security		Bearer
//	@Param			Idempotency-Key						header		string				false	"Makes the request safe to repeat"	minlength(1)	maxlength(128)
//	@Param			request								body		CreateRoomRequest	true	"The room"
//	@Success		200									{object}	Room
//	@Success		201									{object}	Room
//	@Failure		400,401,403,409,413,415,422,500,503	{object}	Problem
//	@x-access	"rooms:write"
//	@ID				createRoom
//	@Router			/v1/rooms [post]
func (a *API) createRoom(c *gin.Context) (answer, error) {
	var request CreateRoomRequest
	if err := decode(c, &request); err != nil {
		return answer{}, err
	}
	ctx, cancel := withTimeout(c)
	defer cancel()
	who := caller(c)
	view, isNew, err := a.Chat.CreateRoom(ctx, who, domain.NewRoom{OrderID: request.OrderID, Name: request.Name, ParticipantIDs: request.ParticipantIDs})
	if err != nil {
		return answer{}, err
	}
	room := newRoom(view, who.IsOperator())
	if !isNew {
		return ok(room)
	}
	return created("/v1/rooms/"+room.ID, room)
}

// RoomPage is a page of rooms with the position that opens a stream.
type RoomPage struct {
	Items []Room  `json:"items"`
	Next  *string `json:"next" extensions:"x-nullable"`
	// Read before the page: /v1/stream?lastEventId= continues here with nothing missed in between.
	Position string `json:"position" example:"66f0a1b2c3d4e5f607182930"`
}

// listRooms lists the caller's rooms.
//
//	@Summary	List the caller's rooms, latest activity first
//	@Tags		rooms
//	@Produce	json,application/problem+json
//	@Security	Bearer
//	@Param		status			query		string	false	"Only rooms of this status"	Enums(open,archived)
//	@Param		unread			query		bool	false	"Only rooms with unread messages"
//	@Param		orderId			query		string	false	"Only the room of this order"
//	@Param		cursor			query		string	false	"Where the page begins, from next"
//	@Param		limit			query		int		false	"Size of the page"	minimum(1)	maximum(200)	default(50)
//	@Success	200				{object}	RoomPage
//	@Failure	400,401,403,500,503	{object}	Problem
//	@x-access	"rooms"
//	@ID			listRooms
//	@Router		/v1/rooms [get]
func (a *API) listRooms(c *gin.Context) (answer, error) {
	q := newQuery(c)
	begin := q.cursor()
	request := domain.RoomQuery{
		Status:  domain.RoomStatus(q.oneOf("status", string(domain.RoomOpen), string(domain.RoomArchived))),
		OrderID: q.text("orderId"), Unread: q.boolean("unread"), Before: begin.after, AsOf: begin.asOf, Limit: q.limit(),
	}
	if err := q.err(); err != nil {
		return answer{}, err
	}
	ctx, cancel := withTimeout(c)
	defer cancel()
	who := caller(c)
	page, err := a.Chat.Rooms(ctx, who, request)
	if err != nil {
		return answer{}, err
	}
	items := make([]Room, len(page.Rooms))
	for i, view := range page.Rooms {
		items[i] = newRoom(view, who.IsOperator())
	}
	next := ""
	if page.Next != "" {
		next = q.encode(cursor{after: page.Next, asOf: page.AsOf})
	}
	result, err := list(c, items, next)
	result.Body = RoomPage{Items: items, Next: textOrNull(next), Position: string(page.Position)}
	return result, err
}

// getRoom gives one room.
//
//	@Summary	One room
//	@Tags		rooms
//	@Produce	json,application/problem+json
//	@Security	Bearer
//	@Param		roomId				path		string	true	"The room"
//	@Success	200					{object}	Room
//	@Failure	400,401,403,404,500,503	{object}	Problem
//	@x-access	"room rooms:write"
//	@ID			getRoom
//	@Router		/v1/rooms/{roomId} [get]
func (a *API) getRoom(c *gin.Context) (answer, error) {
	ctx, cancel := withTimeout(c)
	defer cancel()
	who := caller(c)
	view, err := a.Chat.Room(ctx, who, roomID(c))
	if err != nil {
		return answer{}, err
	}
	return ok(newRoom(view, who.IsOperator()))
}

// roomID is the room of the path. What is no ID is not found, like any ID that does not exist.
func roomID(c *gin.Context) domain.ID { return domain.ID(c.Param("roomId")) }

// UpdateRoomRequest holds the fields to change; null clears assigneeId and labId.
type UpdateRoomRequest struct {
	Name       *string            `json:"name,omitempty" minLength:"1" maxLength:"200" validate:"optional"`
	Status     *domain.RoomStatus `json:"status,omitempty" swaggertype:"string" enums:"open,archived" validate:"optional"`
	AssigneeID nullable           `json:"assigneeId" validate:"optional" swaggertype:"string" extensions:"x-nullable"`
	LabID      nullable           `json:"labId" validate:"optional" swaggertype:"string" extensions:"x-nullable"`
}

// updateRoom changes a room.
//
//	@Summary	Change a room, for operators
//	@Tags		rooms
//	@Accept		json
//	@Produce	json,application/problem+json
//	@Security	Bearer
//	@Param		roomId							path		string				true	"The room"
//	@Param		request							body		UpdateRoomRequest	true	"What to change"
//	@Success	200								{object}	Room
//	@Failure	400,401,403,404,413,415,500,503	{object}	Problem
//	@x-access	"room operator"
//	@ID			updateRoom
//	@Router		/v1/rooms/{roomId} [patch]
func (a *API) updateRoom(c *gin.Context) (answer, error) {
	var request UpdateRoomRequest
	if err := decode(c, &request); err != nil {
		return answer{}, err
	}
	ctx, cancel := withTimeout(c)
	defer cancel()
	who := caller(c)
	view, err := a.Chat.UpdateRoom(ctx, who, roomID(c), domain.RoomChange{
		Name: request.Name, Status: request.Status, AssigneeID: request.AssigneeID.id(), LabID: request.LabID.id(),
	})
	if err != nil {
		return answer{}, err
	}
	return ok(newRoom(view, who.IsOperator()))
}
