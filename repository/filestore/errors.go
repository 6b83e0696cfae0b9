package filestore

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"syscall"
	"time"

	"github.com/minio/minio-go/v7"

	"dentalk/domain"
)

var (
	errNoID     = errors.New("not an ID")
	errTooShort = errors.New("the content is shorter than was said")
	errTooLong  = errors.New("the content is longer than was said")
	errStopped  = errors.New("nobody takes the content any more")
	errGoogle   = errors.New("the storage of Google does not take a checksum behind the content; any other S3-compatible server does")
	errNegative = errors.New("seek to before the beginning")
	errSilent   = fmt.Errorf("nothing has moved for %v: %w", patience, context.DeadlineExceeded)
	errBroken   = errors.New("the content has ended early")
)

// patience is how long a transfer may stand still.
const patience = 30 * time.Second

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
	return fmt.Errorf("%s: %w (%w)", doing, domain.Unavailable("The file store does not answer now; try again in a moment."), err)
}

// passing tells whether the same call may succeed later.
func passing(err error) bool {
	for _, cause := range []error{
		context.Canceled, context.DeadlineExceeded, errBroken, io.ErrUnexpectedEOF,
		syscall.ENOSPC, syscall.EDQUOT, syscall.EIO, syscall.EROFS, syscall.EMFILE, syscall.ENFILE,
	} {
		if errors.Is(err, cause) {
			return true
		}
	}
	// The client gives a *url.Error for whatever went wrong before an answer.
	var unanswered *url.Error
	var refused minio.ErrorResponse
	return errors.As(err, &unanswered) || errors.As(err, &refused) && busy(refused.StatusCode)
}

// busy tells whether the status is of a server that cannot do now what it was asked.
func busy(status int) bool {
	return status >= http.StatusInternalServerError || status == http.StatusTooManyRequests || status == http.StatusRequestTimeout
}
