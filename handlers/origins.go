package handlers

import (
	"fmt"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/rs/cors"
)

// preflightAge is how long a browser may remember what it was told.
const preflightAge = 10 * time.Minute

// origins are the web pages elsewhere that may use this API in a browser, besides our own. It is
// safe for concurrent use.
type origins struct {
	protection *http.CrossOriginProtection
	cors       *cors.Cors // nil: there are none
}

// newOrigins takes origins such as https://chat.example.com.
func newOrigins(allowed []string) origins {
	protection := http.NewCrossOriginProtection()
	for _, origin := range allowed {
		if err := protection.AddTrustedOrigin(origin); err != nil {
			panic(fmt.Errorf("allowed origin %s: %w", origin, err)) // the settings have checked it
		}
	}
	if len(allowed) == 0 {
		return origins{protection: protection} // cors would take an empty list for all there are
	}
	return origins{protection: protection, cors: cors.New(cors.Options{
		AllowedOrigins: allowed, AllowCredentials: true, MaxAge: int(preflightAge.Seconds()),
		AllowedMethods: []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete},
		AllowedHeaders: []string{"Authorization", "Content-Type", "Idempotency-Key", "If-None-Match", "If-Range", "Last-Event-ID", "Range", "X-Request-Id"},
		ExposedHeaders: []string{"Accept-Ranges", "Content-Disposition", "Content-Range", "ETag", "Idempotent-Replayed", "Link", "Location",
			"RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset", "Retry-After", "X-Request-Id"},
	})}
}

// allow lets the pages read answers. It answers their preflights, which never have credentials.
func (o origins) allow(c *gin.Context) {
	if o.cors == nil {
		return
	}
	o.cors.HandlerFunc(c.Writer, c.Request)
	if c.Request.Method == http.MethodOptions && c.GetHeader("Access-Control-Request-Method") != "" {
		c.Writer.WriteHeaderNow()
		c.Abort()
	}
}

// resourcePolicy says who may embed answers, as pictures, without CORS. The session's cookie goes no
// further than to pages of the same site.
func (o origins) resourcePolicy() string {
	if o.cors == nil {
		return "same-origin"
	}
	return "same-site"
}

// check refuses what a page elsewhere makes its reader's browser do: act with the reader's cookie,
// or log the reader in as somebody else. Reading and clients that are no browsers pass.
func (o origins) check(r *http.Request) error {
	if err := o.protection.Check(r); err != nil {
		return errCrossOrigin
	}
	return nil
}
