package handlers

import (
	"context"

	"github.com/gin-gonic/gin"

	"dentalk/domain"
)

// Session is one login.
type Session struct {
	ID        string `json:"id" example:"66f0a1b2c3d4e5f607182930"`
	CreatedAt string `json:"createdAt" format:"date-time" example:"2026-03-14T09:26:53.589Z"`
	ExpiresAt string `json:"expiresAt" format:"date-time" example:"2026-04-13T09:26:53.589Z"`
	// Up to five minutes behind, as are address and userAgent.
	LastUsedAt string `json:"lastUsedAt" format:"date-time" example:"2026-03-14T09:26:53.589Z"`
	Address    string `json:"address" example:"203.0.113.7"`
	UserAgent  string `json:"userAgent" example:"Mozilla/5.0"`
	// Whether this request was made with it.
	Current bool `json:"current"`
}

func newSession(s domain.Session, who domain.Caller) Session {
	return Session{
		ID: string(s.ID), CreatedAt: formatTime(s.CreatedAt), ExpiresAt: formatTime(s.ExpiresAt), LastUsedAt: formatTime(s.LastUsedAt),
		Address: s.Client.Address, UserAgent: s.Client.UserAgent, Current: s.ID == who.SessionID,
	}
}

// listSessions lists the caller's logins.
//
//	@Summary	List the caller's sessions, newest first
//	@Tags		auth
//	@Produce	json,application/problem+json
//	@Security	Bearer
//	@Param		cursor				query		string	false	"Where the page begins, from next"
//	@Param		limit				query		int		false	"Size of the page"	minimum(1)	maximum(200)	default(50)
//	@Success	200					{object}	Page[Session]
//	@Failure	400,401,403,500,503	{object}	Problem
//	@x-access	"user"
//	@ID			listSessions
//	@Router		/v1/me/sessions [get]
func (a *API) listSessions(c *gin.Context) (answer, error) {
	who := caller(c)
	encode := func(s domain.Session) Session { return newSession(s, who) }
	return listByID(c, a.Accounts.Sessions, func(s domain.Session) domain.ID { return s.ID }, encode)
}

// getSession gives one of the caller's logins.
//
//	@Summary	One of the caller's sessions
//	@Tags		auth
//	@Produce	json,application/problem+json
//	@Security	Bearer
//	@Param		sessionId				path		string	true	"The session"
//	@Success	200						{object}	Session
//	@Failure	400,401,403,404,500,503	{object}	Problem
//	@x-access	"user"
//	@ID			getSession
//	@Router		/v1/me/sessions/{sessionId} [get]
func (a *API) getSession(c *gin.Context) (answer, error) {
	ctx, cancel := withTimeout(c)
	defer cancel()
	session, err := a.Accounts.Session(ctx, caller(c), domain.ID(c.Param("sessionId")))
	if err != nil {
		return answer{}, err
	}
	return ok(newSession(session, caller(c)))
}

// endSession ends one of the caller's logins.
//
//	@Summary		End one of the caller's sessions
//	@Description	Its tokens stop working and its streams are closed.
//	@Tags			auth
//	@Produce		application/problem+json
//	@Security		Bearer
//	@Param			sessionId	path	string	true	"The session"
//	@Success		204
//	@Failure		400,401,403,404,500,503	{object}	Problem
//	@x-access		"user"
//	@ID				endSession
//	@Router			/v1/me/sessions/{sessionId} [delete]
func (a *API) endSession(c *gin.Context) (answer, error) {
	id := domain.ID(c.Param("sessionId"))
	end := func(ctx context.Context, who domain.Caller) error { return a.Accounts.EndSession(ctx, who, id) }
	return a.end(c, end, id == caller(c).SessionID)
}

// endSessions ends all of the caller's logins.
//
//	@Summary		End all of the caller's sessions
//	@Description	Also this one, but with others=true. Their tokens stop working and their streams are closed.
//	@Tags			auth
//	@Produce		application/problem+json
//	@Security		Bearer
//	@Param			others	query	bool	false	"Spare the session of this request"	default(false)
//	@Success		204
//	@Failure		400,401,403,500,503	{object}	Problem
//	@x-access		"user"
//	@ID				endSessions
//	@Router			/v1/me/sessions [delete]
func (a *API) endSessions(c *gin.Context) (answer, error) {
	q := newQuery(c)
	others := q.boolean("others")
	if err := q.err(); err != nil {
		return answer{}, err
	}
	var keep domain.ID
	if others {
		keep = caller(c).SessionID
	}
	end := func(ctx context.Context, who domain.Caller) error { return a.Accounts.EndSessions(ctx, who, keep) }
	return a.end(c, end, !others)
}

// end takes the cookie away too when the session of this request is among those that end.
func (a *API) end(c *gin.Context, end func(context.Context, domain.Caller) error, this bool) (answer, error) {
	ctx, cancel := withTimeout(c)
	defer cancel()
	if err := end(ctx, caller(c)); err != nil {
		return answer{}, err
	}
	if this {
		a.clearCookie(c)
	}
	return noContent()
}
