package sqlitestore

import (
	"context"
	"time"

	"dentalk/domain"
)

const userColumns = "u.id, u.username, u.email, u.role, u.language, u.organization_id, u.password_hash, u.disabled, u.created_at, u.updated_at"

// scanUser reads userColumns and, behind them, columns of other tables.
func scanUser(row scanner, more ...any) (domain.User, error) {
	var u domain.User
	var created, updated int64
	columns := []any{&u.ID, &u.Username, &u.Email, &u.Role, &u.Language, &u.OrganizationID, &u.PasswordHash, &u.Disabled, &created, &updated}
	if err := row.Scan(append(columns, more...)...); err != nil {
		return domain.User{}, err
	}
	u.CreatedAt, u.UpdatedAt = timeOf(created), timeOf(updated)
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
	return tx.exec(ctx, `INSERT INTO users (id, username, username_key, email, role, language,
		organization_id, password_hash, disabled, created_at, updated_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		u.ID, u.Username, domain.UsernameKey(u.Username), u.Email, u.Role, u.Language,
		u.OrganizationID, u.PasswordHash, u.Disabled, u.CreatedAt.UnixMilli(), u.UpdatedAt.UnixMilli())
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
		next := change.Apply(stored)
		next.UpdatedAt = domain.Milliseconds(now)
		err = tx.exec(ctx, `UPDATE users SET email = ?, language = ?, organization_id = ?,
			disabled = ?, updated_at = ? WHERE id = ?`,
			next.Email, next.Language, next.OrganizationID, next.Disabled, next.UpdatedAt.UnixMilli(), id)
		if err != nil || next.Language == stored.Language {
			return next, err
		}
		return next, tx.exec(ctx, "UPDATE participants SET language = ? WHERE user_id = ?", next.Language, id)
	})
	return changed, fail("update user", err)
}

// HasOperator tells whether there is an account of an operator.
func (s *Store) HasOperator(ctx context.Context) (bool, error) {
	found, err := read(ctx, s, func(c *connection) (bool, error) {
		return scanValue[bool](c.row(ctx, "SELECT EXISTS (SELECT 1 FROM users WHERE role = 'operator')"))
	})
	return found, fail("look for an operator", err)
}
