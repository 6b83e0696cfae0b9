package sqlitestore

import (
	"context"
	"database/sql"
	"time"

	"dentalk/domain"
)

const userColumns = `u.id, u.username, u.email, u.role, u.language, u.organization_id, u.password_hash, u.disabled,
	u.reset_hash, u.reset_expires_at, u.erased_at, u.created_at, u.updated_at`

// scanUser reads userColumns and, behind them, columns of other tables.
func scanUser(row scanner, more ...any) (domain.User, error) {
	var u domain.User
	var created, updated int64
	var reset sql.NullString
	var expires, erased sql.NullInt64
	columns := []any{&u.ID, &u.Username, &u.Email, &u.Role, &u.Language, &u.OrganizationID, &u.PasswordHash, &u.Disabled,
		&reset, &expires, &erased, &created, &updated}
	if err := row.Scan(append(columns, more...)...); err != nil {
		return domain.User{}, err
	}
	u.CreatedAt, u.UpdatedAt, u.ErasedAt = timeOf(created), timeOf(updated), timeOrZero(erased)
	if reset.Valid {
		u.Reset = &domain.PasswordReset{Hash: reset.String, ExpiresAt: timeOrZero(expires)}
	}
	return u, nil
}

func scanOnlyUser(row scanner) (domain.User, error) { return scanUser(row) }

var errUsernameTaken = domain.Conflict("username_taken", "This username is taken.")

// CreateUser stores u as it is given.
func (s *Store) CreateUser(ctx context.Context, u domain.User) error {
	_, err := write(ctx, s, func(ctx context.Context, tx *transaction) (struct{}, error) {
		return struct{}{}, createUser(ctx, tx, u)
	})
	return fail("create user", err)
}

// createUser asks first, so that the common clash fails before it has written anything.
func createUser(ctx context.Context, tx *transaction, u domain.User) error {
	taken, err := scanValue[bool](tx.row(ctx, "SELECT EXISTS (SELECT 1 FROM users WHERE username_key = ?)", domain.UsernameKey(u.Username)))
	if err != nil {
		return err
	}
	if taken {
		return errUsernameTaken
	}
	return tx.exec(ctx, insertUser, userValues(u)...)
}

const insertUser = `INSERT INTO users (username, username_key, email, role, language, organization_id, password_hash, disabled,
	reset_hash, reset_expires_at, erased_at, created_at, updated_at, id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`

// userValues are those of an INSERT or UPDATE of all columns, the ID last.
func userValues(u domain.User) []any {
	var reset sql.NullString
	var expires sql.NullInt64
	if u.Reset != nil {
		reset, expires = sql.NullString{String: u.Reset.Hash, Valid: true}, orNoTime(u.Reset.ExpiresAt)
	}
	return []any{
		u.Username, domain.UsernameKey(u.Username), u.Email, u.Role, u.Language, u.OrganizationID, u.PasswordHash, u.Disabled,
		reset, expires, orNoTime(u.ErasedAt), u.CreatedAt.UnixMilli(), u.UpdatedAt.UnixMilli(), u.ID,
	}
}

// User gives one user.
func (s *Store) User(ctx context.Context, id domain.ID) (domain.User, error) {
	found, err := read(ctx, s, func(c *connection) (domain.User, error) { return user(ctx, c, id) })
	return found, fail("read user", err)
}

func user(ctx context.Context, c *connection, id domain.ID) (domain.User, error) {
	return one(ctx, c, "user", scanOnlyUser, "SELECT "+userColumns+" FROM users u WHERE u.id = ?", id)
}

// UsersByID gives those that exist.
func (s *Store) UsersByID(ctx context.Context, ids []domain.ID) ([]domain.User, error) {
	list, err := listOf(ids)
	if err != nil {
		return nil, err
	}
	found, err := read(ctx, s, func(c *connection) ([]domain.User, error) {
		return all(ctx, c, scanOnlyUser,
			"SELECT "+userColumns+" FROM json_each(?) AS wanted CROSS JOIN users u ON u.id = wanted.value", list)
	})
	return found, fail("read users", err)
}

