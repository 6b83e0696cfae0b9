package domain

import (
	"errors"
	"strings"
	"time"
)

// Kind is what callers branch on: it decides what is done about an error.
type Kind int

// The kinds of errors. KindInternal is the kind of every error that is not an *Error.
const (
	KindInternal        Kind = iota
	KindInvalid              // the request breaks a rule; Fields say which
	KindUnauthenticated      // no or no valid credentials
	KindForbidden            // known, but not allowed
	KindNotFound             // does not exist, or must seem so to the caller
	KindConflict             // clashes with what is stored
	KindUnprocessable        // well-formed, but contradicts an earlier request
	KindRateLimited          // too many; RetryAfter says when to come back
	KindUnavailable          // a part that is needed is down or overloaded
	KindTooLarge             // more than is taken
	KindUnsupported          // a kind of file that is not taken
)

// Error is an error whose Code and Detail are safe to show to a client.
type Error struct {
	Kind       Kind
	Code       string // stable, snake_case
	Detail     string // one sentence for a person
	Fields     []FieldError
	RetryAfter time.Duration // for KindRateLimited and KindUnavailable
	Limit      int           // how many are allowed at once, for KindRateLimited; 0 where it is told otherwise
}

// FieldError names one field of a request that breaks a rule.
type FieldError struct {
	Field  string
	Code   string
	Detail string
}

// Error gives the code and the detail, with the fields.
func (e *Error) Error() string {
	text := e.Code + ": " + e.Detail
	for _, field := range e.Fields {
		text += "; " + field.Field + ": " + field.Detail
	}
	return text
}

// KindOf tells the kind of err: KindInternal when it has none.
func KindOf(err error) Kind {
	var known *Error
	if errors.As(err, &known) {
		return known.Kind
	}
	return KindInternal
}

// CodeOf tells the code of err: empty when it has none.
func CodeOf(err error) string {
	var known *Error
	if errors.As(err, &known) {
		return known.Code
	}
	return ""
}

// NotFound says that the thing does not exist, or must seem so to the caller.
func NotFound(thing string) *Error {
	return &Error{Kind: KindNotFound, Code: strings.ReplaceAll(thing, " ", "_") + "_not_found", Detail: "There is no such " + thing + "."}
}

// Forbidden says that the caller may not do this.
func Forbidden(detail string) *Error {
	return &Error{Kind: KindForbidden, Code: "forbidden", Detail: detail}
}

// Unauthenticated says that credentials are missing or not valid.
func Unauthenticated(code, detail string) *Error {
	return &Error{Kind: KindUnauthenticated, Code: code, Detail: detail}
}

// Conflict says that the request clashes with what is stored.
func Conflict(code, detail string) *Error {
	return &Error{Kind: KindConflict, Code: code, Detail: detail}
}

// Unavailable says that a part that is needed is down or overloaded.
func Unavailable(detail string) *Error {
	return &Error{Kind: KindUnavailable, Code: "unavailable", Detail: detail, RetryAfter: time.Second}
}

// InvalidField is a validation error of a single field.
func InvalidField(field, code, detail string) *Error {
	return Invalid(FieldError{Field: field, Code: code, Detail: detail})
}

// Invalid is a validation error of one or more fields.
func Invalid(fields ...FieldError) *Error {
	return &Error{Kind: KindInvalid, Code: "validation_failed", Detail: "The request breaks a rule; see errors.", Fields: fields}
}

// LastOperator says that nobody would be left to do what only operators may.
func LastOperator() *Error {
	return Conflict("last_operator", "This is the last operator whose account is enabled.")
}

// KeyReused says that an idempotency key came again with another request.
func KeyReused() *Error {
	return &Error{Kind: KindUnprocessable, Code: "idempotency_key_reused",
		Detail: "This idempotency key was used before with another request."}
}
