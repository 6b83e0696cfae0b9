package sqlitestore

import (
	"context"
	"time"

	"dentalk/domain"
)

// EndUserSessions ends all sessions of a user but one and tells which lived.
func (s *Store) EndUserSessions(ctx context.Context, userID, keep domain.ID, now time.Time) ([]domain.ID, error) {
	ended, err := write(ctx, s, func(ctx context.Context, tx *transaction) ([]domain.ID, error) {
		ids, err := all(ctx, tx.connection, scanValue[domain.ID],
			"SELECT s.id FROM sessions s WHERE s.user_id = ? AND s.id <> ? AND "+live+" ORDER BY s.id", userID, keep, now.UnixMilli())
		if err != nil || len(ids) == 0 {
			return nil, err
		}
		return ids, tx.exec(ctx, "UPDATE sessions SET ended_at = ? WHERE user_id = ? AND id <> ? AND ended_at IS NULL",
			now.UnixMilli(), userID, keep)
	})
	return ended, fail("end sessions of user", err)
}

// Sessions lists a user's living sessions, the newest first.
func (s *Store) Sessions(ctx context.Context, userID, before domain.ID, limit int, now time.Time) ([]domain.Session, error) {
	found, err := read(ctx, s, func(c *connection) ([]domain.Session, error) {
		return all(ctx, c, scanOnlySession, "SELECT "+sessionColumns+` FROM sessions s
			WHERE s.user_id = ? AND s.id < ? AND `+live+" ORDER BY s.id DESC LIMIT ?",
			userID, orLast(before), now.UnixMilli(), limitOf(limit))
	})
	return found, fail("list sessions", err)
}

// TouchSession notes the last use of a session.
func (s *Store) TouchSession(ctx context.Context, id domain.ID, client domain.Client, at time.Time) error {
	_, err := write(ctx, s, func(ctx context.Context, tx *transaction) (struct{}, error) {
		return struct{}{}, tx.exec(ctx, `UPDATE sessions SET last_used_at = ?, address = ?, user_agent = ?
			WHERE id = ? AND ended_at IS NULL`, at.UnixMilli(), client.Address, client.UserAgent, id)
	})
	return fail("touch session", err)
}

// LiveSessions tells which of ids give access: sessions and secrets of API keys.
func (s *Store) LiveSessions(ctx context.Context, ids []domain.ID, now time.Time) ([]domain.ID, error) {
	list, err := listOf(ids)
	if err != nil {
		return nil, err
	}
	found, err := read(ctx, s, func(c *connection) ([]domain.ID, error) {
		return all(ctx, c, scanValue[domain.ID], `SELECT s.id FROM json_each(?) AS wanted
			CROSS JOIN sessions s ON s.id = wanted.value JOIN users u ON u.id = s.user_id
			WHERE `+live+` AND u.disabled = 0
			UNION ALL SELECT k.secret_id FROM json_each(?) AS wanted
			CROSS JOIN api_keys k ON k.secret_id = wanted.value WHERE `+goodKey+`
			UNION ALL SELECT k.replaced_id FROM json_each(?) AS wanted
			CROSS JOIN api_keys k ON k.replaced_id = wanted.value WHERE k.replaced_until > ? AND `+goodKey,
			list, now.UnixMilli(), list, now.UnixMilli(), list, now.UnixMilli(), now.UnixMilli())
	})
	return found, fail("check sessions", err)
}
