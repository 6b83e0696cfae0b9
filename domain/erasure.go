package domain

import "time"

// Erasure is an operator's order to forget, by law, what a message, a room or a person said.
type Erasure struct {
	ID          ID
	Target      ErasureTarget
	Reason      string
	CreatedBy   ID
	CreatedAt   time.Time
	CompletedAt time.Time // zero while it is pending
	RepeatedAt  time.Time // when it was carried out once more; zero until then
	Messages    int64     // that were blanked; 0 while it is pending
}

// ErasureTarget is what is to be erased; exactly one field is set.
type ErasureTarget struct {
	MessageID ID
	RoomID    ID
	UserID    ID
}

// ErasedName stands for the name of an erased person in the messages.
const ErasedName = "erased"

const erasedPrefix = ErasedName + "-"

// ErasedUsername is the username of an erased account. Nobody else takes one like it.
func ErasedUsername(id ID) string { return erasedPrefix + string(id) }

// Erased gives m as the ErasureStore leaves it when it erases the target.
func (m Message) Erased(target ErasureTarget, now time.Time) Message {
	m.UpdatedAt, m.ErasedAt = now, now
	m.Text, m.Teeth, m.Attachments = "", nil, nil
	m.Enrichment = Enrichment{State: EnrichmentOff}
	if target.UserID != "" {
		m.UserName = ErasedName
	}
	return m
}
