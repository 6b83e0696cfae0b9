package sqlitestore

import (
	"context"
	"database/sql"
	"time"

	"dentalk/domain"
)

// live is the condition under which a session s lives; its parameter is the time.
const live = "s.ended_at IS NULL AND s.expires_at > ?"

const sessionColumns = "s.id, s.user_id, s.created_at, s.expires_at"

// expiredAtOnce bounds how many old sessions a login clears away.
const expiredAtOnce = 4

// CreateSession stores a login with its first refresh token.
func (s *Store) CreateSession(ctx context.Context, session domain.Session, refreshHash string) error {
	_, err := write(ctx, s, func(ctx context.Context, tx *transaction) (struct{}, error) {
		return struct{}{}, createSession(ctx, tx, session, refreshHash)
	})
	return fail("create session", err)
}

// createSession also clears old sessions away, a few more than it makes, so that they do not pile
// up and no login waits for a great purge.
func createSession(ctx context.Context, tx *transaction, session domain.Session, refreshHash string) error {
	err := tx.exec(ctx, `DELETE FROM sessions WHERE id IN
		(SELECT id FROM sessions WHERE expires_at <= ? ORDER BY expires_at LIMIT ?)`, session.CreatedAt.UnixMilli(), expiredAtOnce)
	if err != nil {
		return err
	}
	err = tx.exec(ctx, "INSERT INTO sessions (id, user_id, created_at, expires_at) VALUES (?, ?, ?, ?)",
		session.ID, session.UserID, session.CreatedAt.UnixMilli(), session.ExpiresAt.UnixMilli())
	if err != nil {
		return err
	}
	return addRefreshToken(ctx, tx, session.ID, refreshHash)
}

func addRefreshToken(ctx context.Context, tx *transaction, sessionID domain.ID, hash string) error {
	return tx.exec(ctx, "INSERT INTO refresh_tokens (hash, session_id) VALUES (?, ?)", hash, sessionID)
}

func scanSession(row scanner) (domain.Session, error) {
	var session domain.Session
	var created, expires int64
	if err := row.Scan(&session.ID, &session.UserID, &created, &expires); err != nil {
		return domain.Session{}, err
	}
	session.CreatedAt, session.ExpiresAt = timeOf(created), timeOf(expires)
	return session, nil
}

type sessionUser struct {
	session domain.Session
	user    domain.User
}

func scanSessionUser(row scanner) (sessionUser, error) {
	var found sessionUser
	var created, expires int64
	var err error
	found.user, err = scanUser(row, &found.session.ID, &found.session.UserID, &created, &expires)
	if err != nil {
		return sessionUser{}, err
	}
	found.session.CreatedAt, found.session.ExpiresAt = timeOf(created), timeOf(expires)
	return found, nil
}

// SessionUser gives a living session with its user.
func (s *Store) SessionUser(ctx context.Context, id domain.ID, now time.Time) (domain.Session, domain.User, error) {
	found, err := read(ctx, s, func(c *connection) (sessionUser, error) {
		return one(ctx, c, "session", scanSessionUser, "SELECT "+userColumns+", "+sessionColumns+`
			FROM sessions s JOIN users u ON u.id = s.user_id
			WHERE s.id = ? AND `+live+" AND u.disabled = 0", id, now.UnixMilli())
	})
	return found.session, found.user, fail("read session", err)
}

var errRefreshReused = domain.Unauthenticated("refresh_token_reused",
	"This refresh token was used before; its session has been ended.")

// rotation is what became of a refresh token.
type rotation struct {
	session domain.Session
	reused  bool
}

// RotateRefreshToken replaces a refresh token, or ends the session of one that was replaced before.
func (s *Store) RotateRefreshToken(ctx context.Context, oldHash, newHash string, now time.Time) (domain.Session, error) {
	done, err := write(ctx, s, func(ctx context.Context, tx *transaction) (rotation, error) {
		return rotate(ctx, tx, oldHash, newHash, now)
	})
	if err == nil && done.reused {
		// Not an error of the write, which would undo the end of the session.
		err = errRefreshReused
	}
	return done.session, fail("rotate refresh token", err)
}

func rotate(ctx context.Context, tx *transaction, oldHash, newHash string, now time.Time) (rotation, error) {
	session, err := one(ctx, tx.connection, "refresh token", scanSession, "SELECT "+sessionColumns+`
		FROM refresh_tokens t JOIN sessions s ON s.id = t.session_id
		WHERE t.hash = ? AND `+live, oldHash, now.UnixMilli())
	if err != nil {
		return rotation{}, err
	}
	var replaced sql.NullInt64
	if err := tx.row(ctx, "SELECT replaced_at FROM refresh_tokens WHERE hash = ?", oldHash).Scan(&replaced); err != nil {
		return rotation{}, err
	}
	if replaced.Valid {
		return rotation{session: session, reused: true}, endSession(ctx, tx, session.ID, now)
	}
	err = tx.exec(ctx, "UPDATE refresh_tokens SET replaced_at = ? WHERE hash = ?", now.UnixMilli(), oldHash)
	if err != nil {
		return rotation{}, err
	}
	return rotation{session: session}, addRefreshToken(ctx, tx, session.ID, newHash)
}

func endSession(ctx context.Context, tx *transaction, id domain.ID, now time.Time) error {
	return tx.exec(ctx, "UPDATE sessions SET ended_at = ? WHERE id = ? AND ended_at IS NULL", now.UnixMilli(), id)
}

// EndSession ends a session.
func (s *Store) EndSession(ctx context.Context, id domain.ID, now time.Time) error {
	_, err := write(ctx, s, func(ctx context.Context, tx *transaction) (struct{}, error) {
		return struct{}{}, endSession(ctx, tx, id, now)
	})
	return fail("end session", err)
}

// EndUserSessions ends all sessions of a user and tells which lived.
func (s *Store) EndUserSessions(ctx context.Context, userID domain.ID, now time.Time) ([]domain.ID, error) {
	ended, err := write(ctx, s, func(ctx context.Context, tx *transaction) ([]domain.ID, error) {
		ids, err := all(ctx, tx.connection, scanValue[domain.ID],
			"SELECT s.id FROM sessions s WHERE s.user_id = ? AND "+live+" ORDER BY s.id", userID, now.UnixMilli())
		if err != nil || len(ids) == 0 {
			return nil, err
		}
		return ids, tx.exec(ctx, "UPDATE sessions SET ended_at = ? WHERE user_id = ? AND ended_at IS NULL", now.UnixMilli(), userID)
	})
	return ended, fail("end sessions of user", err)
}

// LiveSessions tells which of ids live.
func (s *Store) LiveSessions(ctx context.Context, ids []domain.ID, now time.Time) ([]domain.ID, error) {
	list, err := listOf(ids)
	if err != nil {
		return nil, err
	}
	found, err := read(ctx, s, func(c *connection) ([]domain.ID, error) {
		return all(ctx, c, scanValue[domain.ID], `SELECT s.id FROM json_each(?) AS wanted
			CROSS JOIN sessions s ON s.id = wanted.value JOIN users u ON u.id = s.user_id
			WHERE `+live+" AND u.disabled = 0", list, now.UnixMilli())
	})
	return found, fail("check sessions", err)
}
