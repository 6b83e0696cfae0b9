package handlers

import (
	"io"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"dentalk/domain"
)

// answerTimeout is how long a client may take to receive an answer. Streams and downloads, whose
// length nobody knows, have a deadline for each write.
const answerTimeout = 30 * time.Second

// deadlines keep a client that neither reads nor sends from holding its request for ever. Errors are
// left out: a writer without deadlines is a test's, and a connection that is gone shows in the next
// read or write.
func deadlines(c *gin.Context) {
	answerSoon(c)
	if c.Request.ContentLength != 0 { // also a body that no handler reads: net/http drains it
		_ = http.NewResponseController(c.Writer).SetReadDeadline(time.Now().Add(bodyTimeout))
	}
}

// answerSoon begins the time for the answer.
func answerSoon(c *gin.Context) {
	_ = http.NewResponseController(c.Writer).SetWriteDeadline(time.Now().Add(answerTimeout))
}

// discardBody reads a body that nobody wants. Requests that wait need it: the deadline of a body
// would end them.
func discardBody(c *gin.Context) error {
	if c.Request.ContentLength == 0 {
		return nil
	}
	if _, err := io.Copy(io.Discard, http.MaxBytesReader(c.Writer, c.Request.Body, maxBody)); err != nil {
		return domain.InvalidField("body", "unexpected", "must be empty")
	}
	_ = http.NewResponseController(c.Writer).SetReadDeadline(time.Time{})
	return nil
}
