package handlers

import (
	"context"
	"time"

	"github.com/gin-gonic/gin"

	"dentalk/domain"
)

// StreamTicket opens streams where a page can send neither header nor cookie: as ?ticket= of
// EventSource across origins.
type StreamTicket struct {
	Ticket    string `json:"ticket"`
	ExpiresAt string `json:"expiresAt" format:"date-time" example:"2026-03-15T09:26:53.000Z"`
}

// createStreamTicket makes a ticket of what the caller calls with.
//
//	@Summary		Make a ticket that opens streams
//	@Description	For EventSource across origins, as ?ticket= of the two streams and nowhere else. Good for 24 hours at most, as often as it is needed; it ends with the session, or the API key's secret, that this request was made with.
//	@Tags			streams
//	@Produce		json,application/problem+json
//	@Security		Bearer
//	@Success		201							{object}	StreamTicket
//	@Failure		400,401,403,413,415,500,503	{object}	Problem
//	@x-access		"stream"
//	@ID				createStreamTicket
//	@Router			/v1/stream-tickets [post]
func (a *API) createStreamTicket(c *gin.Context) (answer, error) {
	ctx, cancel := withTimeout(c)
	defer cancel()
	expires, err := a.Accounts.StreamTicketExpiry(ctx, caller(c))
	if err != nil {
		return answer{}, err
	}
	expires = expires.Truncate(time.Second) // what a token can say
	ticket, err := a.tokens.signTicket(caller(c), c.GetString(keyHashKey), expires)
	if err != nil {
		return answer{}, err
	}
	return created("", StreamTicket{Ticket: ticket, ExpiresAt: formatTime(expires)}) // no Location: it is kept nowhere
}

// byTicket gives the caller that the ticket was made for.
func (a *API) byTicket(ctx context.Context, visitor domain.Caller, ticket string) (domain.Caller, error) {
	parsed, ok := a.tokens.read(ticket)
	id, ok2 := domain.ParseID(parsed.ID)
	if !ok || !ok2 {
		return domain.Caller{}, errTicket
	}
	switch parsed.Use {
	case useTicket:
		return a.Accounts.Authenticate(ctx, visitor, id)
	case useKeyTicket:
		who, err := a.Accounts.AuthenticateKey(ctx, visitor, parsed.KeyHash)
		if domain.KindOf(err) == domain.KindUnauthenticated {
			return domain.Caller{}, domain.ErrSessionEnded // it was good until the key's secret ended
		}
		return who, err
	}
	return domain.Caller{}, errTicket
}

var errTicket = domain.Unauthenticated("invalid_ticket", "The stream ticket is not valid or has expired.")
