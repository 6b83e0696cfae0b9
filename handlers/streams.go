package handlers

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"dentalk/domain"
	"dentalk/streams"
)

const maxWait = 30 // seconds of a long poll

// streamRoom follows one room.
//
//	@Summary		Follow a room by Server-Sent Events
//	@Description	Begins with ready. Send Last-Event-ID (or lastEventId on the first connect) to continue where a stream ended: every message comes once and in order. Whatever a client should survive, also too many requests and an outage, is told in-band as resync or goodbye. Clients ignore events and fields that they do not know; operators' notes make steps in seq that are no loss.
//	@Tags			streams
//	@Produce		text/event-stream,application/problem+json
//	@Security		Bearer
//	@Param			roomId					path		string	true	"The room"
//	@Param			Last-Event-ID			header		string	false	"The position that was received last"
//	@Param			lastEventId				query		string	false	"The same, for a first connect; the header wins"
//	@Param			ticket					query		string	false	"A stream ticket, for EventSource across origins; the Authorization header wins"
//	@Success		200						{object}	Events	"Frames of id, event and data; by the event's name, this is its data"
//	@Success		204						"The session has ended: do not come back with it"
//	@Failure		400,401,403,404,500	{object}	Problem
//	@x-access	"room"
//	@ID				streamRoom
//	@Router			/v1/rooms/{roomId}/stream [get]
func (a *API) streamRoom(c *gin.Context) (answer, error) {
	request, err := a.roomRequest(c)
	if err != nil {
		return answer{}, err
	}
	return a.serve(c, request)
}

// streamEverything follows everything that the caller may see.
//
//	@Summary		Follow everything that the caller may see by Server-Sent Events
//	@Description	One connection for all rooms; for operators all rooms there are. A resume may repeat a few messages: (roomId, seq) tells.
//	@Tags			streams
//	@Produce		text/event-stream,application/problem+json
//	@Security		Bearer
//	@Param			rooms					query		string	false	"Only these rooms, separated by commas"
//	@Param			Last-Event-ID			header		string	false	"The position that was received last"
//	@Param			lastEventId				query		string	false	"The same, for a first connect; the header wins"
//	@Param			ticket					query		string	false	"A stream ticket, for EventSource across origins; the Authorization header wins"
//	@Success		200						{object}	Events	"Frames of id, event and data; by the event's name, this is its data"
//	@Success		204						"The session has ended: do not come back with it"
//	@Failure		400,401,403,404,500	{object}	Problem
//	@x-access	"stream"
//	@ID				streamEverything
//	@Router			/v1/stream [get]
func (a *API) streamEverything(c *gin.Context) (answer, error) {
	request, err := a.everythingRequest(c)
	if err != nil {
		return answer{}, err
	}
	return a.serve(c, request)
}

func (a *API) serve(c *gin.Context, request streams.Request) (answer, error) {
	if err := a.Hub.Serve(c.Request.Context(), c.Writer, request); err != nil {
		return answer{}, fmt.Errorf("serve stream: %w", err)
	}
	return answer{}, nil
}

// refuseStream tells in a stream what its client should survive: EventSource gives up on every status
// but 200. It gives false for what is the client's own fault.
func (a *API) refuseStream(c *gin.Context, err error) bool {
	problem, _ := problemOf(err)
	problem.Instance = requestID(c)
	switch {
	case problem.Status == http.StatusTooManyRequests:
		a.Hub.Refuse(c.Writer, streams.RefusedUser)
	case problem.Status >= http.StatusInternalServerError:
		a.logProblem(c, problem, err)
		a.Hub.Refuse(c.Writer, streams.RefusedOutage)
	default:
		return false
	}
	return true
}

func (a *API) roomRequest(c *gin.Context) (streams.Request, error) {
	ctx, cancel := withTimeout(c)
	defer cancel()
	if err := a.Chat.See(ctx, caller(c), roomID(c)); err != nil {
		return streams.Request{}, err
	}
	request := newStreamRequest(c)
	request.Room = roomID(c)
	return request, nil
}

