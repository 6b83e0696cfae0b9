// Package handlers is the REST API: each handler decodes a request, makes one or two calls into
// the domain or the streams, and encodes the answer. Rules live in the domain.
package handlers

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"sync/atomic"
	"time"

	"dentalk/domain"
	"dentalk/streams"
)

// Config is what the API is made of. Without MessagesPerMinute nobody is limited, without
// TrustedProxies no proxy is believed, without Corrected nothing is counted; all other fields are
// required.
type Config struct {
	Accounts    *domain.Accounts
	Chat        *domain.Chat
	Glossary    *domain.TermBase
	Audit       *domain.AuditLog
	Erasures    *domain.Erasures
	Uploads     *domain.Uploads
	Idempotency domain.IdempotencyStore
	Hub         *streams.Hub
	// Counts of failed logins and of messages; instances that share them limit together.
	Failures domain.FailureCounter
	Rates    domain.RateLimiter
	// Check tells whether the store answers.
	Check func(context.Context) error
	// TokenKey signs access tokens and cookies (HMAC-SHA-256); at least 32 bytes.
	TokenKey []byte
	// MaxUpload is how large a file may be, in bytes.
	MaxUpload int64
	// MessagesPerMinute limits each user; 0 is off.
	MessagesPerMinute int
	// KeyRequestsPerMinute limits each API key; 0 is off.
	KeyRequestsPerMinute int
	// AllowedOrigins are the origins of web pages elsewhere that may use the API in a browser, such as
	// https://chat.example.com.
	AllowedOrigins []string
	// TrustedProxies are the networks of proxies whose X-Forwarded headers are believed.
	TrustedProxies []netip.Prefix
	// Corrected is told of each part of an enrichment that a provider had wrong, as an operator
	// found: a domain.MistakePart, and the provider's name. It is called concurrently.
	Corrected func(part, provider string)
	// Metrics answers GET /metrics.
	Metrics http.Handler
	OpenAPI OpenAPI
	Log     *slog.Logger
	Now     func() time.Time
}

// OpenAPI is the description of this API in its two spellings.
type OpenAPI struct{ YAML, JSON []byte }

// API serves all routes. It is safe for concurrent use.
type API struct {
	Config
	tokens      tokens
	origins     origins
	throttle    *loginThrottle
	rate        *rateLimit // messages of a user
	keyRate     *rateLimit // requests of an API key
	addressRate *rateLimit // attempts to register or to reset a password
	refreshRate *rateLimit // refreshes from an address
	typingRate  *rateLimit // notices of a user that it is typing
	uploading   uploading
	patience    time.Duration // with a file's next bytes
	routes      http.Handler
	draining    atomic.Bool
}

// New makes the API.
func New(config Config) *API {
	if config.Corrected == nil {
		config.Corrected = func(_, _ string) {}
	}
	troubles := &trouble{log: config.Log, now: config.Now}
	limit := func(what string, perMinute int) *rateLimit {
		return &rateLimit{buckets: config.Rates, what: what, perMinute: perMinute, now: config.Now, trouble: troubles}
	}
	api := &API{
		Config:      config,
		tokens:      tokens{key: config.TokenKey, now: config.Now},
		origins:     newOrigins(config.AllowedOrigins),
		throttle:    newLoginThrottle(config.Failures, config.Now, troubles, newAttacks(config.Log)),
		rate:        limit("messages", config.MessagesPerMinute),
		keyRate:     limit("requests", config.KeyRequestsPerMinute),
		addressRate: limit("attempts", attemptsPerMinute),
		refreshRate: limit("refreshes", refreshesPerMinute),
		typingRate:  limit("notices", noticesPerMinute),
		patience:    filePatience,
	}
	api.routes = api.engine()
	return api
}

// ServeHTTP answers one request.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) { a.routes.ServeHTTP(w, r) }

// Drain makes readiness fail, so that a load balancer sends nobody here any more. What is under
// way goes on.
func (a *API) Drain() { a.draining.Store(true) }
