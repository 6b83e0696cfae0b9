package sqlitestore

import (
	"context"
	"errors"
	"time"

	"dentalk/domain"
)

var errNoTarget = errors.New("the target of the erasure is empty")

// The messages of a target that are still to be blanked. In a room the walk begins at the number of
// the message before, so that each page costs what it gives.
const (
	messageToErase = " WHERE m.id = ?1 AND m.id > ?2 AND m.erased_at IS NULL LIMIT ?3"
	roomToErase    = ` WHERE m.room_id = ?1 AND m.id > ?2 AND m.erased_at IS NULL
		AND m.seq > coalesce((SELECT n.seq FROM messages n WHERE n.id = ?2 AND n.room_id = ?1), 0) ORDER BY m.seq LIMIT ?3`
	userToErase = ` WHERE m.user_id = ?1 AND m.id > ?2 AND (m.erased_at IS NULL OR m.user_name <> '` + domain.ErasedName + `')
		ORDER BY m.id LIMIT ?3`
)

func toErase(target domain.ErasureTarget) (condition string, id domain.ID, err error) {
	switch {
	case target.MessageID != "":
		return messageToErase, target.MessageID, nil
	case target.RoomID != "":
		return roomToErase, target.RoomID, nil
	case target.UserID != "":
		return userToErase, target.UserID, nil
	}
	return "", "", errNoTarget
}

// EraseMessages blanks messages and gives them as they were.
func (s *Store) EraseMessages(ctx context.Context, target domain.ErasureTarget, after domain.ID, limit int, now time.Time) ([]domain.Message, error) {
	condition, id, err := toErase(target)
	if err != nil {
		return nil, err
	}
	erased, err := write(ctx, s, func(ctx context.Context, tx *transaction) ([]domain.Message, error) {
		messages, err := all(ctx, tx.connection, scanOnlyMessage, "SELECT "+messageColumns+" FROM messages m"+condition,
			id, after, limitOf(limit))
		if err != nil {
			return nil, err
		}
		return messages, tx.blank(ctx, messages, target, now)
	})
	s.leaveTraces(len(erased) > 0 || err != nil)
	return erased, fail("erase messages", err)
}

const blankMessage = `UPDATE messages SET user_name = ?, text = '', teeth = NULL, attachments = NULL, erased_at = ?,
	enrichment_lease = NULL, enrichment_attempts = 0,
	(enrichment_state, enrichment_due, enriched_at, updated_at, ` + enrichmentColumns + `) = (?, NULL, ?, ?, ` + enrichmentParameters + `)
	WHERE id = ?`

func (tx *transaction) blank(ctx context.Context, messages []domain.Message, target domain.ErasureTarget, now time.Time) error {
	if len(messages) == 0 {
		return nil
	}
	at, err := tx.nextSave(ctx)
	if err != nil {
		return err
	}
	for _, m := range messages {
		m = m.Erased(target, now)
		values, err := enrichmentValues(m.Enrichment)
		if err != nil {
			return err
		}
		args := append([]any{m.UserName, now.UnixMilli(), m.Enrichment.State, at, at}, values...)
		if err := tx.exec(ctx, blankMessage, append(args, m.ID)...); err != nil {
			return err
		}
		at++
	}
	return nil
}
