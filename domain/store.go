package domain

import (
	"context"
	"time"
)

// Store is the truth. Its implementations hold the same facts, pass the same conformance suite
// (repository/repositorytest) and follow these rules:
//
//   - Times are cut to milliseconds and in UTC.
//   - What must not be found is an *Error of KindNotFound; a clash is KindConflict; a store that
//     does not answer within the context's deadline is KindUnavailable. No driver's error text
//     reaches an *Error.
//   - A write that returned nil survives a crash of the process and of the machine.
//   - All methods are safe for concurrent use.
type Store interface {
	AccountStore
	SessionStore
	APIKeyStore
	RoomStore
	MessageStore
	ReplayStore
	EnrichmentStore
	UsageStore
	GlossaryStore
	IdempotencyStore
	UploadStore
	AuditStore
	ErasureStore

	// Check tells whether the store answers. It is cheap.
	Check(ctx context.Context) error
	// Close waits for the writes under way and ends the store.
	Close() error
}

// AccountStore keeps organizations and users.
type AccountStore interface {
	// CreateOrganization stores o as it is given, its ID included.
	CreateOrganization(ctx context.Context, o Organization) error
	Organization(ctx context.Context, id ID) (Organization, error)
	// Organizations lists in ascending order of ID, those after the given ID.
	Organizations(ctx context.Context, after ID, limit int) ([]Organization, error)
	// UpdateOrganization applies the change to what is stored, validates the outcome with Check,
	// stores and returns it.
	UpdateOrganization(ctx context.Context, id ID, change OrganizationChange, now time.Time) (Organization, error)

	// CreateUser stores u as it is given. A username that exists (by UsernameKey) is KindConflict
	// with code username_taken.
	CreateUser(ctx context.Context, u User) error
	User(ctx context.Context, id ID) (User, error)
	// UsersByID gives those of ids that exist, in any order.
	UsersByID(ctx context.Context, ids []ID) ([]User, error)
	UserByUsername(ctx context.Context, username string) (User, error)
	// Users lists in ascending order of ID, those after the given ID.
	Users(ctx context.Context, after ID, limit int) ([]User, error)
	// UpdateUser applies the change and stores and returns the outcome. A new language holds in the
	// user's rooms too. A change that does not fit (UserChange.Fits) is KindConflict with code
	// password_changed. Disabling the last enabled operator is KindConflict with code last_operator,
	// whoever disables others at the same time.
	UpdateUser(ctx context.Context, id ID, change UserChange, now time.Time) (User, error)
	// HasOperator tells whether there is an operator who is not disabled.
	HasOperator(ctx context.Context) (bool, error)
	// RedeemPasswordReset gives the user the new password and takes the reset away, so that it serves
	// once, whoever asks at the same time. KindNotFound when the user's reset is not this one or has
	// expired, or the user is disabled.
	RedeemPasswordReset(ctx context.Context, userID ID, resetHash, passwordHash string, now time.Time) (User, error)
}

// SessionStore keeps logins. Refresh tokens are known by their hashes only.
type SessionStore interface {
	CreateSession(ctx context.Context, session Session, refreshHash string) error
	// SessionUser gives the session with its user, who may lack the PasswordHash and the Reset. A
	// session that is ended or expired, or whose user is disabled, is KindNotFound.
	SessionUser(ctx context.Context, id ID, now time.Time) (Session, User, error)
	// RefreshTokenUser gives the session of a refresh token, also of one that was replaced before, with
	// its user, as SessionUser does. It writes nothing.
	RefreshTokenUser(ctx context.Context, hash string, now time.Time) (Session, User, error)
	// RotateRefreshToken replaces a refresh token by the next of its session and gives the
	// session. A token that is not known or belongs to an ended or expired session is
	// KindNotFound. One that was replaced before is KindUnauthenticated with code
	// refresh_token_reused, and the session, which is returned too, is ended.
	RotateRefreshToken(ctx context.Context, oldHash, newHash string, now time.Time) (Session, error)
	// EndSession ends the session; ending it again is no error.
	EndSession(ctx context.Context, id ID, now time.Time) error
	// EndUserSessions ends all sessions of the user but the one to keep, which may be empty, and
	// tells which lived.
	EndUserSessions(ctx context.Context, userID, keep ID, now time.Time) ([]ID, error)
	// LiveSessions tells which of ids still give access: sessions that are neither ended nor expired
	// nor of a disabled user, and the secrets of API keys that are good (APIKey.GoodSecrets).
	LiveSessions(ctx context.Context, ids []ID, now time.Time) ([]ID, error)
	// Sessions lists the user's living sessions in descending order of ID, those before the given ID
	// (empty: from the newest).
	Sessions(ctx context.Context, userID, before ID, limit int, now time.Time) ([]Session, error)
	// TouchSession notes when and from where the session was used last, unless it has ended.
	TouchSession(ctx context.Context, id ID, client Client, at time.Time) error
}

