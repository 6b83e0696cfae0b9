package handlers

import (
	"context"
	"net/http"
	"time"

	"dentalk/domain"
)

// messageRate limits the messages of each user with a token bucket of one minute's worth. While
// the buckets fail nobody is limited. It is safe for concurrent use.
type messageRate struct {
	buckets   domain.RateLimiter
	perMinute int // 0: no limit
	now       func() time.Time
	trouble   *trouble
}

// take uses one message of the user's allowance and writes the RateLimit headers.
func (m *messageRate) take(ctx context.Context, header http.Header, user domain.ID) error {
	if m.perMinute == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, countTimeout)
	defer cancel()
	allowance, err := m.buckets.Take(ctx, m.now(), "messages "+string(user), m.perMinute)
	if err != nil {
		m.trouble.report("messages are not limited", err)
		return nil
	}
	setRateLimit(header, m.perMinute, allowance.Left, allowance.Full)
	if allowance.Taken {
		return nil
	}
	return &domain.Error{Kind: domain.KindRateLimited, Code: "too_many_messages", Detail: "Too many messages; wait a moment.", RetryAfter: allowance.Wait}
}