// everythingRequest checks each room that the stream is narrowed to, as if it were asked for alone.
func (a *API) everythingRequest(c *gin.Context) (streams.Request, error) {
	request := newStreamRequest(c)
	ctx, cancel := withTimeout(c)
	defer cancel()
	rooms, narrowed := c.GetQuery("rooms")
	if !narrowed {
		return request, a.Chat.SeeAll(ctx, caller(c))
	}
	ids := strings.Split(rooms, ",")
	if len(ids) > maxLimit {
		return streams.Request{}, domain.InvalidField("rooms", "too_many", fmt.Sprintf("must name at most %d rooms", maxLimit))
	}
	for _, id := range ids {
		if err := a.Chat.See(ctx, caller(c), domain.ID(id)); err != nil {
			return streams.Request{}, err
		}
		request.Only = append(request.Only, domain.ID(id))
	}
	return request, nil
}

func newStreamRequest(c *gin.Context) streams.Request {
	who := caller(c)
	last := c.GetHeader("Last-Event-ID")
	if last == "" {
		last = c.Query("lastEventId")
	}
	return streams.Request{
		Viewer: who.Viewer(), Operator: who.IsOperator(), AllRooms: who.Oversees(),
		SessionID: who.SessionID, LastEventID: last,
	}
}

// EventPage is what a long poll gives.
type EventPage struct {
	Items []StreamEvent `json:"items"`
	// The after of the next request.
	Last string `json:"last" example:"66f0a1b2c3d4e5f607182930"`
	// True when after is not known or too far behind: read the history, then go on from last.
	Resync bool `json:"resync"`
}

// StreamEvent is one event of a stream.
type StreamEvent struct {
	Event string `json:"event" example:"message.created"`
	// Only message.created has one.
	ID string `json:"id,omitempty" validate:"optional"`
	// As in the streams, by the event's name.
	Data json.RawMessage `json:"data" swaggertype:"object"`
}

// pollRoom gives a room's events as JSON.
//
//	@Summary		A room's events by long polling
//	@Description	For proxies that hold streams back, and for scripts. Without after it tells at once where to begin.
//	@Tags			streams
//	@Produce		json,application/problem+json
//	@Security		Bearer
//	@Param			roomId				path		string	true	"The room"
//	@Param			after				query		string	false	"The last of the answer before"
//	@Param			wait				query		int		false	"Seconds to wait for something to happen"	minimum(0)	maximum(30)	default(0)
//	@Success		200					{object}	EventPage
//	@Failure		400,401,403,404,429,500,503	{object}	Problem
//	@x-access	"room"
//	@ID				pollRoom
//	@Router			/v1/rooms/{roomId}/events [get]
func (a *API) pollRoom(c *gin.Context) (answer, error) {
	request, err := a.roomRequest(c)
	if err != nil {
		return answer{}, err
	}
	return a.poll(c, request)
}

// pollEverything gives the events of everything that the caller may see as JSON.
//
//	@Summary	Everything that the caller may see by long polling
//	@Tags		streams
//	@Produce	json,application/problem+json
//	@Security	Bearer
//	@Param		rooms				query		string	false	"Only these rooms, separated by commas"
//	@Param		after				query		string	false	"The last of the answer before"
//	@Param		wait				query		int		false	"Seconds to wait for something to happen"	minimum(0)	maximum(30)	default(0)
//	@Success	200					{object}	EventPage
//	@Failure	400,401,403,404,429,500,503	{object}	Problem
//	@x-access	"stream"
//	@ID			pollEverything
//	@Router		/v1/events [get]
func (a *API) pollEverything(c *gin.Context) (answer, error) {
	request, err := a.everythingRequest(c)
	if err != nil {
		return answer{}, err
	}
	return a.poll(c, request)
}

func (a *API) poll(c *gin.Context, request streams.Request) (answer, error) {
	q := newQuery(c)
	request.LastEventID = q.text("after")
	wait := q.integer("wait", 0, maxWait)
	if err := q.err(); err != nil {
		return answer{}, err
	}
	var seconds int64
	if wait != nil {
		seconds = *wait
	}
	poll, err := a.Hub.Poll(c.Request.Context(), request, time.Duration(seconds)*time.Second)
	if err != nil {
		return answer{}, fmt.Errorf("poll: %w", err)
	}
	page := EventPage{Items: make([]StreamEvent, len(poll.Items)), Last: string(poll.Last), Resync: poll.Resync}
	for i, item := range poll.Items {
		page.Items[i] = StreamEvent{Event: string(item.Event), ID: string(item.ID), Data: item.Data}
	}
	return ok(page)
}
