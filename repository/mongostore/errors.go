package mongostore

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"

	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/topology"

	"dentalk/domain"
)

var (
	// ErrNewerSchema means that the database was written by a newer version of the program.
	ErrNewerSchema = errors.New("the database was written by a newer version of dentalk")

	// errLost means that others have changed a document again and again meanwhile.
	errLost = errors.New("others change the same document")
	// errUnknown means that a write was not acknowledged by the majority in time.
	errUnknown = errors.New("the outcome of a write is not known")
)

const duplicateKey = 11000

// fail says what was being done, and gives causes that pass by themselves their kind. The cause
// stays in the chain for the log; the *domain.Error has a text of its own.
func fail(doing string, err error) error {
	if err == nil {
		return nil
	}
	var known *domain.Error
	if errors.As(err, &known) || !passing(err) {
		return fmt.Errorf("%s: %w", doing, err)
	}
	return fmt.Errorf("%s: %w (%w)", doing, domain.Unavailable("The store does not answer now; try again in a moment."), err)
}

// passing tells whether the same call may succeed later.
func passing(err error) bool {
	for _, cause := range []error{context.Canceled, context.DeadlineExceeded, mongo.ErrClientDisconnected, errLost, errUnknown} {
		if errors.Is(err, cause) {
			return true
		}
	}
	return mongo.IsTimeout(err) || unreachable(err) || refused(err)
}

// unreachable tells whether the server could not be asked.
func unreachable(err error) bool {
	var selection topology.ServerSelectionError
	var connection topology.ConnectionError
	var network net.Error
	return mongo.IsNetworkError(err) || errors.As(err, &selection) || errors.As(err, &connection) || errors.As(err, &network)
}

// passingCodes are those of a member that is shutting down, is no primary any more or is
// overloaded, and of writes whose acknowledgement by the majority is missing.
var passingCodes = []int{6, 7, 50, 64, 89, 91, 100, 189, 202, 262, 462, 9001, 10107, 11600, 11602, 13388, 13435, 13436}

// refused tells whether the server has said that it cannot do now what it was asked.
func refused(err error) bool {
	var server mongo.ServerError
	if !errors.As(err, &server) {
		return false
	}
	if server.HasErrorLabel("RetryableWriteError") || server.HasErrorLabel("TransientTransactionError") {
		return true
	}
	return slices.ContainsFunc(passingCodes, server.HasErrorCode)
}
