package rest

import (
	"errors"
	"net/http"

	"dentalk/domain"
)

// Kind says what a failure means.
type Kind int

// A failure may pass by itself (Retry), is due to the texts (Permanent), or means that the provider
// takes nothing from us (Refused).
const (
	Retry Kind = iota
	Permanent
	Refused
)

// Failure gives the error of a call as a *domain.ProviderError. The kind of a *StatusError is told
// by kind; any other error may be retried.
func Failure(provider string, err error, kind func(*StatusError) Kind) error {
	failure := &domain.ProviderError{Provider: provider, Err: err}
	var status *StatusError
	if errors.As(err, &status) {
		failure.RetryAfter = status.RetryAfter
		switch kind(status) {
		case Permanent:
			failure.Permanent = true
		case Refused:
			failure.Refused = true
		}
	}
	return failure
}

// IsPermanent tells whether repeating the same texts cannot help.
func IsPermanent(err error) bool {
	var failure *domain.ProviderError
	return errors.As(err, &failure) && failure.Permanent
}

// ByStatus is the kind of a failure by what its status means in general: a request that cannot be
// served is due to the texts, a moment's trouble passes, and anything else, such as a wrong key, a
// wrong address or a quota, needs someone.
func ByStatus(e *StatusError) Kind {
	switch e.Status {
	case http.StatusBadRequest, http.StatusRequestEntityTooLarge, http.StatusRequestURITooLong, http.StatusUnprocessableEntity:
		return Permanent
	case http.StatusRequestTimeout, http.StatusConflict, http.StatusTooEarly, http.StatusTooManyRequests:
		return Retry
	}
	if e.Status >= 500 {
		return Retry
	}
	return Refused
}
