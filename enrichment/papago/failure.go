package papago

import (
	"errors"
	"net/http"
	"slices"

	"dentalk/enrichment/internal/rest"
)

// errorAnswer has its code in one place when the gateway answers and in another when the
// translator behind it does.
type errorAnswer struct {
	Error struct {
		Code string `json:"errorCode"`
	} `json:"error"`
	Code string `json:"errorCode"`
}

func codeOf(e *rest.StatusError) string {
	var answer errorAnswer
	if !e.Decode(&answer) {
		return ""
	}
	if answer.Error.Code != "" {
		return answer.Error.Code
	}
	return answer.Code
}

// quotaUsedUp is also the answer to a key whose console does not allow this API. The other codes of
// status 429 (throttle, rate) pass.
const quotaUsedUp = "400"

func kindOf(e *rest.StatusError) rest.Kind {
	if e.Status == http.StatusTooManyRequests && codeOf(e) == quotaUsedUp {
		return rest.Refused
	}
	return rest.ByStatus(e)
}

// isUnknownPair tells whether Papago has no translator from the source (N2MT02), into the target
// (N2MT04) or between the two (N2MT06).
func isUnknownPair(err error) bool {
	var status *rest.StatusError
	return errors.As(err, &status) && status.Status == http.StatusBadRequest &&
		slices.Contains([]string{"N2MT02", "N2MT04", "N2MT06"}, codeOf(status))
}