// APIKeyStore keeps the keys of services. Secrets are known by their hashes only.
type APIKeyStore interface {
	CreateAPIKey(ctx context.Context, key APIKey) error
	APIKey(ctx context.Context, id ID) (APIKey, error)
	// APIKeyByHash finds the key whose secret, or whose replaced secret that is still good, has this
	// hash. One that has expired is KindNotFound.
	APIKeyByHash(ctx context.Context, hash string, now time.Time) (APIKey, error)
	// APIKeys lists in ascending order of ID, those after the given ID, expired ones too.
	APIKeys(ctx context.Context, after ID, limit int) ([]APIKey, error)
	// RotateAPIKey gives the key a new secret. The old one is good until oldUntil; one that was
	// replaced before is so no more.
	RotateAPIKey(ctx context.Context, id ID, secret APIKeySecret, oldUntil time.Time) (APIKey, error)
	// TouchAPIKey notes when the key was used last; one that is gone is no error.
	TouchAPIKey(ctx context.Context, id ID, at time.Time) error
	// DeleteAPIKey gives the key that was deleted.
	DeleteAPIKey(ctx context.Context, id ID) (APIKey, error)
}

// RoomStore keeps rooms, their participants and read markers.
type RoomStore interface {
	// CreateRoom stores room as it is given and tells true, or gives the room that has the same
	// OrderID already and tells false. Messages that are committed afterwards have greater IDs than
	// the room, so that its Activity never falls.
	CreateRoom(ctx context.Context, room Room) (Room, bool, error)
	Room(ctx context.Context, id ID) (Room, error)
	// RoomAccess is what most requests ask first; it reads one row.
	RoomAccess(ctx context.Context, roomID, userID ID) (RoomAccess, error)
	RoomView(ctx context.Context, id ID, viewer Viewer) (RoomView, error)
	// RoomViews lists in descending order of Activity.
	RoomViews(ctx context.Context, query RoomQuery) ([]RoomView, error)
	UpdateRoom(ctx context.Context, id ID, change RoomChange, now time.Time) (Room, error)
	// AddParticipant adds the user to the room, tells the room and whether it was changed. An
	// empty ClinicID or LabID of the room becomes organizationID when the role fits. A full room
	// is KindConflict with code room_full.
	AddParticipant(ctx context.Context, roomID ID, participant Participant, organizationID ID, now time.Time) (Room, bool, error)
	// RemoveParticipant tells the room and the participant who left, or nil when nobody did.
	RemoveParticipant(ctx context.Context, roomID, userID ID, now time.Time) (Room, *Participant, error)
	// RoomIDs lists the rooms in which the user takes part.
	RoomIDs(ctx context.Context, userID ID) ([]ID, error)

	// MarkRead moves the read marker of a participant forward to the newest message that is not a
	// note and whose seq is at most this one, and tells whether it moved. It never moves back. No
	// marker stands at a note, so that receipts, which everybody in the room sees, tell of none.
	MarkRead(ctx context.Context, roomID, userID ID, seq int64, now time.Time) (Receipt, bool, error)
	// Receipts lists the read markers of the rooms' participants, for each room in the order of
	// its participants; one who has read nothing has Seq 0.
	Receipts(ctx context.Context, roomIDs ...ID) ([]Receipt, error)
}

// MessageStore keeps the history.
type MessageStore interface {
	// AppendMessages commits the drafts in order, in one transaction where the store has them, and
	// answers one Appended for each. Each message takes the next seq of its room; nobody who has
	// seen n finds later a new message <= n, and no failure leaves a hole. A room that does not
	// exist, one that is archived, and a key that clashes fail that draft alone. The uploads of a draft
	// that is no note are shared before anybody is told of the message; where that may fail by itself,
	// UseUploads does it again. The error means that nothing is known to be committed.
	AppendMessages(ctx context.Context, drafts []Draft) ([]Appended, error)
	Messages(ctx context.Context, query HistoryQuery) (HistoryPage, error)
	Message(ctx context.Context, roomID, messageID ID, viewer Viewer) (Message, error)
}

// Position is a place in the history of all rooms: that of one message.
type Position struct {
	MessageID ID
	RoomID    ID
	Seq       int64
	CreatedAt time.Time
}

// Replay selects what a stream has missed.
type Replay struct {
	Viewer Viewer
	All    bool // every room; else those of Rooms
	Rooms  []ID
	After  ID // ZeroID is the beginning
	// Strict asks for no repetitions: only IDs greater than After. With several writers it is for
	// reading on in a replay that has begun without it.
	Strict bool
	Limit  int
}

