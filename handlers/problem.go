package handlers

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"dentalk/domain"
)

// Problem is an error as RFC 9457 describes it, with a stable code and, for validation, the
// fields that break a rule.
type Problem struct {
	Type     string         `json:"type" example:"about:blank"`
	Title    string         `json:"title" example:"Bad Request"`
	Status   int            `json:"status" example:"400"`
	Detail   string         `json:"detail"`
	Instance string         `json:"instance" example:"5f0c6a1b2d3e4f5061728394"`
	Code     string         `json:"code" example:"validation_failed"`
	Errors   []ProblemField `json:"errors,omitempty" validate:"optional"`
}

// ProblemField names one field that breaks a rule.
type ProblemField struct {
	Field  string `json:"field" example:"text"`
	Code   string `json:"code" example:"required"`
	Detail string `json:"detail" example:"is required"`
}

// statuses is the one table from kinds of errors to HTTP.
var statuses = map[domain.Kind]int{
	domain.KindInvalid:         http.StatusBadRequest,
	domain.KindUnauthenticated: http.StatusUnauthorized,
	domain.KindForbidden:       http.StatusForbidden,
	domain.KindNotFound:        http.StatusNotFound,
	domain.KindConflict:        http.StatusConflict,
	domain.KindUnprocessable:   http.StatusUnprocessableEntity,
	domain.KindRateLimited:     http.StatusTooManyRequests,
	domain.KindUnavailable:     http.StatusServiceUnavailable,
	domain.KindTooLarge:        http.StatusRequestEntityTooLarge,
	domain.KindUnsupported:     http.StatusUnsupportedMediaType,
}

// httpError is an error that only this transport knows.
type httpError struct {
	status int
	code   string
	detail string
}

func (e *httpError) Error() string { return e.code + ": " + e.detail }

var (
	errRouteNotFound    = &httpError{http.StatusNotFound, "route_not_found", "There is no such path."}
	errMethodNotAllowed = &httpError{http.StatusMethodNotAllowed, "method_not_allowed", "The path does not know this method; see the Allow header."}
	errURITooLong       = &httpError{http.StatusRequestURITooLong, "uri_too_long", fmt.Sprintf("The path with its query must not exceed %d bytes.", maxURI)}
	errHeadersTooLarge  = &httpError{http.StatusRequestHeaderFieldsTooLarge, "headers_too_large", fmt.Sprintf("The headers must not exceed %d bytes.", maxHeader)}
	errInProgress       = &httpError{http.StatusConflict, "request_in_progress", "The first request with this idempotency key is still under way."}
	errCrossOrigin      = &httpError{http.StatusForbidden, "cross_origin", "A request that changes something came by cookie from another origin."}
)

func errBodyTooLarge(most int64) *httpError {
	return &httpError{http.StatusRequestEntityTooLarge, "body_too_large", fmt.Sprintf("The body must not exceed %d bytes.", most)}
}

func errMediaType(media []string) *httpError {
	return &httpError{http.StatusUnsupportedMediaType, "unsupported_media_type", "The body must be " + strings.Join(media, " or ") + "."}
}

// problemOf describes err for a client. Whatever is not meant for clients becomes a bare 500.
func problemOf(err error) (Problem, time.Duration) {
	var transport *httpError
	if errors.As(err, &transport) {
		return Problem{Status: transport.status, Code: transport.code, Detail: transport.detail}, 0
	}
	var known *domain.Error
	if errors.As(err, &known) {
		problem := Problem{Status: statuses[known.Kind], Code: known.Code, Detail: known.Detail}
		for _, field := range known.Fields {
			problem.Errors = append(problem.Errors, ProblemField(field))
		}
		return problem, known.RetryAfter
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return Problem{Status: http.StatusServiceUnavailable, Code: "unavailable", Detail: "The server could not answer in time."}, time.Second
	}
	return Problem{Status: http.StatusInternalServerError, Code: "internal", Detail: "Something went wrong on our side; tell us the instance."}, 0
}

// writeProblem answers an error and, when it is the server's fault, logs it once.
func (a *API) writeProblem(c *gin.Context, err error) {
	problem, retryAfter := problemOf(err)
	problem.Type, problem.Title, problem.Instance = "about:blank", http.StatusText(problem.Status), requestID(c)
	a.logProblem(c, problem, err)
	if c.Writer.Written() {
		return // a stream has begun; it says what happened in its own way
	}
	answerSoon(c)
	header := c.Writer.Header()
	if problem.Status == http.StatusUnauthorized {
		header.Set("WWW-Authenticate", `Bearer realm="dentalk"`)
	}
	if problem.Status == http.StatusServiceUnavailable || problem.Status == http.StatusTooManyRequests || problem.Code == errInProgress.code {
		header.Set("Retry-After", strconv.Itoa(max(1, int(math.Ceil(retryAfter.Seconds())))))
	}
	if limit := limitOf(err); limit > 0 {
		setRateLimit(header, limit, 0, retryAfter)
	}
	body, err := json.Marshal(problem)
	if err != nil {
		panic(err) // strings and numbers only: cannot fail
	}
	c.Data(problem.Status, "application/problem+json", body)
}

// limitOf is how many of something are allowed at once, when err refuses one more.
func limitOf(err error) int {
	var known *domain.Error
	if errors.As(err, &known) {
		return known.Limit
	}
	return 0
}

func (a *API) logProblem(c *gin.Context, problem Problem, err error) {
	if problem.Status < http.StatusInternalServerError {
		return
	}
	if c.Request.Context().Err() != nil && errors.Is(err, context.Canceled) {
		return // the client went away
	}
	a.Log.Error("request failed", "request", problem.Instance, "method", c.Request.Method, "path", c.FullPath(), "status", problem.Status, "error", err)
}

// fail answers always with err.
func (a *API) fail(err error) gin.HandlerFunc {
	return func(c *gin.Context) { a.writeProblem(c, err) }
}
