package domain

import (
	"context"
	"iter"
	"time"
)

// Archive is the side of a store by which everything in it is moved to another one.
type Archive interface {
	// Export gives all records of a kind in ascending order of their keys, those after the given
	// key (empty for all). What is written meanwhile, and what has expired, may be missing. The
	// sequence ends after its first error. Its memory does not grow with the number of records.
	Export(ctx context.Context, kind RecordKind, after string) iter.Seq2[Record, error]
	// Extent tells how far the records of a kind reach.
	Extent(ctx context.Context, kind RecordKind) (Extent, error)
	// Import stores records of one kind as they are; those whose key is there already stay as they
	// are. The kinds come in the order of RecordKinds and the records in that of Export. An import
	// that is cut, also by a crash, has stored the first of its records and none behind them, so
	// that a copy can go on after the last key that is there. Messages that are appended later get
	// greater IDs than the imported ones.
	Import(ctx context.Context, kind RecordKind, records []Record) error
	// Migration tells how far a migration into this store has come; nil when there was none.
	Migration(ctx context.Context) (*Migration, error)
	SetMigration(ctx context.Context, migration Migration) error
}

// Extent is how many records of a kind there are, and the greatest of their keys.
type Extent struct {
	Count int64
	Last  string // empty when there are none
}

// RecordKind is one kind of what a store holds.
type RecordKind string

// The kinds of records.
const (
	RecordOrganization RecordKind = "organizations"
	RecordUser         RecordKind = "users"
	RecordSession      RecordKind = "sessions"
	RecordRefreshToken RecordKind = "refresh tokens"
	RecordRoom         RecordKind = "rooms"
	RecordMessage      RecordKind = "messages"
	RecordReadMarker   RecordKind = "read markers"
	RecordIdempotency  RecordKind = "idempotency keys"
	RecordGlossary     RecordKind = "glossary changes"
	RecordUsage        RecordKind = "usage"
	RecordAPIKey       RecordKind = "API keys"
	RecordUpload       RecordKind = "uploads"
	RecordAudit        RecordKind = "audit entries"
	RecordErasure      RecordKind = "erasures"
)

// RecordKinds lists all kinds in the order in which they are imported: what others refer to first.
func RecordKinds() []RecordKind {
	return []RecordKind{RecordOrganization, RecordUser, RecordSession, RecordRefreshToken,
		RecordRoom, RecordMessage, RecordReadMarker, RecordIdempotency,
		RecordGlossary, RecordUsage, RecordAPIKey, RecordUpload, RecordAudit, RecordErasure}
}

// Record is one fact of a store. Key is unique in its kind and the same in every store: the ID of
// what has one, the hash of a refresh token, "room/user" of a read marker, caller, path and key of
// an idempotency key with line feeds between them, the version of a glossary change in 20 digits, and
// "month/provider" of usage. Keys compare byte by byte. One of the other
// fields is set.
type Record struct {
	Key          string
	Organization *Organization
	User         *User
	Session      *SessionRecord
	RefreshToken *RefreshTokenRecord
	Room         *Room
	ReadMarker   *ReadMarkerRecord
	Message      *MessageRecord
	Idempotency  *IdempotencyRecord
	Glossary     *GlossaryChange
	Usage        *UsageRecord
	APIKey       *APIKey
	Upload       *UploadRecord
	Audit        *AuditEntry
	Erasure      *Erasure
}

// UsageRecord is the usage of a provider in a month.
type UsageRecord struct {
	Month    Month
	Provider string
	Usage
}

// UploadRecord is an upload with what becomes of its file.
type UploadRecord struct {
	Upload
	UsedAt    time.Time // zero while it is in no message
	RemovedAt time.Time // zero unless it was removed
}

// SessionRecord is a session with its end.
type SessionRecord struct {
	Session
	EndedAt time.Time // zero while it is not ended
}

// RefreshTokenRecord is a refresh token of a session.
type RefreshTokenRecord struct {
	Hash       string
	SessionID  ID
	ReplacedAt time.Time // zero while it is the session's newest
}

// ReadMarkerRecord is a read marker, also of a user who has left the room.
type ReadMarkerRecord struct {
	RoomID ID
	UserID ID
	Seq    int64
	ReadAt time.Time
}

// MessageRecord is a message with what the queue of the enrichment knows. Leases are not moved: what
// a worker held is due again when its lease would have run out.
type MessageRecord struct {
	Message
	EnrichmentDue      time.Time // of a pending one; else zero
	EnrichmentAttempts int
	EnrichedAt         time.Time // of the last save; zero when there was none
}

// Migration says what a store was filled from, and whether everything has arrived.
type Migration struct {
	From string // the source, without credentials
	Done bool
}
