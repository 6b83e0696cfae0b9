package streams

import (
	"time"

	"dentalk/domain"
)

// refusal is why a connection is not taken; empty when it is.
type refusal string

const (
	refusedDraining refusal = "draining"
	refusedUser     refusal = "user"     // too many of one user
	refusedInstance refusal = "instance" // too many in all
)

// reason is what the goodbye says, and when to come back: one user's other streams stay for long.
func (r refusal) reason() (reason string, reconnectIn time.Duration) {
	switch r {
	case refusedDraining:
		return reasonDraining, waitAfter(reasonDraining)
	case refusedUser:
		return reasonOverloaded, jitter(60*time.Second, 120*time.Second)
	default:
		return reasonOverloaded, waitAfter(reasonOverloaded)
	}
}

// problem is what a poll is answered.
func (r refusal) problem() error {
	_, wait := r.reason()
	if r == refusedUser {
		return &domain.Error{Kind: domain.KindRateLimited, Code: "too_many_streams",
			Detail: "You have too many streams and polls open.", RetryAfter: wait}
	}
	return &domain.Error{Kind: domain.KindUnavailable, Code: "unavailable",
		Detail: "This instance takes no more connections now.", RetryAfter: wait}
}
