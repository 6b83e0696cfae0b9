package domain

import "time"

// AuditAction names what was done.
type AuditAction string

// The actions that leave a trace.
const (
	AuditLogin             AuditAction = "login.succeeded"
	AuditLoginFailed       AuditAction = "login.failed"
	AuditTokenReused       AuditAction = "refresh_token.reused"
	AuditSessionEnded      AuditAction = "session.ended"
	AuditPasswordChanged   AuditAction = "password.changed"
	AuditResetCreated      AuditAction = "password_reset.created"
	AuditResetUsed         AuditAction = "password_reset.used"
	AuditUserRegistered    AuditAction = "user.registered"
	AuditUserCreated       AuditAction = "user.created"
	AuditUserUpdated       AuditAction = "user.updated"
	AuditOrgCreated        AuditAction = "organization.created"
	AuditOrgUpdated        AuditAction = "organization.updated"
	AuditKeyCreated        AuditAction = "api_key.created"
	AuditKeyRotated        AuditAction = "api_key.rotated"
	AuditKeyDeleted        AuditAction = "api_key.deleted"
	AuditKeyUsed           AuditAction = "api_key.used"
	AuditRoomCreated       AuditAction = "room.created"
	AuditRoomUpdated       AuditAction = "room.updated"
	AuditRoomRead          AuditAction = "room.read"  // by an operator or a service
	AuditRoomsRead         AuditAction = "rooms.read" // of all rooms at once, as a stream or a list
	AuditParticipantAdded  AuditAction = "participant.added"
	AuditParticipantLeft   AuditAction = "participant.removed"
	AuditFileRead          AuditAction = "attachment.read" // by an operator or a service
	AuditExported          AuditAction = "data.exported"   // by whom, and what (Detail)
	AuditErasureCreated    AuditAction = "erasure.created"
	AuditErasureCompleted  AuditAction = "erasure.completed"
	AuditEnrichmentChanged AuditAction = "enrichment.corrected"
)

// AuditActions lists them all.
func AuditActions() []AuditAction {
	return []AuditAction{AuditLogin, AuditLoginFailed, AuditTokenReused, AuditSessionEnded, AuditPasswordChanged,
		AuditResetCreated, AuditResetUsed, AuditUserRegistered, AuditUserCreated, AuditUserUpdated, AuditOrgCreated, AuditOrgUpdated,
		AuditKeyCreated, AuditKeyRotated, AuditKeyDeleted, AuditKeyUsed,
		AuditRoomCreated, AuditRoomUpdated, AuditRoomRead, AuditRoomsRead, AuditParticipantAdded, AuditParticipantLeft,
		AuditFileRead, AuditExported, AuditErasureCreated, AuditErasureCompleted, AuditEnrichmentChanged}
}

// AuditEntry says who did what. It holds no names of people, so that it can stay when one is erased.
type AuditEntry struct {
	ID        ID
	At        time.Time
	Action    AuditAction
	ActorID   ID     // user or API key; empty when nobody was known
	ActorRole Role   // empty when nobody was known
	Address   string // the client's; empty for what the server does by itself
	RequestID string
	// What it was done to, as far as it applies.
	RoomID   ID
	UserID   ID
	TargetID ID // session, organization, API key, message, attachment or erasure
	// Detail are a few words by name, such as the fields that were changed. No secrets, no contents.
	Detail map[string]string
}

// AuditQuery selects entries, newest first. Empty fields select all.
type AuditQuery struct {
	Action  AuditAction
	ActorID ID
	RoomID  ID
	UserID  ID
	From    time.Time // not before
	To      time.Time // before
	Before  ID
	Limit   int
}

// auditLead is how far the ID of an entry may be ahead of its time: IDs go on where they are when a clock
// that was wrong by hours is set back.
const auditLead = 24 * time.Hour

// IDs bounds the IDs of what the query selects, so that an index of them also serves its times: first is
// not greater than any of them, and each is less than end. No bound is the empty ID.
func (q AuditQuery) IDs() (first, end ID) {
	end = q.Before
	if !q.From.IsZero() {
		first = FloorID(q.From)
	}
	if !q.To.IsZero() {
		if last := FloorID(q.To.Add(auditLead)); end == "" || last < end {
			end = last
		}
	}
	return first, end
}
