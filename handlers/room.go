package handlers

import "dentalk/domain"

// Room is the conversation about one order, as the caller sees it.
type Room struct {
	RoomFacts
	// Of the newest message that the caller may see; 0 when there is none.
	LastSeq int64 `json:"lastSeq" example:"12"`
	// Null when there is none, and for API keys without ops:read.
	LastMessage *MessagePreview `json:"lastMessage" extensions:"x-nullable"`
	// Messages of others after the caller's read marker; 0 for one who does not take part.
	UnreadCount int64 `json:"unreadCount" example:"3"`
	// For operators only.
	Mood *Mood `json:"mood,omitempty" validate:"optional"`
}

// RoomFacts are what a room is, the same for everybody in it: the data of room.updated.
type RoomFacts struct {
	ID           string        `json:"id" example:"66f0a1b2c3d4e5f607182930"`
	OrderID      string        `json:"orderId" example:"ORD-24117"`
	Name         string        `json:"name" example:"ORD-24117 zirconia crown 26"`
	ClinicID     *string       `json:"clinicId" extensions:"x-nullable"`
	LabID        *string       `json:"labId" extensions:"x-nullable"`
	Participants []Participant `json:"participants"`
	Status       string        `json:"status" enums:"open,archived" example:"open"`
	// For operators only; null when nobody is assigned.
	AssigneeID *nullableText `json:"assigneeId,omitempty" validate:"optional" swaggertype:"string" extensions:"x-nullable"`
	CreatedAt  string        `json:"createdAt" format:"date-time" example:"2026-03-14T09:26:53.589Z"`
	UpdatedAt  string        `json:"updatedAt" format:"date-time" example:"2026-03-14T09:26:53.589Z"`
}

// nullableText is null when it is empty, where the field itself may be absent.
type nullableText string

// MarshalJSON writes null for the empty text.
func (t nullableText) MarshalJSON() ([]byte, error) {
	if t == "" {
		return []byte("null"), nil
	}
	return []byte(`"` + t + `"`), nil // always an ID: nothing to escape
}

// Participant is a user who takes part in a room.
type Participant struct {
	UserID   string `json:"userId" example:"66f0a1b2c3d4e5f607182930"`
	Username string `json:"username" example:"dr.nguyen"`
	Role     string `json:"role" enums:"operator,clinic,lab" example:"clinic"`
	Language string `json:"language" example:"en"`
}

// MessagePreview is the newest message in a list of rooms.
type MessagePreview struct {
	Seq       int64  `json:"seq" example:"12"`
	UserID    string `json:"userId"`
	UserName  string `json:"userName" example:"kim.hanbit"`
	Text      string `json:"text"`
	CreatedAt string `json:"createdAt" format:"date-time" example:"2026-03-14T09:26:53.589Z"`
}

// Mood sums up the newest messages of a room.
type Mood struct {
	// Mean score of the newest 50 messages, from -1 to 1.
	Score float64 `json:"score" example:"-0.2"`
	// How many of them are complaints.
	Complaints int64 `json:"complaints" example:"1"`
}

func newParticipant(p domain.Participant) Participant {
	return Participant{UserID: string(p.UserID), Username: p.Username, Role: string(p.Role), Language: p.Language}
}

// newRoomFacts gives what is the same for everybody, and for operators what only they may see.
func newRoomFacts(r domain.Room, operator bool) RoomFacts {
	facts := RoomFacts{
		ID: string(r.ID), OrderID: r.OrderID, Name: r.Name, ClinicID: textOrNull(string(r.ClinicID)), LabID: textOrNull(string(r.LabID)),
		Participants: make([]Participant, len(r.Participants)), Status: string(r.Status),
		CreatedAt: formatTime(r.CreatedAt), UpdatedAt: formatTime(r.UpdatedAt),
	}
	for i, participant := range r.Participants {
		facts.Participants[i] = newParticipant(participant)
	}
	if operator {
		assignee := nullableText(r.AssigneeID)
		facts.AssigneeID = &assignee
	}
	return facts
}

func newRoom(v domain.RoomView, operator bool) Room {
	room := Room{RoomFacts: newRoomFacts(v.Room, operator), LastSeq: v.LastSeq, UnreadCount: v.UnreadCount}
	if operator {
		room.Mood = &Mood{Score: round(v.Mood.Score), Complaints: v.Mood.Complaints}
	}
	if last := v.LastMessage; last != nil {
		room.LastMessage = &MessagePreview{
			Seq: last.Seq, UserID: string(last.UserID), UserName: last.UserName, Text: last.Text, CreatedAt: formatTime(last.CreatedAt),
		}
		if last.CreatedAt.After(v.UpdatedAt) {
			room.UpdatedAt = formatTime(last.CreatedAt)
		}
	}
	return room
}