// UserByUsername finds a user whatever the case of the letters.
func (s *Store) UserByUsername(ctx context.Context, username string) (domain.User, error) {
	found, err := read(ctx, s, func(c *connection) (domain.User, error) {
		return one(ctx, c, "user", scanOnlyUser,
			"SELECT "+userColumns+" FROM users u WHERE u.username_key = ?", domain.UsernameKey(username))
	})
	return found, fail("read user", err)
}

// Users lists in ascending order of ID.
func (s *Store) Users(ctx context.Context, after domain.ID, limit int) ([]domain.User, error) {
	found, err := read(ctx, s, func(c *connection) ([]domain.User, error) {
		return all(ctx, c, scanOnlyUser,
			"SELECT "+userColumns+" FROM users u WHERE u.id > ? ORDER BY u.id LIMIT ?", after, limitOf(limit))
	})
	return found, fail("list users", err)
}

// UpdateUser changes, stores and returns a user.
func (s *Store) UpdateUser(ctx context.Context, id domain.ID, change domain.UserChange, now time.Time) (domain.User, error) {
	changed, err := write(ctx, s, func(ctx context.Context, tx *transaction) (domain.User, error) {
		stored, err := user(ctx, tx.connection, id)
		if err != nil {
			return domain.User{}, err
		}
		if err := change.Fits(stored); err != nil {
			return domain.User{}, err
		}
		next := change.Apply(stored)
		next.UpdatedAt = now
		if err := keepOperator(ctx, tx, stored, next); err != nil {
			return domain.User{}, err
		}
		next, err = updateUser(ctx, tx, next)
		if err != nil || next.Language == stored.Language {
			return next, err
		}
		return next, tx.exec(ctx, "UPDATE participants SET language = ? WHERE user_id = ?", next.Language, id)
	})
	return changed, fail("update user", err)
}

// keepOperator refuses to disable the last operator.
func keepOperator(ctx context.Context, tx *transaction, before, after domain.User) error {
	if before.Role != domain.RoleOperator || before.Disabled || !after.Disabled {
		return nil
	}
	left, err := hasOperator(ctx, tx.connection, before.ID)
	if err == nil && !left {
		err = domain.LastOperator()
	}
	return err
}

// hasOperator tells whether there is an enabled operator but this one.
func hasOperator(ctx context.Context, c *connection, but domain.ID) (bool, error) {
	return scanValue[bool](c.row(ctx, "SELECT EXISTS (SELECT 1 FROM users WHERE role = 'operator' AND disabled = 0 AND id <> ?)", but))
}

// updateUser stores u and gives it as it is stored.
func updateUser(ctx context.Context, tx *transaction, u domain.User) (domain.User, error) {
	err := tx.exec(ctx, `UPDATE users SET username = ?, username_key = ?, email = ?, role = ?, language = ?, organization_id = ?,
		password_hash = ?, disabled = ?, reset_hash = ?, reset_expires_at = ?, erased_at = ?, created_at = ?, updated_at = ?
		WHERE id = ?`, userValues(u)...)
	if err != nil {
		return domain.User{}, err
	}
	return user(ctx, tx.connection, u.ID)
}

// HasOperator tells whether there is an operator who is not disabled.
func (s *Store) HasOperator(ctx context.Context) (bool, error) {
	found, err := read(ctx, s, func(c *connection) (bool, error) { return hasOperator(ctx, c, "") })
	return found, fail("look for an operator", err)
}

// RedeemPasswordReset gives the user the new password, if the reset is still there.
func (s *Store) RedeemPasswordReset(ctx context.Context, userID domain.ID, resetHash, passwordHash string, now time.Time) (domain.User, error) {
	changed, err := write(ctx, s, func(ctx context.Context, tx *transaction) (domain.User, error) {
		u, err := user(ctx, tx.connection, userID)
		if domain.KindOf(err) == domain.KindNotFound || err == nil && !redeemable(u, resetHash, now) {
			return domain.User{}, domain.NotFound("password reset")
		}
		if err != nil {
			return domain.User{}, err
		}
		u.Reset, u.PasswordHash, u.UpdatedAt = nil, passwordHash, now
		return updateUser(ctx, tx, u)
	})
	return changed, fail("redeem password reset", err)
}

func redeemable(u domain.User, resetHash string, now time.Time) bool {
	return u.Reset != nil && u.Reset.Hash == resetHash && !u.Disabled && u.Reset.ExpiresAt.After(domain.Milliseconds(now))
}
