package handlers

import (
	"github.com/gin-gonic/gin"

	"dentalk/domain"
)

// Room is the conversation about one order, as the caller sees it.
type Room struct {
	RoomFacts
	// Of the newest message that the caller may see; 0 when there is none.
	LastSeq     int64           `json:"lastSeq" example:"12"`
	LastMessage *MessagePreview `json:"lastMessage" extensions:"x-nullable"`
	// Messages of others after the caller's read marker; 0 for one who does not take part.
	UnreadCount int64 `json:"unreadCount" example:"3"`
	// For operators only.
	Mood *Mood `json:"mood,omitempty" validate:"optional"`
}

// RoomFacts are what a room is, the same for everybody in it: the data of room.updated.
type RoomFacts struct {
	ID           string        `json:"id" example:"66f0a1b2c3d4e5f607182930"`
	OrderID      string        `json:"orderId" example:"ORD-24117"`
	Name         string        `json:"name" example:"ORD-24117 zirconia crown 26"`
	ClinicID     *string       `json:"clinicId" extensions:"x-nullable"`
	LabID        *string       `json:"labId" extensions:"x-nullable"`
	Participants []Participant `json:"participants"`
	Status       string        `json:"status" enums:"open,archived" example:"open"`
	// For operators only; null when nobody is assigned.
	AssigneeID *nullableText `json:"assigneeId,omitempty" validate:"optional" swaggertype:"string" extensions:"x-nullable"`
	CreatedAt  string        `json:"createdAt" format:"date-time" example:"2026-03-14T09:26:53.589Z"`
	UpdatedAt  string        `json:"updatedAt" format:"date-time" example:"2026-03-14T09:26:53.589Z"`
}

// nullableText is null when it is empty, where the field itself may be absent.
type nullableText string

// MarshalJSON writes null for the empty text.
func (t nullableText) MarshalJSON() ([]byte, error) {
	if t == "" {
		return []byte("null"), nil
	}
	return []byte(`"` + t + `"`), nil // always an ID: nothing to escape
}

// Participant is a user who takes part in a room.
type Participant struct {
	UserID   string `json:"userId" example:"66f0a1b2c3d4e5f607182930"`
	Username string `json:"username" example:"dr.nguyen"`
	Role     string `json:"role" enums:"operator,clinic,lab" example:"clinic"`
	Language string `json:"language" example:"en"`
}

// MessagePreview is the newest message in a list of rooms.
type MessagePreview struct {
	Seq       int64  `json:"seq" example:"12"`
	UserID    string `json:"userId"`
	UserName  string `json:"userName" example:"kim.hanbit"`
	Text      string `json:"text"`
	CreatedAt string `json:"createdAt" format:"date-time" example:"2026-03-14T09:26:53.589Z"`
}

// Mood sums up the newest messages of a room.
type Mood struct {
	// Mean score of the newest 50 messages, from -1 to 1.
	Score float64 `json:"score" example:"-0.2"`
	// How many of them are complaints.
	Complaints int64 `json:"complaints" example:"1"`
}

func newParticipant(p domain.Participant) Participant {
	return Participant{UserID: string(p.UserID), Username: p.Username, Role: string(p.Role), Language: p.Language}
}

// newRoomFacts gives what is the same for everybody, and for operators what only they may see.
func newRoomFacts(r domain.Room, operator bool) RoomFacts {
	facts := RoomFacts{
		ID: string(r.ID), OrderID: r.OrderID, Name: r.Name, ClinicID: textOrNull(string(r.ClinicID)), LabID: textOrNull(string(r.LabID)),
		Participants: make([]Participant, len(r.Participants)), Status: string(r.Status),
		CreatedAt: formatTime(r.CreatedAt), UpdatedAt: formatTime(r.UpdatedAt),
	}
	for i, participant := range r.Participants {
		facts.Participants[i] = newParticipant(participant)
	}
	if operator {
		assignee := nullableText(r.AssigneeID)
		facts.AssigneeID = &assignee
	}
	return facts
}

func newRoom(v domain.RoomView, operator bool) Room {
	room := Room{RoomFacts: newRoomFacts(v.Room, operator), LastSeq: v.LastSeq, UnreadCount: v.UnreadCount}
	if operator {
		room.Mood = &Mood{Score: round(v.Mood.Score), Complaints: v.Mood.Complaints}
	}
	if last := v.LastMessage; last != nil {
		room.LastMessage = &MessagePreview{
			Seq: last.Seq, UserID: string(last.UserID), UserName: last.UserName, Text: last.Text, CreatedAt: formatTime(last.CreatedAt),
		}
		if last.CreatedAt.After(v.UpdatedAt) {
			room.UpdatedAt = formatTime(last.CreatedAt)
		}
	}
	return room
}

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
//	@Failure	400,401,500,503	{object}	Problem
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
//	@Failure	400,401,404,500,503	{object}	Problem
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