// ReplayOverlap bounds how much older than a message of before, by its ID, a message may be that is
// committed later by another writer. It covers the deadline of one commit and the difference of
// two clocks.
const ReplayOverlap = 15 * time.Second

// RoomHead is the newest seq of a room, notes included.
type RoomHead struct {
	RoomID  ID
	LastSeq int64
}

// ReplayStore serves the streams.
type ReplayStore interface {
	// NewestPosition is the ID of the newest message among the rooms of the replay that its viewer
	// may see, or ZeroID. After and Limit do not matter.
	NewestPosition(ctx context.Context, replay Replay) (ID, error)
	// Locate finds the message with this ID in whichever room; KindNotFound when there is none, or
	// only a note that the viewer must not see.
	Locate(ctx context.Context, messageID ID, viewer Viewer) (Position, error)
	// CountAfter counts what MessagesAfter would give, if Strict, without Limit, but stops at most.
	CountAfter(ctx context.Context, replay Replay, most int) (int, error)
	// MessagesAfter gives at least every message that was committed after the one at After, in
	// ascending order of ID, which in one room is that of seq. A store with one writer gives
	// exactly those. One with several, whose IDs are only nearly in the order of the commits, also
	// repeats those that are up to ReplayOverlap older. Its cost depends on what it gives, not on
	// the length of the history.
	MessagesAfter(ctx context.Context, replay Replay) ([]Message, error)
	// EnrichedSince gives messages of the rooms of the replay whose enrichment was saved at or
	// after since, by the store's clock, and whose ID is at most After, oldest save first.
	EnrichedSince(ctx context.Context, replay Replay, since time.Time) ([]Message, error)
	// RoomHeads gives the rooms that have messages with an ID greater than after, and with several
	// writers those whose newest is up to ReplayOverlap older.
	RoomHeads(ctx context.Context, after ID) ([]RoomHead, error)
	// RoomsUpdatedSince gives the rooms whose UpdatedAt is not before since, in any order: each
	// change of the participants is among them.
	RoomsUpdatedSince(ctx context.Context, since time.Time) ([]Room, error)
}

// EnrichmentStore is the durable queue of the enrichment.
type EnrichmentStore interface {
	// ClaimEnrichments takes pending messages that are due, for the length of the claim's lease.
	// Afterwards they are due again, so that a worker that died loses nothing.
	ClaimEnrichments(ctx context.Context, claim Claim) ([]EnrichmentTask, error)
	// SaveEnrichments stores the results whose lease still holds and gives those messages, without
	// the Unchanged ones.
	SaveEnrichments(ctx context.Context, results []EnrichmentResult) ([]Message, error)
	// NextEnrichment tells when the next pending message is due; the zero time when none waits.
	NextEnrichment(ctx context.Context) (time.Time, error)
	// ChangeEnrichment applies the change to the enrichment that is stored, stores the outcome and
	// gives the message. A lease on the message ends, so that a worker who began before cannot
	// overwrite the change; a message that is pending afterwards is due at once, and its attempts
	// count from the beginning. An error of the change is returned as it is. The change may be called
	// more than once and within a transaction: it is quick, calls no store, and what it has set
	// outside counts only when the call has returned no error, or that of the change.
	ChangeEnrichment(ctx context.Context, roomID, messageID ID, change func(Message) (Enrichment, error)) (Message, error)
}

// Claim says which pending messages to take.
type Claim struct {
	Limit int
	Lease time.Duration
	// First takes only messages that no worker has claimed yet, newest first, so that a backlog does
	// not hold up what comes now. Else all are taken, oldest due first.
	First bool
}

// UsageStore counts what was asked of providers that cost money, over all instances.
type UsageStore interface {
	// AddUsage adds to the count of the provider in the month and gives the count afterwards.
	// Adding nothing reads it.
	AddUsage(ctx context.Context, month Month, provider string, more Usage) (Usage, error)
}

// Month is a calendar month in UTC, "2026-11".
type Month string

// MonthOf gives the month of t.
func MonthOf(t time.Time) Month { return Month(t.UTC().Format("2006-01")) }

// Usage is how much was asked.
type Usage struct {
	Calls      int64
	Characters int64 // Unicode code points of the texts that were sent
}

// GlossaryStore keeps the changes that operators make to the glossary.
type GlossaryStore interface {
	// GlossaryChanges gives the changes with a greater version than after, in ascending order.
	GlossaryChanges(ctx context.Context, after int64, limit int) ([]GlossaryChange, error)
	// AppendGlossaryChange stores the change if its version is the one after the newest (the first
	// is 1), and is KindConflict with code glossary_changed if not.
	AppendGlossaryChange(ctx context.Context, change GlossaryChange) error
}

// IdempotencyRecord is the memory of one creating request.
type IdempotencyRecord struct {
	CallerID    ID
	Path        string // method and path
	Key         string
	Fingerprint string // of the request's body
	Answer      []byte // as the transport wrote it; nil while the request is under way
	ExpiresAt   time.Time
}

