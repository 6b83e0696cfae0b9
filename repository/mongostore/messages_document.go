package mongostore

import (
	"maps"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"dentalk/domain"
)

type messageDocument struct {
	ID              bson.ObjectID      `bson:"_id"`
	RoomID          bson.ObjectID      `bson:"roomId"`
	Seq             int64              `bson:"seq"`
	Counts          countsDocument     `bson:"counts"`
	UserID          bson.ObjectID      `bson:"userId"`
	UserName        string             `bson:"userName"`
	Role            domain.Role        `bson:"role"`
	Content         contentDocument    `bson:"content"`
	Emotion         *emotionDocument   `bson:"emotion,omitempty"`
	Complaint       *complaintDocument `bson:"complaint,omitempty"`
	Enrichment      enrichmentDocument `bson:"enrichment"`
	ReplyTo         bson.ObjectID      `bson:"replyTo,omitempty"`
	ClientMessageID string             `bson:"clientMessageId,omitempty"`
	// Key is unique with room and sender. It is always there, because an index of those documents
	// alone that have a field is not to be had everywhere.
	Key       string    `bson:"key"`
	CreatedAt time.Time `bson:"createdAt"`
	UpdatedAt time.Time `bson:"updatedAt"`
	ErasedAt  time.Time `bson:"erasedAt,omitempty"`
}

// countsDocument says what the room has up to this message. It never changes, so that unread
// messages are a difference of two of them and cannot drift. Notes do not count.
type countsDocument struct {
	All    int64            `bson:"all"`
	By     map[string]int64 `bson:"by"`               // by sender
	Newest bson.ObjectID    `bson:"newest,omitempty"` // message that is no note
}

// with gives the counts after one more message.
func (c countsDocument) with(id, sender bson.ObjectID) countsDocument {
	by := make(map[string]int64, len(c.By)+1)
	maps.Copy(by, c.By)
	by[sender.Hex()]++
	return countsDocument{All: c.All + 1, By: by, Newest: id}
}

type contentDocument struct {
	Type         domain.MessageType   `bson:"type"`
	Text         string               `bson:"text"`
	Teeth        []toothDocument      `bson:"teeth,omitempty"`
	Attachments  []attachmentDocument `bson:"attachments,omitempty"`
	Language     string               `bson:"language,omitempty"`
	Translations map[string]string    `bson:"translations,omitempty"`
	Mismatches   map[string][]string  `bson:"mismatches,omitempty"`
	Terms        []termDocument       `bson:"terms,omitempty"`
}

type toothDocument struct {
	Text      string `bson:"text"`
	FDI       string `bson:"fdi"`
	Universal string `bson:"universal"`
	Ambiguous bool   `bson:"ambiguous,omitempty"`
}

type attachmentDocument struct {
	ID   bson.ObjectID `bson:"id"`
	File fileDocument  `bson:",inline"`
}

type termDocument struct {
	Source   string `bson:"source"`
	Target   string `bson:"target"`
	Category string `bson:"category,omitempty"`
	Applied  bool   `bson:"applied,omitempty"`
}

type emotionDocument struct {
	Sentiment  domain.Sentiment `bson:"sentiment"`
	Score      float64          `bson:"score"`
	Confidence float64          `bson:"confidence"`
}

type complaintDocument struct {
	Detected   bool                     `bson:"detected"`
	Category   domain.ComplaintCategory `bson:"category,omitempty"`
	Confidence float64                  `bson:"confidence"`
	Reasons    []string                 `bson:"reasons,omitempty"`
}

// enrichmentDocument is the message's place in the queue, by whom it was enriched, and what was set
// right.
type enrichmentDocument struct {
	State       domain.EnrichmentState `bson:"state"`
	DueAt       time.Time              `bson:"dueAt,omitempty"` // only while pending
	Attempts    int                    `bson:"attempts"`
	Lease       string                 `bson:"lease,omitempty"`
	SavedAt     time.Time              `bson:"savedAt,omitempty"`
	SavedBy     string                 `bson:"savedBy,omitempty"` // names the call that saved last
	Translator  string                 `bson:"translator,omitempty"`
	Analyser    string                 `bson:"analyser,omitempty"`
	Corrections []correctionDocument   `bson:"corrections,omitempty"`
	Machine     *verdictDocument       `bson:"machine,omitempty"`
	Reopened    int                    `bson:"reopened,omitempty"`
}

const (
	fieldID       = "_id"
	fieldRoom     = "roomId"
	fieldSeq      = "seq"
	fieldType     = "content.type"
	fieldDue      = "enrichment.dueAt"
	fieldAttempts = "enrichment.attempts"
	fieldSaved    = "enrichment.savedAt"
	fieldState    = "enrichment.state"
	fieldLease    = "enrichment.lease"
	fieldBy       = "enrichment.savedBy"
	fieldErased   = "erasedAt"
	fieldUserName = "userName"
)

// withoutCounts is the projection of messages that are to be shown.
var withoutCounts = bson.D{{Key: "counts", Value: 0}}

// keyOf is the key of a message: the sender's, or one of its own.
func keyOf(clientMessageID string, id bson.ObjectID) string {
	if clientMessageID != "" {
		return "k:" + clientMessageID
	}
	return "m:" + id.Hex()
}

func (d messageDocument) isNote() bool { return d.Content.Type == domain.MessageNote }

// visible is the condition that keeps notes from viewers who must not see them.
func visible(viewer domain.Viewer) bson.D {
	if viewer.Notes {
		return nil
	}
	return bson.D{{Key: fieldType, Value: bson.D{{Key: "$ne", Value: domain.MessageNote}}}}
}

// is, above, from, below and upTo are conditions of one field.
func is(field string, value any) bson.E    { return bson.E{Key: field, Value: value} }
func above(field string, value any) bson.E { return compare(field, "$gt", value) }
func from(field string, value any) bson.E  { return compare(field, "$gte", value) }
func below(field string, value any) bson.E { return compare(field, "$lt", value) }
func upTo(field string, value any) bson.E  { return compare(field, "$lte", value) }

// absent is the condition that a document does not have the field.
func absent(field string) bson.E { return compare(field, "$exists", false) }

func compare(field, operator string, value any) bson.E {
	return bson.E{Key: field, Value: bson.D{{Key: operator, Value: value}}}
}
