package sqlitestore

import (
	"context"
	"database/sql"
	"time"

	"dentalk/domain"
)

const keyColumns = `k.id, k.name, k.scopes, k.secret_id, k.hash, k.prefix,
	k.replaced_id, k.replaced_hash, k.replaced_prefix, k.replaced_until,
	k.created_by, k.created_at, k.expires_at, k.last_used_at`

// goodKey is the condition under which an API key k has not expired; its parameter is the time.
const goodKey = "(k.expires_at IS NULL OR k.expires_at > ?)"

const insertKey = `INSERT INTO api_keys (id, name, scopes, secret_id, hash, prefix,
	replaced_id, replaced_hash, replaced_prefix, replaced_until,
	created_by, created_at, expires_at, last_used_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`

func scanKey(row scanner) (domain.APIKey, error) {
	var k domain.APIKey
	var scopes, replacedID, replacedHash sql.NullString
	var created int64
	var until, expires, used sql.NullInt64
	err := row.Scan(&k.ID, &k.Name, &scopes, &k.Secret.ID, &k.Secret.Hash, &k.Secret.Prefix,
		&replacedID, &replacedHash, &k.Replaced.Prefix, &until,
		&k.CreatedBy, &created, &expires, &used)
	if err != nil {
		return domain.APIKey{}, err
	}
	k.Replaced.ID, k.Replaced.Hash, k.ReplacedUntil = domain.ID(replacedID.String), replacedHash.String, timeOrZero(until)
	k.CreatedAt, k.ExpiresAt, k.LastUsedAt = timeOf(created), timeOrZero(expires), timeOrZero(used)
	return k, fromJSON(scopes, &k.Scopes)
}

func keyValues(k domain.APIKey) ([]any, error) {
	scopes, err := jsonOrNull(k.Scopes, len(k.Scopes))
	return []any{
		k.ID, k.Name, scopes, k.Secret.ID, k.Secret.Hash, k.Secret.Prefix,
		orNull(string(k.Replaced.ID)), orNull(k.Replaced.Hash), k.Replaced.Prefix, orNoTime(k.ReplacedUntil),
		k.CreatedBy, k.CreatedAt.UnixMilli(), orNoTime(k.ExpiresAt), orNoTime(k.LastUsedAt),
	}, err
}

func keyOf(ctx context.Context, c *connection, id domain.ID) (domain.APIKey, error) {
	return one(ctx, c, "api key", scanKey, "SELECT "+keyColumns+" FROM api_keys k WHERE k.id = ?", id)
}

// CreateAPIKey stores a key.
func (s *Store) CreateAPIKey(ctx context.Context, key domain.APIKey) error {
	values, err := keyValues(key)
	if err != nil {
		return err
	}
	_, err = write(ctx, s, func(ctx context.Context, tx *transaction) (struct{}, error) {
		return struct{}{}, tx.exec(ctx, insertKey, values...)
	})
	return fail("create API key", err)
}

// APIKey gives one key.
func (s *Store) APIKey(ctx context.Context, id domain.ID) (domain.APIKey, error) {
	found, err := read(ctx, s, func(c *connection) (domain.APIKey, error) { return keyOf(ctx, c, id) })
	return found, fail("read API key", err)
}

// APIKeyByHash finds the key that has a secret.
func (s *Store) APIKeyByHash(ctx context.Context, hash string, now time.Time) (domain.APIKey, error) {
	found, err := read(ctx, s, func(c *connection) (domain.APIKey, error) {
		return one(ctx, c, "api key", scanKey, "SELECT "+keyColumns+` FROM api_keys k
			WHERE (k.hash = ? OR k.replaced_hash = ? AND k.replaced_until > ?) AND `+goodKey,
			hash, hash, now.UnixMilli(), now.UnixMilli())
	})
	return found, fail("find API key", err)
}

// APIKeys lists in ascending order of ID.
func (s *Store) APIKeys(ctx context.Context, after domain.ID, limit int) ([]domain.APIKey, error) {
	found, err := read(ctx, s, func(c *connection) ([]domain.APIKey, error) {
		return all(ctx, c, scanKey, "SELECT "+keyColumns+" FROM api_keys k WHERE k.id > ? ORDER BY k.id LIMIT ?", after, limitOf(limit))
	})
	return found, fail("list API keys", err)
}

// RotateAPIKey gives a key a new secret, beside which the old one is good for a while.
func (s *Store) RotateAPIKey(ctx context.Context, id domain.ID, secret domain.APIKeySecret, oldUntil time.Time) (domain.APIKey, error) {
	rotated, err := write(ctx, s, func(ctx context.Context, tx *transaction) (domain.APIKey, error) {
		if _, err := keyOf(ctx, tx.connection, id); err != nil {
			return domain.APIKey{}, err
		}
		err := tx.exec(ctx, `UPDATE api_keys SET
			replaced_id = secret_id, replaced_hash = hash, replaced_prefix = prefix, replaced_until = ?,
			secret_id = ?, hash = ?, prefix = ? WHERE id = ?`, oldUntil.UnixMilli(), secret.ID, secret.Hash, secret.Prefix, id)
		if err != nil {
			return domain.APIKey{}, err
		}
		return keyOf(ctx, tx.connection, id)
	})
	return rotated, fail("rotate API key", err)
}

// TouchAPIKey notes the last use of a key.
func (s *Store) TouchAPIKey(ctx context.Context, id domain.ID, at time.Time) error {
	_, err := write(ctx, s, func(ctx context.Context, tx *transaction) (struct{}, error) {
		return struct{}{}, tx.exec(ctx, "UPDATE api_keys SET last_used_at = ? WHERE id = ?", at.UnixMilli(), id)
	})
	return fail("touch API key", err)
}

// DeleteAPIKey gives the key that was deleted.
func (s *Store) DeleteAPIKey(ctx context.Context, id domain.ID) (domain.APIKey, error) {
	deleted, err := write(ctx, s, func(ctx context.Context, tx *transaction) (domain.APIKey, error) {
		key, err := keyOf(ctx, tx.connection, id)
		if err != nil {
			return domain.APIKey{}, err
		}
		return key, tx.exec(ctx, "DELETE FROM api_keys WHERE id = ?", id)
	})
	return deleted, fail("delete API key", err)
}
