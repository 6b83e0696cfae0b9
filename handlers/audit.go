package handlers

import (
	"github.com/gin-gonic/gin"

	"dentalk/domain"
)

// AuditEntry says who did what.
type AuditEntry struct {
	ID     string      `json:"id" example:"66f0a1b2c3d4e5f607182930"`
	At     string      `json:"at" format:"date-time" example:"2026-03-14T09:26:53.589Z"`
	Action string      `json:"action" example:"room.read"`
	Actor  *AuditActor `json:"actor" extensions:"x-nullable"`
	// The client's; empty for what the server did by itself.
	Address   string `json:"address" example:"203.0.113.7"`
	RequestID string `json:"requestId" example:"5f0c6a1b2d3e4f5061728394"`
	RoomID    string `json:"roomId,omitempty" validate:"optional"`
	UserID    string `json:"userId,omitempty" validate:"optional"`
	// The session, organization, API key, message, attachment or erasure that it was done to.
	TargetID string `json:"targetId,omitempty" validate:"optional"`
	// A few words by name, such as the fields that were changed; neither secrets nor contents.
	Detail map[string]string `json:"detail"`
}

// AuditActor is who did it: a user or an API key.
type AuditActor struct {
	ID string `json:"id" example:"66f0a1b2c3d4e5f607182931"`
	// As it is now; null when the key was deleted.
	Name *string `json:"name" extensions:"x-nullable" example:"operator"`
	Role string  `json:"role" enums:"operator,clinic,lab,service" example:"operator"`
}

func newAuditEntry(r domain.AuditRecord) AuditEntry {
	entry := AuditEntry{
		ID: string(r.ID), At: formatTime(r.At), Action: string(r.Action), Address: r.Address, RequestID: r.RequestID,
		RoomID: string(r.RoomID), UserID: string(r.UserID), TargetID: string(r.TargetID), Detail: textsOrEmpty(r.Detail),
	}
	if r.ActorID != "" {
		entry.Actor = &AuditActor{ID: string(r.ActorID), Name: textOrNull(r.ActorName), Role: string(r.ActorRole)}
	}
	return entry
}

// listAudit lists who did what.
//
//	@Summary		Who did what, newest first
//	@Description	Entries are never changed or deleted. Reading a room again within an hour, by the same caller from the same address, makes no further entry.
//	@Tags			operations
//	@Produce		json,application/problem+json
//	@Security		Bearer
//	@Param			action				query		string	false	"Only this action"	Enums(login.succeeded,login.failed,refresh_token.reused,session.ended,password.changed,password_reset.created,password_reset.used,user.registered,user.created,user.updated,organization.created,organization.updated,api_key.created,api_key.rotated,api_key.deleted,api_key.used,room.created,room.updated,room.read,rooms.read,participant.added,participant.removed,attachment.read,data.exported,erasure.created,erasure.completed,enrichment.corrected)
//	@Param			actorId				query		string	false	"Only what this user or API key did"
//	@Param			roomId				query		string	false	"Only what was done to this room"
//	@Param			userId				query		string	false	"Only what was done to this user"
//	@Param			from				query		string	false	"Not before this time"	format(date-time)
//	@Param			to					query		string	false	"Before this time"		format(date-time)
//	@Param			cursor				query		string	false	"Where the page begins, from next"
//	@Param			limit				query		int		false	"Size of the page"	minimum(1)	maximum(200)	default(50)
//	@Success		200					{object}	Page[AuditEntry]
//	@Failure		400,401,403,500,503	{object}	Problem
//	@x-access		"operator ops:read"
//	@ID				listAudit
//	@Router			/v1/ops/audit [get]
func (a *API) listAudit(c *gin.Context) (answer, error) {
	q := newQuery(c)
	request := auditQuery(q)
	limit := q.limit()
	if err := q.err(); err != nil {
		return answer{}, err
	}
	request.Limit = limit + 1 // one more tells whether a page follows
	ctx, cancel := withTimeout(c)
	defer cancel()
	records, err := a.Audit.Entries(ctx, caller(c), request)
	if err != nil {
		return answer{}, err
	}
	next := ""
	if len(records) > limit {
		records = records[:limit]
		next = q.encode(cursor{after: records[limit-1].ID})
	}
	items := make([]AuditEntry, len(records))
	for i, record := range records {
		items[i] = newAuditEntry(record)
	}
	return list(c, items, next)
}

func auditQuery(q *query) domain.AuditQuery {
	actions := make([]string, len(domain.AuditActions()))
	for i, action := range domain.AuditActions() {
		actions[i] = string(action)
	}
	request := domain.AuditQuery{
		Action:  domain.AuditAction(q.oneOf("action", actions...)),
		ActorID: q.id("actorId"), RoomID: q.id("roomId"), UserID: q.id("userId"),
		From: q.time("from"), To: q.time("to"), Before: q.cursor().after,
	}
	if !request.From.IsZero() && !request.To.IsZero() && !request.To.After(request.From) {
		q.invalid("to", "out_of_range", "must be after from")
	}
	return request
}
