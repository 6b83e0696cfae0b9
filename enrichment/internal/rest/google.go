package rest

import (
	"net/http"
	"strings"
)

// googleError is the body of an error of Google's APIs, as far as it is needed.
type googleError struct {
	Error struct {
		Message string         `json:"message"`
		Errors  []googleReason `json:"errors"`
		Details []googleReason `json:"details"`
	} `json:"error"`
}

type googleReason struct {
	Reason string `json:"reason"`
}

// Google is the kind of a failure of Google's APIs, which answer 403 both to a rate that is too high
// for a moment and to a quota that is used up.
func Google(e *StatusError) Kind {
	var answer googleError
	if !e.Decode(&answer) {
		return ByStatus(e)
	}
	for _, given := range append(answer.Error.Errors, answer.Error.Details...) {
		switch given.Reason {
		case "rateLimitExceeded", "userRateLimitExceeded", "RATE_LIMIT_EXCEEDED":
			return Retry
		case "dailyLimitExceeded", "quotaExceeded", "keyInvalid", "API_KEY_INVALID": // the last with status 400
			return Refused
		}
	}
	if e.Status == http.StatusForbidden && strings.Contains(answer.Error.Message, "Rate Limit Exceeded") {
		return Retry
	}
	return ByStatus(e)
}
