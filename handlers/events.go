package handlers

import (
	"encoding/json"
	"errors"
	"fmt"

	"dentalk/domain"
)

// EnrichedMessage is the data of message.enriched.
type EnrichedMessage struct {
	RoomID       string            `json:"roomId"`
	MessageID    string            `json:"messageId"`
	Seq          int64             `json:"seq"`
	Language     string            `json:"language"`
	Translations map[string]string `json:"translations"`
	Terms        []Term            `json:"terms"`
	Teeth        []Tooth           `json:"teeth"`
	Emotion      *Emotion          `json:"emotion" extensions:"x-nullable"`
	Complaint    *Complaint        `json:"complaint" extensions:"x-nullable"`
	Enrichment   Enrichment        `json:"enrichment"`
}

// ErasedMessage is the data of message.erased: the content is gone, the seq stays.
type ErasedMessage struct {
	RoomID    string `json:"roomId"`
	MessageID string `json:"messageId"`
	Seq       int64  `json:"seq"`
	ErasedAt  string `json:"erasedAt" format:"date-time"`
}

// RoomParticipant is the data of participant.joined and participant.left.
type RoomParticipant struct {
	RoomID string `json:"roomId"`
	Participant
}

// Typing is the data of typing.
type Typing struct {
	RoomParticipant
	At string `json:"at" format:"date-time"`
}

// Presence is the data of presence: a user who shares a room with the reader has come, or has gone
// for longer than a reconnect takes.
type Presence struct {
	UserID     string  `json:"userId"`
	Username   string  `json:"username" example:"kim.hanbit"`
	Connected  bool    `json:"connected"`
	LastSeenAt *string `json:"lastSeenAt" format:"date-time" extensions:"x-nullable"`
}

func newPresence(event domain.Event) Presence {
	return Presence{
		UserID: string(event.Participant.UserID), Username: event.Participant.Username,
		Connected: event.Presence.Connected, LastSeenAt: timeOrNull(event.Presence.LastSeenAt),
	}
}

func newRoomParticipant(event domain.Event) RoomParticipant {
	return RoomParticipant{RoomID: string(event.RoomID), Participant: newParticipant(*event.Participant)}
}

// Events lists the events of a stream with their data. What the streams say of themselves (ready,
// resync, goodbye, ping) is written by them; a test holds it against this.
type Events struct {
	Ready             Ready           `json:"ready" validate:"optional"`
	MessageCreated    Message         `json:"message.created" validate:"optional"`
	MessageEnriched   EnrichedMessage `json:"message.enriched" validate:"optional"`
	MessageErased     ErasedMessage   `json:"message.erased" validate:"optional"`
	RoomCreated       Room            `json:"room.created" validate:"optional"`
	RoomUpdated       RoomFacts       `json:"room.updated" validate:"optional"`
	ReceiptRead       Receipt         `json:"receipt.read" validate:"optional"`
	Typing            Typing          `json:"typing" validate:"optional"`
	Presence          Presence        `json:"presence" validate:"optional"`
	ParticipantJoined RoomParticipant `json:"participant.joined" validate:"optional"`
	ParticipantLeft   RoomParticipant `json:"participant.left" validate:"optional"`
	Resync            Resync          `json:"resync" validate:"optional"`
	Goodbye           Goodbye         `json:"goodbye" validate:"optional"`
	Ping              Ping            `json:"ping" validate:"optional"`
}

// Ready begins a stream; its id is the position.
type Ready struct {
	Instance   string `json:"instance"`
	Connection string `json:"connection"`
	Resumed    bool   `json:"resumed"`
	// At most the 200 rooms of latest activity.
	Rooms []ReadyRoom `json:"rooms"`
}

// ReadyRoom is a room as it is when a stream begins.
type ReadyRoom struct {
	RoomID      string         `json:"roomId"`
	LastSeq     int64          `json:"lastSeq"`
	UnreadCount int64          `json:"unreadCount"`
	Receipts    []ReadyReceipt `json:"receipts"`
}

// ReadyReceipt says up to where a participant has read.
type ReadyReceipt struct {
	UserID   string  `json:"userId"`
	Username string  `json:"username"`
	Seq      int64   `json:"seq"`
	ReadAt   *string `json:"readAt" format:"date-time" extensions:"x-nullable"`
}

// Resync says that the position cannot be resumed: read the history, then go on with this stream.
type Resync struct {
	Reason string `json:"reason" enums:"unknown_position,too_far_behind"`
}

// Goodbye says that the server closes the stream, and when to come back.
type Goodbye struct {
	Reason        string `json:"reason" enums:"overloaded,slow,draining,session_ended"`
	ReconnectInMs int64  `json:"reconnectInMs"`
}

// Ping keeps the connection alive and shows the page that it lives.
type Ping struct {
	Time        string `json:"time" format:"date-time"`
	LastEventID string `json:"lastEventId"`
}

// EncodeEvent writes the data of an event as one line of JSON. Operators see a little more.
func EncodeEvent(event domain.Event, operator bool) ([]byte, error) {
	data := eventData(event, operator)
	if data == nil {
		return nil, errors.New("encode event: no data for " + string(event.Name))
	}
	encoded, err := json.Marshal(data)
	if err != nil {
		return nil, fmt.Errorf("encode event %s: %w", event.Name, err)
	}
	return encoded, nil
}

func eventData(event domain.Event, operator bool) any {
	switch event.Name {
	case domain.EventMessageCreated:
		return newMessage(*event.Message)
	case domain.EventMessageEnriched:
		m := event.Message
		return EnrichedMessage{
			RoomID: string(m.RoomID), MessageID: string(m.ID), Seq: m.Seq, Language: m.Enrichment.Language,
			Translations: textsOrEmpty(m.Enrichment.Translations), Terms: newTerms(m.Enrichment.Terms), Teeth: newTeeth(m.Teeth),
			Emotion: newEmotion(m.Enrichment.Emotion), Complaint: newComplaint(m.Enrichment.Complaint), Enrichment: newEnrichment(m.Enrichment),
		}
	case domain.EventMessageErased:
		m := event.Message
		return ErasedMessage{RoomID: string(m.RoomID), MessageID: string(m.ID), Seq: m.Seq, ErasedAt: formatTime(m.ErasedAt)}
	case domain.EventRoomCreated:
		return newRoom(domain.RoomView{Room: *event.Room}, operator)
	case domain.EventRoomUpdated:
		return newRoomFacts(*event.Room, operator)
	case domain.EventReceiptRead:
		return newReceipt(*event.Receipt)
	case domain.EventTyping:
		return Typing{RoomParticipant: newRoomParticipant(event), At: formatTime(event.At)}
	case domain.EventPresence:
		return newPresence(event)
	case domain.EventParticipantJoined, domain.EventParticipantLeft:
		return newRoomParticipant(event)
	}
	return nil
}
