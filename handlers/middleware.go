package handlers

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"regexp"
	"runtime/debug"
	"time"

	"github.com/gin-gonic/gin"
)

const requestIDKey = "requestID"

var saneToken = regexp.MustCompile(`^[A-Za-z0-9._:-]{1,128}$`)

// requestID takes the request's id when it is a sane token, or makes one.
func (a *API) requestID(c *gin.Context) {
	id := c.GetHeader("X-Request-Id")
	if !saneToken.MatchString(id) {
		id = rand.Text()
	}
	c.Set(requestIDKey, id)
	c.Header("X-Request-Id", id)
}

func requestID(c *gin.Context) string { return c.GetString(requestIDKey) }

// recovery turns a panic into a 500 without a word of what happened; the log has the stack.
func (a *API) recovery(c *gin.Context) {
	defer func() {
		cause := recover()
		if cause == nil {
			return
		}
		if cause == http.ErrAbortHandler {
			panic(cause)
		}
		a.Log.Error("handler panicked", "request", requestID(c), "path", c.FullPath(), "panic", fmt.Sprint(cause), "stack", string(debug.Stack()))
		a.writeProblem(c, fmt.Errorf("recovered panic"))
		c.Abort()
	}()
	c.Next()
}

// logging writes one line for each request at debug level. Queries are left out: they may carry
// credentials.
func (a *API) logging(c *gin.Context) {
	started := time.Now()
	c.Next()
	a.Log.Debug("request", "request", requestID(c), "method", c.Request.Method, "path", c.Request.URL.Path,
		"status", c.Writer.Status(), "took", time.Since(started))
}

const apiPolicy = "default-src 'none'; frame-ancestors 'none'"

// securityHeaders keeps answers out of caches, frames, type guessing, other sites' pages and, once
// a browser came over TLS, out of the clear. A page that is allowed by CORS reads them all the same.
func (a *API) securityHeaders(c *gin.Context) {
	header := c.Writer.Header()
	if a.overTLS(c) {
		header.Set("Strict-Transport-Security", "max-age=31536000")
	}
	header.Set("Cross-Origin-Opener-Policy", "same-origin")
	header.Set("Cross-Origin-Resource-Policy", a.origins.resourcePolicy())
	header.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Content-Security-Policy", apiPolicy)
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Cache-Control", "no-store")
}

const (
	// maxURI and maxHeader are what a request's line and headers may take, in bytes. The server reads a
	// little more, so that the refusal is a problem like every other.
	maxURI    = 8 << 10
	maxHeader = 16 << 10
)

// boundHeaders refuses requests whose address or headers are too long.
func (a *API) boundHeaders(c *gin.Context) {
	size := 0
	for name, values := range c.Request.Header {
		for _, value := range values {
			size += len(name) + len(value)
		}
	}
	switch {
	case len(c.Request.RequestURI) > maxURI:
		a.fail(errURITooLong)(c)
	case size > maxHeader:
		a.fail(errHeadersTooLarge)(c)
	default:
		return
	}
	c.Abort()
}
