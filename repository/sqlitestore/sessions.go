package sqlitestore

import (
	"context"
	"database/sql"
	"time"

	"dentalk/domain"
)

// live is the condition under which a session s lives; its parameter is the time.
const live = "s.ended_at IS NULL AND s.expires_at > ?"

const sessionColumns = "s.id, s.user_id, s.created_at, s.expires_at, s.last_used_at, s.address, s.user_agent"

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
	if err := tx.exec(ctx, insertSession, sessionValues(domain.SessionRecord{Session: session})...); err != nil {
		return err
	}
	return addRefreshToken(ctx, tx, session.ID, refreshHash)
}

const insertSession = `INSERT INTO sessions (id, user_id, created_at, expires_at, last_used_at, address, user_agent, ended_at)
	VALUES (?, ?, ?, ?, ?, ?, ?, ?)`

func sessionValues(s domain.SessionRecord) []any {
	return []any{
		s.ID, s.UserID, s.CreatedAt.UnixMilli(), s.ExpiresAt.UnixMilli(), orNoTime(s.LastUsedAt),
		s.Client.Address, s.Client.UserAgent, orNoTime(s.EndedAt),
	}
}

func addRefreshToken(ctx context.Context, tx *transaction, sessionID domain.ID, hash string) error {
	return tx.exec(ctx, "INSERT INTO refresh_tokens (hash, session_id) VALUES (?, ?)", hash, sessionID)
}

// sessionRow reads sessionColumns.
type sessionRow struct {
	session          domain.Session
	created, expires int64
	used             sql.NullInt64
}

func (r *sessionRow) columns() []any {
	s := &r.session
	return []any{&s.ID, &s.UserID, &r.created, &r.expires, &r.used, &s.Client.Address, &s.Client.UserAgent}
}

func (r *sessionRow) read() domain.Session {
	s := r.session
	s.CreatedAt, s.ExpiresAt, s.LastUsedAt = timeOf(r.created), timeOf(r.expires), timeOrZero(r.used)
	return s
}

// scanSession reads sessionColumns and, behind them, others.
func scanSession(row scanner, more ...any) (domain.Session, error) {
	var r sessionRow
	if err := row.Scan(append(r.columns(), more...)...); err != nil {
		return domain.Session{}, err
	}
	return r.read(), nil
}

func scanOnlySession(row scanner) (domain.Session, error) { return scanSession(row) }

type sessionUser struct {
	session domain.Session
	user    domain.User
}

func scanSessionUser(row scanner) (sessionUser, error) {
	var r sessionRow
	user, err := scanUser(row, r.columns()...)
	if err != nil {
		return sessionUser{}, err
	}
	return sessionUser{r.read(), user}, nil
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

// RefreshTokenUser gives the living session of a refresh token, replaced or not, with its user.
func (s *Store) RefreshTokenUser(ctx context.Context, hash string, now time.Time) (domain.Session, domain.User, error) {
	found, err := read(ctx, s, func(c *connection) (sessionUser, error) {
		return one(ctx, c, "refresh token", scanSessionUser, "SELECT "+userColumns+", "+sessionColumns+`
			FROM refresh_tokens t JOIN sessions s ON s.id = t.session_id JOIN users u ON u.id = s.user_id
			WHERE t.hash = ? AND `+live+" AND u.disabled = 0", hash, now.UnixMilli())
	})
	return found.session, found.user, fail("read refresh token", err)
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
	session, err := one(ctx, tx.connection, "refresh token", scanOnlySession, "SELECT "+sessionColumns+`
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
