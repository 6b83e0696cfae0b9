package domain

import (
	"slices"
	"time"
)

// Scopes of API keys.
const (
	ScopeRoomsWrite    = "rooms:write"    // make and see rooms, and change their participants
	ScopeMessagesWrite = "messages:write" // write into any room
	ScopeOpsRead       = "ops:read"       // read what operators read, but not their notes
)

// Scopes lists them all.
func Scopes() []string { return []string{ScopeRoomsWrite, ScopeMessagesWrite, ScopeOpsRead} }

// Client is what makes requests on behalf of a caller, as far as the server can tell.
type Client struct {
	Address   string // IP address
	UserAgent string // as it names itself; at most MaxUserAgent bytes
}

// MaxUserAgent is how much of a client's name for itself is kept, in bytes.
const MaxUserAgent = 200

// Caller is who makes a request: a user in a session, or a service with an API key.
type Caller struct {
	UserID   ID // of a service its key's
	Username string
	Role     Role
	Language string
	// SessionID is what the caller's streams end with: the session, or of a service the secret of its
	// key that it calls with.
	SessionID ID
	// AuthenticatedAt is when the caller was let in. The request may have been held up since.
	AuthenticatedAt time.Time
	Scopes          []string // of a service
	Client          Client
	RequestID       string
}

// IsOperator tells whether the caller is of the platform's staff.
func (c Caller) IsOperator() bool { return c.Role == RoleOperator }

// IsService tells whether the caller is an API key.
func (c Caller) IsService() bool { return c.Role == RoleService }

// HasScope tells whether the caller is a service with the scope.
func (c Caller) HasScope(scope string) bool {
	return c.Role == RoleService && slices.Contains(c.Scopes, scope)
}

// Oversees tells whether the caller may read every room: operators, and services that read for them.
func (c Caller) Oversees() bool { return c.IsOperator() || c.HasScope(ScopeOpsRead) }

// ErrScope refuses a service whose key lacks the scope. It is given before anything is looked up, so
// that it tells nothing of what exists.
func ErrScope(scope string) *Error {
	return &Error{Kind: KindForbidden, Code: "insufficient_scope", Detail: "The API key needs the scope " + scope + "."}
}

// Viewer is the caller's eyes: what a query of the store may show.
func (c Caller) Viewer() Viewer { return Viewer{UserID: c.UserID, Notes: c.IsOperator()} }
