package domain

import (
	"slices"
	"strings"
	"time"
)

// MessageType says what a message is.
type MessageType string

// A system message is written by operators and services; a note is the operators' internal
// remark, which clinics and labs never see.
const (
	MessageText   MessageType = "text"
	MessageImage  MessageType = "image"
	MessageFile   MessageType = "file"
	MessageSystem MessageType = "system"
	MessageNote   MessageType = "note"
)

// Message is one entry of a room's history. It is never edited or deleted by a user.
type Message struct {
	ID     ID
	RoomID ID
	// Seq counts 1, 2, 3 … in its room without a hole, notes included.
	Seq      int64
	UserID   ID
	UserName string
	Role     Role

	Type        MessageType
	Text        string
	Teeth       []Tooth // that the text names, in its order
	Attachments []Attachment
	Enrichment  Enrichment

	ReplyTo         ID     // empty when it answers none
	ClientMessageID string // the sender's idempotency key; empty when it gave none
	CreatedAt       time.Time
	UpdatedAt       time.Time
	ErasedAt        time.Time // zero unless the content was erased by law
}

// Limits of messages.
const (
	MaxText        = 4000 // characters
	MaxAttachments = 10
	// MaxIdempotencyKey is also the limit of clientMessageId, in characters.
	MaxIdempotencyKey = 128
)

// NewMessage is a message to be committed.
type NewMessage struct {
	Type            MessageType
	Text            string
	AttachmentIDs   []ID
	ReplyTo         ID
	ClientMessageID string
}

// Check validates m and returns it trimmed. An empty type is text.
func (m NewMessage) Check() (NewMessage, error) {
	var v validation
	if m.Type == "" {
		m.Type = MessageText
	}
	v.oneOf("type", string(m.Type), string(MessageText), string(MessageImage), string(MessageFile), string(MessageSystem), string(MessageNote))
	m.Text = strings.TrimSpace(m.Text)
	needsAttachment := m.Type == MessageImage || m.Type == MessageFile
	if !needsAttachment || m.Text != "" {
		v.text("text", m.Text, 1, MaxText)
	}
	v.attachmentIDs(m.Type, m.AttachmentIDs)
	if m.ClientMessageID != "" {
		v.text("clientMessageId", m.ClientMessageID, 1, MaxIdempotencyKey)
	}
	return m, v.err()
}

// Draft is a message on its way into the store: everything but what the store decides (ID, seq
// and times).
type Draft struct {
	RoomID          ID
	UserID          ID
	UserName        string
	Role            Role
	Type            MessageType
	Text            string
	Teeth           []Tooth
	Attachments     []Attachment
	Language        string
	ReplyTo         ID
	ClientMessageID string
	State           EnrichmentState // pending or off
}

// SameRequest tells whether m came of the same request as d: the rule by which a repeated
// idempotency key is a repetition and not a clash. What an erased message said is not known any more.
func (d Draft) SameRequest(m Message) bool {
	if d.Type != m.Type || d.ReplyTo != m.ReplyTo {
		return false
	}
	sameFile := func(a, b Attachment) bool { return a.ID == b.ID }
	return !m.ErasedAt.IsZero() || d.Text == m.Text && slices.EqualFunc(d.Attachments, m.Attachments, sameFile)
}

// Appended is what came of one Draft.
type Appended struct {
	Message Message
	// Replayed is true when the draft's key was committed before; Message is that first one.
	Replayed bool
	// Err concerns this draft alone: KindNotFound (no such room), KindConflict (room_archived),
	// KindUnprocessable (idempotency_key_reused); any other says that nothing is known of this
	// draft, while others of the group are committed.
	Err error
}

// HistoryQuery selects a page of a room. At most one of Before, After and Around is not nil;
// with none it is the newest page.
type HistoryQuery struct {
	Viewer Viewer
	RoomID ID
	Before *int64
	After  *int64
	Around *int64
	Limit  int
}

// HistoryPage is ascending by seq.
type HistoryPage struct {
	Messages      []Message
	HasMoreBefore bool
	HasMoreAfter  bool
	// Position, read before the page, is where a stream continues with nothing missed.
	Position ID
}
