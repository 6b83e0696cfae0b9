package checker

import "time"

// message is what the checker reads of a message and of message.enriched.
type message struct {
	ID        string
	MessageID string // of message.enriched
	RoomID    string
	Seq       int64
	UserID    string
	Content   struct{ Type, Text string }

	Enrichment      struct{ State string }
	ClientMessageID string
	CreatedAt       time.Time
}

func (m message) isNote() bool     { return m.Content.Type == "note" }
func (m message) isEnriched() bool { return m.Enrichment.State != "pending" }

// room is what the checker reads of a room.
type room struct {
	ID           string
	LastSeq      int64
	UnreadCount  int64
	LastMessage  *struct{ Seq int64 }
	Participants []struct{ UserID string }
}

// visible are those messages of a history that the caller may see.
func visible(history []message, to *caller) []message {
	if to.isOperator() {
		return history
	}
	var seen []message
	for _, one := range history {
		if !one.isNote() {
			seen = append(seen, one)
		}
	}
	return seen
}
