package sqlitestore

import (
	"context"
	"database/sql"
	"errors"

	"dentalk/domain"
)

// AppendMessages commits the drafts in order, in one transaction.
func (s *Store) AppendMessages(ctx context.Context, drafts []domain.Draft) ([]domain.Appended, error) {
	done, err := write(ctx, s, func(ctx context.Context, tx *transaction) ([]domain.Appended, error) {
		appended := make([]domain.Appended, len(drafts))
		for i, draft := range drafts {
			var err error
			if appended[i], err = tx.append(ctx, draft); err != nil {
				return nil, err
			}
		}
		return appended, nil
	})
	return done, fail("append messages", err)
}

// append decides about one draft. A refusal concerns the draft alone and is no error here.
func (tx *transaction) append(ctx context.Context, draft domain.Draft) (domain.Appended, error) {
	status, err := one(ctx, tx.connection, "room", scanValue[domain.RoomStatus], "SELECT status FROM rooms WHERE id = ?", draft.RoomID)
	if domain.KindOf(err) == domain.KindNotFound {
		return domain.Appended{Err: err}, nil
	}
	if err != nil {
		return domain.Appended{}, err
	}
	// The key comes first: a repetition gets its message also after the room was archived.
	first, err := tx.keyed(ctx, draft)
	switch {
	case err != nil:
		return domain.Appended{}, err
	case first != nil && draft.SameRequest(*first):
		return domain.Appended{Message: *first, Replayed: true}, nil
	case first != nil:
		return domain.Appended{Err: domain.KeyReused()}, nil
	case status == domain.RoomArchived:
		return domain.Appended{Err: domain.ErrRoomArchived}, nil
	}
	message, err := tx.insertMessage(ctx, draft)
	return domain.Appended{Message: message}, err
}

// keyed finds the message that the draft's key was committed with, or nil.
func (tx *transaction) keyed(ctx context.Context, draft domain.Draft) (*domain.Message, error) {
	if draft.ClientMessageID == "" {
		return nil, nil
	}
	found, err := scanMessage(tx.row(ctx, "SELECT "+messageColumns+` FROM messages m
		WHERE m.room_id = ? AND m.user_id = ? AND m.client_message_id = ?`,
		draft.RoomID, draft.UserID, draft.ClientMessageID))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return &found, err
}

const insertMessage = `INSERT INTO messages (id, room_id, seq, ordinal, sender_ordinal, user_id, user_name, role,
	type, reply_to, client_message_id, created_at, updated_at, enrichment_state, enrichment_due, language, text, teeth, attachments)
	VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`

func (tx *transaction) insertMessage(ctx context.Context, draft domain.Draft) (domain.Message, error) {
	teeth, err := encodeTeeth(draft.Teeth)
	if err != nil {
		return domain.Message{}, err
	}
	attachments, err := encodeAttachments(draft.Attachments)
	if err != nil {
		return domain.Message{}, err
	}
	end, err := tx.tail(ctx, draft.RoomID)
	if err != nil {
		return domain.Message{}, err
	}
	sender := senderKey{draft.RoomID, draft.UserID}
	sent, err := tx.sent(ctx, sender)
	if err != nil {
		return domain.Message{}, err
	}
	end.seq++
	note := draft.Type == domain.MessageNote
	if !note {
		end.ordinal++
		sent++
	}
	// The ID is taken here, where one write follows the other: so the order of IDs is that of commits.
	m := newMessage(draft, end.seq)
	m.CreatedAt = tx.now()
	m.UpdatedAt, m.ID = m.CreatedAt, tx.ids.Next(m.CreatedAt)
	at := m.CreatedAt.UnixMilli()
	err = tx.exec(ctx, insertMessage, m.ID, m.RoomID, m.Seq, end.ordinal, sent, m.UserID, m.UserName, m.Role,
		m.Type, m.ReplyTo, orNull(m.ClientMessageID), at, at, m.Enrichment.State, dueOf(m.Enrichment.State, at),
		m.Enrichment.Language, m.Text, teeth, attachments)
	if err != nil {
		return domain.Message{}, err
	}
	tx.tails.rooms[draft.RoomID], tx.tails.senders[sender] = end, sent
	if note {
		return m, nil // it moves the room in nobody's list
	}
	if err := tx.share(ctx, draft.Attachments); err != nil {
		return domain.Message{}, err
	}
	return m, tx.exec(ctx, "UPDATE rooms SET activity_id = ? WHERE id = ?", m.ID, m.RoomID)
}

// share lets whoever is told of the message read its files.
func (tx *transaction) share(ctx context.Context, attachments []domain.Attachment) error {
	for _, attachment := range attachments {
		if err := tx.exec(ctx, "UPDATE uploads SET shared = 1 WHERE id = ?", attachment.ID); err != nil {
			return err
		}
	}
	return nil
}

func newMessage(draft domain.Draft, seq int64) domain.Message {
	return domain.Message{
		RoomID: draft.RoomID, Seq: seq, UserID: draft.UserID, UserName: draft.UserName, Role: draft.Role,
		Type: draft.Type, Text: draft.Text, Teeth: draft.Teeth, Attachments: draft.Attachments,
		ReplyTo: draft.ReplyTo, ClientMessageID: draft.ClientMessageID,
		Enrichment: domain.Enrichment{State: draft.State, Language: draft.Language},
	}
}
