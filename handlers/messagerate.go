package handlers

import (
	"sync"
	"time"

	"github.com/gin-gonic/gin"
	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/time/rate"

	"dentalk/domain"
)

const rateMemory = 100_000 // users remembered at once

// messageRate limits the messages of each user with a token bucket of one minute's worth. It is
// safe for concurrent use.
type messageRate struct {
	perMinute int
	now       func() time.Time
	mu        sync.Mutex
	buckets   *lru.Cache[domain.ID, *rate.Limiter]
}

func newMessageRate(perMinute int, now func() time.Time) *messageRate {
	buckets, err := lru.New[domain.ID, *rate.Limiter](rateMemory)
	if err != nil {
		panic(err) // only a size that is not positive fails
	}
	return &messageRate{perMinute: perMinute, now: now, buckets: buckets}
}

// take uses one message of the user's allowance and writes the RateLimit headers.
func (m *messageRate) take(c *gin.Context, user domain.ID) error {
	if m.perMinute == 0 {
		return nil
	}
	now := m.now()
	bucket := m.bucket(user)
	allowed := bucket.AllowN(now, 1)
	left := bucket.TokensAt(now)
	perSecond := float64(bucket.Limit())
	full := time.Duration((float64(m.perMinute) - left) / perSecond * float64(time.Second))
	setRateLimit(c.Writer.Header(), m.perMinute, int(left), full)
	if allowed {
		return nil
	}
	wait := time.Duration((1 - left) / perSecond * float64(time.Second))
	return &domain.Error{Kind: domain.KindRateLimited, Code: "too_many_messages", Detail: "Too many messages; wait a moment.", RetryAfter: wait}
}

func (m *messageRate) bucket(user domain.ID) *rate.Limiter {
	m.mu.Lock()
	defer m.mu.Unlock()
	if bucket, ok := m.buckets.Get(user); ok {
		return bucket
	}
	bucket := rate.NewLimiter(rate.Limit(float64(m.perMinute)/60), m.perMinute)
	m.buckets.Add(user, bucket)
	return bucket
}
