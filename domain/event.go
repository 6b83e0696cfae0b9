package domain

import "time"

// EventName is the name of an event as clients see it.
type EventName string

// The events that travel between instances. EventSessionEnded is for the instances only: they
// close the session's streams.
const (
	EventMessageCreated    EventName = "message.created"
	EventMessageEnriched   EventName = "message.enriched"
	EventMessageErased     EventName = "message.erased"
	EventRoomCreated       EventName = "room.created"
	EventRoomUpdated       EventName = "room.updated"
	EventReceiptRead       EventName = "receipt.read"
	EventTyping            EventName = "typing"
	EventParticipantJoined EventName = "participant.joined"
	EventParticipantLeft   EventName = "participant.left"
	EventPresence          EventName = "presence"
	EventSessionEnded      EventName = "session.ended"
)

// EventNames lists them all.
func EventNames() []EventName {
	return []EventName{EventMessageCreated, EventMessageEnriched, EventMessageErased, EventRoomCreated, EventRoomUpdated, EventReceiptRead,
		EventTyping, EventParticipantJoined, EventParticipantLeft, EventPresence, EventSessionEnded}
}

// Event tells that something was committed, or, for typing and presence, that it happens now. An
// event is immutable once published; it is shared by everyone who receives it.
type Event struct {
	Name   EventName
	RoomID ID // empty for session.ended and presence

	Message     *Message     // message.created, message.enriched, message.erased
	Room        *Room        // room.created, room.updated, participant.joined, participant.left
	Receipt     *Receipt     // receipt.read
	Participant *Participant // participant.joined, participant.left, typing, presence
	At          time.Time    // typing
	SessionID   ID           // session.ended
	Presence    *Presence    // presence
	RoomIDs     []ID         // presence: whose streams are told of it
}

// IsNote tells whether only operators may see the event.
func (e Event) IsNote() bool { return e.Message != nil && e.Message.Type == MessageNote }

// Topic is what an instance watches at the broker: one room, one user, everything, the ends of
// sessions, or presence. The instances that watch a room's topic are the room's zone.
type Topic string

// The topics of every room's events, of the ends of sessions and of presence. Presence has one
// topic, since one event for each room of a user who comes or goes would be many times the traffic.
const (
	TopicEveryRoom Topic = "rooms"
	TopicSessions  Topic = "sessions"
	TopicPresence  Topic = "presence"
)

// RoomTopic carries everything that happens in the room.
func RoomTopic(room ID) Topic { return Topic("room:" + room) }

// UserTopic carries what changes the set of rooms that the user may see.
func UserTopic(user ID) Topic { return Topic("user:" + user) }

// Topics lists where the event belongs. A subscription that watches several of them gets the
// event once.
func (e Event) Topics() []Topic {
	switch e.Name {
	case EventSessionEnded:
		return []Topic{TopicSessions}
	case EventPresence:
		return []Topic{TopicPresence}
	}
	topics := []Topic{RoomTopic(e.RoomID), TopicEveryRoom}
	switch e.Name {
	case EventRoomCreated:
		for _, participant := range e.Room.Participants {
			topics = append(topics, UserTopic(participant.UserID))
		}
	case EventParticipantJoined, EventParticipantLeft:
		topics = append(topics, UserTopic(e.Participant.UserID))
	}
	return topics
}
