package domain

import (
	"fmt"
	"strings"
	"time"
)

// RoomStatus says whether a room takes messages.
type RoomStatus string

// An archived room can be read, but takes no messages.
const (
	RoomOpen     RoomStatus = "open"
	RoomArchived RoomStatus = "archived"
)

// Room is the conversation about one order.
type Room struct {
	ID           ID
	OrderID      string // unique
	Name         string
	ClinicID     ID // organization; empty when not known
	LabID        ID // organization; empty when not known
	Participants []Participant
	Status       RoomStatus
	AssigneeID   ID // operator; empty when nobody is assigned
	CreatedAt    time.Time
	UpdatedAt    time.Time // of the room itself, not of its messages
}

// Participant is a user who takes part in a room.
type Participant struct {
	UserID   ID
	Username string
	Role     Role
	Language string
}

// HasParticipant tells whether the user takes part.
func (r Room) HasParticipant(userID ID) bool {
	for _, participant := range r.Participants {
		if participant.UserID == userID {
			return true
		}
	}
	return false
}

// RoomView is a room as one viewer sees it now. Everything but Room is derived from the messages.
type RoomView struct {
	Room
	LastSeq     int64    // of the newest message that the viewer may see; 0 when there is none
	LastMessage *Message // the newest message that is not a note; nil for a service without ops:read
	// UnreadCount is the number of messages of others after the viewer's read marker; 0 for a
	// viewer who does not take part. Notes never count.
	UnreadCount int64
	// Mood sums up the newest messages; only for a viewer who sees notes.
	Mood Mood
	// Activity is the ID of the newest message that is not a note, or the room's own ID when
	// there is none. Lists are in its descending order and their cursors hold it; with
	// RoomQuery.AsOf it is that of then.
	Activity ID
}

// MoodMessages is how many of a room's newest messages its mood is taken from.
const MoodMessages = 50

// Mood sums up the newest MoodMessages messages of a room.
type Mood struct {
	Score      float64 // mean of their scores, -1 .. 1; 0 when none was analysed
	Complaints int64   // how many of them are complaints
}

// RoomQuery selects rooms, latest activity first.
type RoomQuery struct {
	Viewer  Viewer
	All     bool       // every room, not only those in which the viewer takes part
	Status  RoomStatus // empty for any
	OrderID string     // empty for any
	Unread  bool       // only rooms with unread messages
	Before  ID         // Activity of the last room of the page before; empty for the first page
	// AsOf is the Activity of the first room of the first page; empty for the first page. Later
	// pages order the rooms as they were then, so that a room that has become active meanwhile is
	// neither missed nor given twice. One that was made meanwhile may come or not.
	AsOf  ID
	Limit int
}

// RoomAccess is what the right to do something in a room hangs on.
type RoomAccess struct {
	Status      RoomStatus
	Participant bool
}

// Limits of rooms.
const (
	maxOrderID = 128
	// MaxParticipants bounds the fan-out of one room and the size of its description.
	MaxParticipants = 200
)

// NewRoom is a room to be made.
type NewRoom struct {
	OrderID        string
	Name           string
	ParticipantIDs []ID
}

// Check validates r. An empty name becomes the order's.
func (r NewRoom) Check() (NewRoom, error) {
	var v validation
	r.OrderID, r.Name = strings.TrimSpace(r.OrderID), strings.TrimSpace(r.Name)
	v.line("orderId", r.OrderID, 1, maxOrderID)
	v.line("name", r.Name, 0, maxName)
	if r.Name == "" {
		r.Name = r.OrderID
	}
	if len(r.ParticipantIDs) > MaxParticipants {
		v.add("participantIds", "too_many", fmt.Sprintf("must have at most %d entries", MaxParticipants))
	}
	return r, v.err()
}

// RoomChange holds the fields to change; nil leaves a field as it is.
type RoomChange struct {
	Name       *string
	Status     *RoomStatus
	AssigneeID *ID // empty: nobody
	LabID      *ID // empty: none
}

// Check validates the change and puts it into canonical spelling.
func (c *RoomChange) Check() error {
	var v validation
	if c.Name != nil {
		trimmed := strings.TrimSpace(*c.Name)
		c.Name = &trimmed
		v.line("name", trimmed, 1, maxName)
	}
	if c.Status != nil {
		v.oneOf("status", string(*c.Status), string(RoomOpen), string(RoomArchived))
	}
	return v.err()
}

// Apply gives r with the changes.
func (c RoomChange) Apply(r Room) Room {
	set(&r.Name, c.Name)
	set(&r.Status, c.Status)
	set(&r.AssigneeID, c.AssigneeID)
	set(&r.LabID, c.LabID)
	return r
}

// Receipt says up to where a participant has read.
type Receipt struct {
	RoomID   ID
	UserID   ID
	Username string
	Seq      int64 // 0 when nothing was read
	ReadAt   time.Time
}
