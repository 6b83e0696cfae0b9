package handlers

import (
	"context"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"dentalk/domain"
)

const (
	// attemptsPerMinute is how often one address may register or try to reset a password.
	attemptsPerMinute = 240
	// refreshesPerMinute is how often one address may refresh: many people may share it.
	refreshesPerMinute = 600
	// noticesPerMinute is how often a user may tell that it is typing: each goes to a whole room.
	noticesPerMinute = 120
)

// rateLimit limits each owner of something, such as a user with its messages, with a token bucket of
// one minute's worth. While the buckets fail nobody is limited. It is safe for concurrent use.
type rateLimit struct {
	buckets   domain.RateLimiter
	what      string // that is counted, in the plural
	perMinute int    // 0: no limit
	now       func() time.Time
	trouble   *trouble
}

// take uses one of the owner's allowance and writes the RateLimit headers. Where a request takes
// from several, the last one's headers stay.
func (r *rateLimit) take(ctx context.Context, header http.Header, owner domain.ID) error {
	if r.perMinute == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, countTimeout)
	defer cancel()
	allowance, err := r.buckets.Take(ctx, r.now(), r.what+" "+string(owner), r.perMinute)
	if err != nil {
		r.trouble.report(r.what+" are not limited", err)
		return nil
	}
	setRateLimit(header, r.perMinute, allowance.Left, allowance.Full)
	if allowance.Taken {
		return nil
	}
	return &domain.Error{Kind: domain.KindRateLimited, Code: "too_many_" + r.what, Detail: "Too many " + r.what + "; wait a moment.", RetryAfter: allowance.Wait}
}

// limitKey counts the requests of API keys. A stream counts as one.
func (a *API) limitKey(c *gin.Context) error {
	who := caller(c)
	if !who.IsService() {
		return nil
	}
	return a.keyRate.take(c.Request.Context(), c.Writer.Header(), who.UserID)
}

// limitAddress counts requests that anybody may make and that cost something.
func (a *API) limitAddress(rate *rateLimit, handle handler) handler {
	return func(c *gin.Context) (answer, error) {
		address := domain.ID(hashed(networkOf(c.ClientIP())))
		if err := rate.take(c.Request.Context(), c.Writer.Header(), address); err != nil {
			return answer{}, err
		}
		return handle(c)
	}
}
