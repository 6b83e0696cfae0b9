package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"dentalk/domain"
)

// importMessage gives a message the ordinals that its append would have given it: in a room, messages
// come in the order of seq.
func importMessage(ctx context.Context, tx *transaction, record domain.Record) error {
	m := *record.Message
	end, err := tx.tail(ctx, m.RoomID)
	if err != nil {
		return err
	}
	if m.Seq <= end.seq {
		return tx.sameMessage(ctx, m.Message)
	}
	if m.Seq != end.seq+1 {
		return fmt.Errorf("message %d of room %s follows message %d", m.Seq, m.RoomID, end.seq)
	}
	sender := senderKey{m.RoomID, m.UserID}
	sent, err := tx.sent(ctx, sender)
	if err != nil {
		return err
	}
	end.seq++
	note := m.Type == domain.MessageNote
	if !note {
		end.ordinal++
		sent++
	}
	if err := tx.insertRecord(ctx, m, end.ordinal, sent); err != nil {
		return err
	}
	tx.ids.Follow(m.ID)
	tx.tails.rooms[m.RoomID], tx.tails.senders[sender] = end, sent
	if note {
		return nil
	}
	return tx.exec(ctx, "UPDATE rooms SET activity_id = ? WHERE id = ?", m.ID, m.RoomID)
}

// sameMessage refuses a message whose number another one has.
func (tx *transaction) sameMessage(ctx context.Context, m domain.Message) error {
	stored, err := scanValue[domain.ID](tx.row(ctx, "SELECT m.id FROM messages m WHERE m.room_id = ? AND m.seq = ?", m.RoomID, m.Seq))
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	if stored != m.ID {
		return fmt.Errorf("message %d of room %s is there with ID %s", m.Seq, m.RoomID, stored)
	}
	return nil
}

const insertRecord = `INSERT INTO messages (id, room_id, seq, ordinal, sender_ordinal, user_id, user_name, role,
	type, reply_to, client_message_id, created_at, updated_at,
	enrichment_state, enrichment_due, enrichment_attempts, enriched_at, text, teeth, attachments, erased_at, ` + enrichmentColumns + `)
	VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ` + enrichmentParameters + ")"

func (tx *transaction) insertRecord(ctx context.Context, m domain.MessageRecord, ordinal, sent int64) error {
	teeth, err := encodeTeeth(m.Teeth)
	if err != nil {
		return err
	}
	attachments, err := encodeAttachments(m.Attachments)
	if err != nil {
		return err
	}
	values, err := enrichmentValues(m.Enrichment)
	if err != nil {
		return err
	}
	return tx.exec(ctx, insertRecord, append([]any{
		m.ID, m.RoomID, m.Seq, ordinal, sent, m.UserID, m.UserName, m.Role,
		m.Type, m.ReplyTo, orNull(m.ClientMessageID), m.CreatedAt.UnixMilli(), m.UpdatedAt.UnixMilli(),
		m.Enrichment.State, orNoTime(m.EnrichmentDue), m.EnrichmentAttempts, orNoTime(m.EnrichedAt), m.Text, teeth,
		attachments, orNoTime(m.ErasedAt),
	}, values...)...)
}
