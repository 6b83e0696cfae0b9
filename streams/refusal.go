package streams

import (
	"net/http"
	"time"

	"dentalk/domain"
)

// Refusal is why a connection is not taken; empty when it is.
type Refusal string

// What callers of Refuse refuse by themselves.
const (
	RefusedUser   Refusal = "user"   // too many of one user or API key
	RefusedOutage Refusal = "outage" // a part that is needed is down
)

const (
	refusedDraining Refusal = "draining"
	refusedInstance Refusal = "instance" // too many in all
)

// Refuse answers with a stream that is nothing but a goodbye, since EventSource gives up on every
// status but 200: the client comes back later.
func (h *Hub) Refuse(w http.ResponseWriter, why Refusal) {
	out := h.newStream(w)
	defer out.close()
	defer h.metrics.ended(out)
	h.refuse(out, why)
}

func (h *Hub) refuse(out *stream, why Refusal) {
	h.metrics.refused[why].Inc()
	_ = out.goodbye(why.reason()) // best effort: the client retries either way
}

// reason is what the goodbye says, and when to come back: one user's other streams stay for long.
func (r Refusal) reason() (reason string, reconnectIn time.Duration) {
	switch r {
	case refusedDraining:
		return reasonDraining, waitAfter(reasonDraining)
	case RefusedUser:
		return reasonOverloaded, jitter(60*time.Second, 120*time.Second)
	default:
		return reasonOverloaded, waitAfter(reasonOverloaded)
	}
}

// problem is what a poll is answered; perUser is how many a user may have.
func (r Refusal) problem(perUser int) error {
	_, wait := r.reason()
	if r == RefusedUser {
		return &domain.Error{Kind: domain.KindRateLimited, Code: "too_many_streams",
			Detail: "You have too many streams and polls open.", RetryAfter: wait, Limit: perUser}
	}
	return &domain.Error{Kind: domain.KindUnavailable, Code: "unavailable",
		Detail: "This instance takes no more connections now.", RetryAfter: wait}
}