// IdempotencyStore remembers answers to creating requests, except for messages, whose key is
// part of the message.
type IdempotencyStore interface {
	// ReserveKey stores the record, or gives the one that holds the same caller, path and key and
	// has not expired.
	ReserveKey(ctx context.Context, record IdempotencyRecord, now time.Time) (existing *IdempotencyRecord, err error)
	// CompleteKey stores the answer and the new expiry of a reserved record.
	CompleteKey(ctx context.Context, record IdempotencyRecord) error
	// ReleaseKey forgets a reserved record, so that the request may be tried again.
	ReleaseKey(ctx context.Context, record IdempotencyRecord) error
	// RemoveExpiredKeys deletes what has expired: answers hold names, and are kept no longer than they
	// serve.
	RemoveExpiredKeys(ctx context.Context, now time.Time) error
	// ForgetAnswers deletes the records whose caller is the ID, or whose path or answer holds it. It may
	// look at every record.
	ForgetAnswers(ctx context.Context, about ID) error
}

// UploadStore keeps what is known of the files that were uploaded; a FileStore has their bytes.
type UploadStore interface {
	CreateUpload(ctx context.Context, upload Upload) error
	// Upload gives one that was not removed.
	Upload(ctx context.Context, id ID) (Upload, error)
	// UseUploads marks uploads as parts of a message, so that they are not removed as unused, and on
	// shared as what the room may see, which they stay. It gives those of ids, in any order, that this user has uploaded to
	// this room and that were not removed; the others it leaves alone.
	UseUploads(ctx context.Context, roomID, userID ID, ids []ID, shared bool, now time.Time) ([]Upload, error)
	// RemoveUploads marks the uploads of the selection as removed and tells how many. Their files
	// are to be deleted.
	RemoveUploads(ctx context.Context, selection UploadSelection, now time.Time) (int, error)
	// RemovedUploads lists uploads that were removed but not forgotten, in ascending order of ID.
	RemovedUploads(ctx context.Context, limit int) ([]ID, error)
	// ForgetUpload deletes the record of a removed upload, after its file; one that is gone is no
	// error.
	ForgetUpload(ctx context.Context, id ID) error
}

// AuditStore keeps who did what. It only grows: no method changes or deletes an entry.
type AuditStore interface {
	// AppendAudit stores the entry as it is given.
	AppendAudit(ctx context.Context, entry AuditEntry) error
	// AuditEntries lists in descending order of ID. Its cost is bounded by an index for each single
	// filter, times included: see AuditQuery.IDs.
	AuditEntries(ctx context.Context, query AuditQuery) ([]AuditEntry, error)
}

// ErasureStore blanks what must be forgotten by law, and keeps what is still to be blanked.
type ErasureStore interface {
	CreateErasure(ctx context.Context, erasure Erasure) error
	Erasure(ctx context.Context, id ID) (Erasure, error)
	// PendingErasures lists those that are not complete, and those that were completed before the time
	// but not repeated since, in ascending order of ID.
	PendingErasures(ctx context.Context, completedBefore time.Time, limit int) ([]Erasure, error)
	// CompleteErasure notes how many messages were blanked in all. Completing it again changes nothing.
	CompleteErasure(ctx context.Context, id ID, messages int64, now time.Time) error
	// RepeatErasure notes when a complete erasure was carried out once more. Repeating it again changes
	// nothing, and neither does repeating one that is pending.
	RepeatErasure(ctx context.Context, id ID, now time.Time) error
	// EraseMessages blanks messages of the target that were not yet, at most limit, those after the
	// given ID in ascending order of ID, and gives them as they were before. Of a message stay ID,
	// room, seq, sender, type, replyTo, key and times; ErasedAt becomes now; text, teeth, attachments
	// and the whole enrichment are gone, its state is off, and a lease on it has ended. With a target
	// of a user the sender's name becomes ErasedName, and messages that were blanked under another
	// name are among those that were not yet. The save of the enrichment (EnrichedSince), and with it
	// UpdatedAt, is now by the store's clock, so that resuming streams learn of it. See Message.Erased.
	EraseMessages(ctx context.Context, target ErasureTarget, after ID, limit int, now time.Time) ([]Message, error)
	// EraseUser takes the person from the account: the username becomes that of ErasedUsername, also
	// among the participants of rooms and in the glossary's changes; e-mail, password and reset are
	// gone; it is disabled. Doing it again changes nothing. It gives the account. The last enabled
	// operator is refused as by UpdateUser.
	EraseUser(ctx context.Context, id ID, now time.Time) (User, error)
	// EraseRoom gives the room its orderId for a name and archives it.
	EraseRoom(ctx context.Context, id ID, now time.Time) (Room, error)
}
